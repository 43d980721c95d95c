package dev.catchwater.flight;

import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/// ODF's types in Arrow's words. Every column may have nulls, and lengths of lists and bytes are
/// not told, as in the result of any statement. Stateless.
final class ArrowTypes {
  private static final int SMALL_DECIMAL_DIGITS = 38;
  private static final int SMALL_DECIMAL_BITS = 128;
  private static final int LARGE_DECIMAL_BITS = 256;

  private ArrowTypes() {}

  /// A schema whose columns have the same names.
  static Schema schema(DataSchema schema) {
    List<Field> fields = new ArrayList<>();
    for (DataField field : schema.fields()) {
      fields.add(field(field.name(), field.type()));
    }
    return new Schema(fields);
  }

  /// A column.
  static Field field(String name, DataType type) {
    List<Field> children = new ArrayList<>();
    DataType required = type.required();
    if (required instanceof DataType.ListOf list) {
      children.add(field("item", list.itemType()));
    } else if (required instanceof DataType.Struct struct) {
      for (DataField field : struct.fields()) {
        children.add(field(field.name(), field.type()));
      }
    }
    return new Field(name, FieldType.nullable(arrow(required)), children);
  }

  private static ArrowType arrow(DataType type) {
    return switch (type) {
      case Scalar scalar -> scalar(scalar);
      case DataType.Binary _ -> ArrowType.Binary.INSTANCE;
      case DataType.Decimal(int precision, int scale) ->
          new ArrowType.Decimal(
              precision,
              scale,
              precision > SMALL_DECIMAL_DIGITS ? LARGE_DECIMAL_BITS : SMALL_DECIMAL_BITS);
      case DataType.Duration duration -> new ArrowType.Duration(unit(duration.unit()));
      case DataType.ListOf _ -> ArrowType.List.INSTANCE;
      // A statement hands maps out as JSON.
      case DataType.MapOf _ -> ArrowType.Utf8.INSTANCE;
      case DataType.Struct _ -> ArrowType.Struct.INSTANCE;
      case DataType.Time time -> time(time.unit());
      case DataType.Timestamp time -> new ArrowType.Timestamp(unit(time.unit()), time.timezone());
      case DataType.Option option -> arrow(option.inner());
    };
  }

  private static ArrowType scalar(Scalar scalar) {
    return switch (scalar) {
      case BOOL -> ArrowType.Bool.INSTANCE;
      case DATE -> new ArrowType.Date(DateUnit.DAY);
      case FLOAT16 -> new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
      case FLOAT32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case INT8 -> new ArrowType.Int(8, true);
      case INT16 -> new ArrowType.Int(16, true);
      case INT32 -> new ArrowType.Int(32, true);
      case INT64 -> new ArrowType.Int(64, true);
      case UINT8 -> new ArrowType.Int(8, false);
      case UINT16 -> new ArrowType.Int(16, false);
      case UINT32 -> new ArrowType.Int(32, false);
      case UINT64 -> new ArrowType.Int(64, false);
      case NULL -> ArrowType.Null.INSTANCE;
      case STRING -> ArrowType.Utf8.INSTANCE;
    };
  }

  private static ArrowType time(dev.catchwater.odf.schema.TimeUnit unit) {
    boolean isShort =
        unit == dev.catchwater.odf.schema.TimeUnit.SECOND
            || unit == dev.catchwater.odf.schema.TimeUnit.MILLISECOND;
    return new ArrowType.Time(unit(unit), isShort ? 32 : 64);
  }

  private static TimeUnit unit(dev.catchwater.odf.schema.TimeUnit unit) {
    return switch (unit) {
      case SECOND -> TimeUnit.SECOND;
      case MILLISECOND -> TimeUnit.MILLISECOND;
      case MICROSECOND -> TimeUnit.MICROSECOND;
      case NANOSECOND -> TimeUnit.NANOSECOND;
    };
  }
}
