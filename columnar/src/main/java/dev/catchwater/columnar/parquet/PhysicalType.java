package dev.catchwater.columnar.parquet;

/// How Parquet stores a value; the order is the number in the file.
public enum PhysicalType {
  BOOLEAN,
  INT32,
  INT64,
  INT96,
  FLOAT,
  DOUBLE,
  BYTE_ARRAY,
  FIXED_LEN_BYTE_ARRAY;

  /// The number in the file.
  @SuppressWarnings("EnumOrdinal")
  public int number() {
    return ordinal();
  }
}
