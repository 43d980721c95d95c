/// Packed and otherwise encoded input as plain UTF-8 bytes.
///
/// *Fed by* the bytes of a push. *Feeds* the readers of [dev.catchwater.ingest.read].
@NullMarked
package dev.catchwater.ingest.read.unpack;

import org.jspecify.annotations.NullMarked;
