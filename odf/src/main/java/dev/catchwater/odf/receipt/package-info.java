/// Signed receipts: their canonical text, Merkle trees over them, and the text forms of proofs and
/// signatures (RFC 6962; C2SP signed-note, tlog-checkpoint, tlog-proof).
///
/// Fed by whoever acknowledges a push; feeds servers, and anyone who checks a receipt.
@NullMarked
package dev.catchwater.odf.receipt;

import org.jspecify.annotations.NullMarked;
