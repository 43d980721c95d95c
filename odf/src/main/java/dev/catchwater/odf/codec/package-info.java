/// Blocks to bytes and back (FlatBuffers).
@NullMarked
package dev.catchwater.odf.codec;

import org.jspecify.annotations.NullMarked;
