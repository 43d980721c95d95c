package dev.catchwater.columnar.parquet;

/// How values of a leaf compare in statistics (Parquet `ColumnOrder`, type defined).
public enum ValueOrder {
  /// Two's complement numbers.
  SIGNED,
  /// Numbers without sign.
  UNSIGNED,
  /// IEEE numbers of four or eight bytes; NaN is left out, zero counts as both zeros.
  FLOAT,
  /// IEEE numbers of two bytes, likewise.
  FLOAT16,
  /// False before true.
  BOOLEAN,
  /// Byte by byte without sign.
  BYTES,
  /// Big-endian two's complement numbers.
  BIG_ENDIAN,
  /// No statistics.
  NONE
}
