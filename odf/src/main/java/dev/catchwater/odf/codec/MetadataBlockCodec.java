package dev.catchwater.odf.codec;

import dev.catchwater.odf.event.MetadataBlock;

/// Metadata blocks to bytes and back: a FlatBuffer `Manifest{kind, version, content}` around a
/// FlatBuffer `MetadataBlock` (odf-format §3). A block's hash is the SHA3-256 of these bytes as
/// stored; a foreign block is never encoded again.
@SuppressWarnings("DoNotCallSuggester")
public final class MetadataBlockCodec {
  private MetadataBlockCodec() {}

  /// The bytes of a block, the same that kamu 0.265 writes for it.
  public static byte[] encode(MetadataBlock block) {
    throw new UnsupportedOperationException("soon");
  }

  /// The block in the bytes. Bytes that hold none are refused as `CORRUPT`, a version this program
  /// does not know as `UNSUPPORTED`.
  public static MetadataBlock decode(byte[] bytes) {
    throw new UnsupportedOperationException("soon");
  }
}
