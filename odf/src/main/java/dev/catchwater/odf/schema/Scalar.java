package dev.catchwater.odf.schema;

/// The data types without parameters (ODF 0.39 `DataType`).
public enum Scalar implements DataType {
  BOOL("Bool"),
  DATE("Date"),
  FLOAT16("Float16"),
  FLOAT32("Float32"),
  FLOAT64("Float64"),
  INT8("Int8"),
  INT16("Int16"),
  INT32("Int32"),
  INT64("Int64"),
  UINT8("UInt8"),
  UINT16("UInt16"),
  UINT32("UInt32"),
  UINT64("UInt64"),
  NULL("Null"),
  STRING("String");

  private final String odfName;

  Scalar(String odfName) {
    this.odfName = odfName;
  }

  @Override
  public String odfName() {
    return odfName;
  }
}
