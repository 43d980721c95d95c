package dev.catchwater.columnar.parquet;

/// How the values of a page are written: the numbers of parquet-format.
public final class Encoding {
  public static final int PLAIN = 0;

  /// The dictionary encoding's older number.
  public static final int PLAIN_DICTIONARY = 2;

  public static final int RLE = 3;
  public static final int BIT_PACKED = 4;
  public static final int DELTA_BINARY_PACKED = 5;
  public static final int DELTA_LENGTH_BYTE_ARRAY = 6;
  public static final int DELTA_BYTE_ARRAY = 7;
  public static final int RLE_DICTIONARY = 8;
  public static final int BYTE_STREAM_SPLIT = 9;

  private Encoding() {}
}
