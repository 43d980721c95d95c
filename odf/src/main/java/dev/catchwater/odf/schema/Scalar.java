package dev.catchwater.odf.schema;

/// The data types without parameters (ODF 0.39 `DataType`).
public enum Scalar implements DataType {
  BOOL("Bool", 2),
  DATE("Date", 3),
  FLOAT16("Float16", 6),
  FLOAT32("Float32", 7),
  FLOAT64("Float64", 8),
  INT8("Int8", 9),
  INT16("Int16", 10),
  INT32("Int32", 11),
  INT64("Int64", 12),
  UINT8("UInt8", 13),
  UINT16("UInt16", 14),
  UINT32("UInt32", 15),
  UINT64("UInt64", 16),
  NULL("Null", 19),
  STRING("String", 24);

  private final String odfName;
  private final int code;

  Scalar(String odfName, int code) {
    this.odfName = odfName;
    this.code = code;
  }

  @Override
  public String odfName() {
    return odfName;
  }

  @Override
  public int code() {
    return code;
  }
}
