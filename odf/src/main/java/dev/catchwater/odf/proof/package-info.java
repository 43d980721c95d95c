/// Proofs of answers: JSON in its one spelling (RFC 8785), hashes over it, signatures of those
/// hashes.
///
/// Fed by whoever answers a query; feeds servers, and anyone who checks an answer.
@NullMarked
package dev.catchwater.odf.proof;

import org.jspecify.annotations.NullMarked;
