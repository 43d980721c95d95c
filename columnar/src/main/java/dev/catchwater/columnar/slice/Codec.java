package dev.catchwater.columnar.slice;

/// How pages of a slice are compressed. All four are read by kamu.
public enum Codec {
  NONE,
  SNAPPY,
  GZIP,
  ZSTD
}
