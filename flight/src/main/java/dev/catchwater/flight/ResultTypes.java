package dev.catchwater.flight;

import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import dev.catchwater.query.sql.DuckColumns;
import dev.catchwater.query.sql.Steps.StepColumn;
import java.util.ArrayList;
import java.util.List;

/// What `SELECT *` gives of a dataset: its columns by their names in SQL, with the types that they
/// have after the engine of SQL has had them. Stateless.
final class ResultTypes {
  private static final int DECIMAL_DIGITS_MAX = 38;

  private ResultTypes() {}

  /// The columns of a statement that asks for all columns.
  static DataSchema of(DataSchema stored) {
    List<StepColumn> columns = DuckColumns.of(stored);
    List<DataField> fields = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      fields.add(DataField.of(columns.get(i).name(), of(stored.fields().get(i).type())));
    }
    return DataSchema.of(fields);
  }

  private static DataType of(DataType type) {
    return switch (type.required()) {
      case Scalar scalar ->
          switch (scalar) {
            case FLOAT16 -> Scalar.FLOAT32;
            case NULL -> Scalar.INT32;
            default -> scalar;
          };
      case DataType.Binary _ -> new DataType.Binary(null);
      case DataType.Decimal decimal ->
          decimal.precision() > DECIMAL_DIGITS_MAX ? Scalar.FLOAT64 : decimal;
      case DataType.Duration _ -> Scalar.INT64;
      case DataType.ListOf list -> new DataType.ListOf(of(list.itemType()), null);
      case DataType.MapOf _ -> Scalar.STRING;
      case DataType.Struct struct -> struct(struct);
      case DataType.Time _ -> new DataType.Time(TimeUnit.MICROSECOND);
      case DataType.Timestamp _ -> new DataType.Timestamp(TimeUnit.MICROSECOND, "UTC");
      case DataType.Option option -> of(option.inner());
    };
  }

  private static DataType struct(DataType.Struct struct) {
    List<DataField> fields = new ArrayList<>();
    for (DataField field : struct.fields()) {
      fields.add(DataField.of(field.name(), of(field.type())));
    }
    return new DataType.Struct(fields);
  }
}
