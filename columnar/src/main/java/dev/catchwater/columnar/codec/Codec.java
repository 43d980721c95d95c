package dev.catchwater.columnar.codec;

/// How pages of a slice are compressed. All four are read by kamu.
public enum Codec {
  NONE(0),
  SNAPPY(1),
  GZIP(2),
  ZSTD(6);

  private final int number;

  Codec(int number) {
    this.number = number;
  }

  /// The number in the file (parquet-format `CompressionCodec`).
  public int number() {
    return number;
  }
}
