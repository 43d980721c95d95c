/// Blocks to bytes and back (FlatBuffers).
///
/// Fed by the FlatBuffers bytes of stored blocks; feeds `chain` and storage with
/// [dev.catchwater.odf.event.MetadataBlock]s, and storage with the bytes to write.
@NullMarked
package dev.catchwater.odf.codec;

import org.jspecify.annotations.NullMarked;
