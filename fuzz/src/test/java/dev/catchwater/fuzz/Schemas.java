package dev.catchwater.fuzz;

import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import java.util.List;

/// The schemas that inputs are read with; names are short so that inputs are.
final class Schemas {
  /// Every common type, optional.
  static final DataSchema MANY =
      DataSchema.of(
          List.of(
              optional("i", Scalar.INT64),
              optional("x", Scalar.FLOAT64),
              optional("s", Scalar.STRING),
              optional("b", Scalar.BOOL),
              optional("t", DataType.Timestamp.MILLIS_UTC),
              optional("d", Scalar.DATE),
              optional("n", new DataType.Decimal(18, 4)),
              optional("l", new DataType.ListOf(Scalar.INT64.optional(), null))));

  /// The rarer types, some of them required.
  static final DataSchema RARE =
      DataSchema.of(
          List.of(
              DataField.of("a", Scalar.INT8),
              optional("c", Scalar.UINT16),
              optional("u", Scalar.UINT64),
              optional("w", new DataType.Decimal(38, 10)),
              optional("f", Scalar.FLOAT32),
              optional("h", Scalar.FLOAT16),
              optional("t", new DataType.Timestamp(TimeUnit.NANOSECOND, null)),
              optional("m", new DataType.Time(TimeUnit.MICROSECOND)),
              optional("y", new DataType.Binary(null)),
              optional(
                  "o",
                  new DataType.Struct(
                      List.of(
                          optional("i", Scalar.INT32),
                          optional("l", new DataType.ListOf(Scalar.STRING, null)))))));

  /// Features with two properties and the geometry.
  static final DataSchema FEATURE =
      DataSchema.of(
          List.of(
              optional("i", Scalar.INT64),
              optional("s", Scalar.STRING),
              optional("geometry", Scalar.STRING)));

  private Schemas() {}

  private static DataField optional(String name, DataType type) {
    return DataField.of(name, type.optional());
  }
}
