package dev.catchwater.columnar.parquet;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// From ODF types to Parquet's, as parquet-rs maps them for kamu (odf-format §5.2).
final class StoredType {
  private static final int INT32_DIGITS_MAX = 9;
  private static final int INT64_DIGITS_MAX = 18;
  private static final int DIGITS_MAX = 76;

  private StoredType() {}

  static void append(List<SchemaElement> into, String name, DataType type) {
    int repetition =
        type.isOptional() || type == Scalar.NULL ? SchemaElement.OPTIONAL : SchemaElement.REQUIRED;
    // Not a switch over the sealed type, see SchemaElement.
    DataType required = type.required();
    if (required instanceof Scalar scalar) {
      into.add(ofScalar(name, repetition, scalar));
    } else if (required instanceof DataType.Timestamp time) {
      Annotation annotation =
          time.unit() == TimeUnit.SECOND
              ? null
              : new Annotation.OfTimestamp(!time.timezone().isEmpty(), time.unit());
      into.add(leaf(name, repetition, PhysicalType.INT64, annotation));
    } else if (required instanceof DataType.Decimal(int precision, int scale)) {
      into.add(ofDecimal(name, repetition, precision, scale));
    } else if (required instanceof DataType.Time time) {
      into.add(ofTime(name, repetition, time.unit()));
    } else if (required instanceof DataType.Duration) {
      into.add(leaf(name, repetition, PhysicalType.INT64, null));
    } else if (required instanceof DataType.Binary(Long length)) {
      into.add(
          length == null
              ? leaf(name, repetition, PhysicalType.BYTE_ARRAY, null)
              : fixed(name, repetition, Math.toIntExact(length), null));
    } else if (required instanceof DataType.ListOf list) {
      into.add(group(name, repetition, 1, Annotation.Plain.LIST));
      into.add(group("list", SchemaElement.REPEATED, 1, null));
      append(into, "item", list.itemType());
    } else if (required instanceof DataType.Struct(List<DataField> fields)) {
      if (fields.isEmpty()) {
        throw unsupported(name, "a struct without fields");
      }
      into.add(group(name, repetition, fields.size(), null));
      for (DataField field : fields) {
        append(into, field.name(), field.type());
      }
    } else {
      throw unsupported(name, "a map");
    }
  }

  private static SchemaElement ofScalar(String name, int repetition, Scalar scalar) {
    return switch (scalar) {
      case BOOL -> leaf(name, repetition, PhysicalType.BOOLEAN, null);
      case DATE -> leaf(name, repetition, PhysicalType.INT32, Annotation.Plain.DATE);
      case FLOAT16 -> fixed(name, repetition, 2, Annotation.Plain.FLOAT16);
      case FLOAT32 -> leaf(name, repetition, PhysicalType.FLOAT, null);
      case FLOAT64 -> leaf(name, repetition, PhysicalType.DOUBLE, null);
      case INT8 -> integer(name, repetition, 8, true);
      case INT16 -> integer(name, repetition, 16, true);
      case INT32 -> leaf(name, repetition, PhysicalType.INT32, null);
      case INT64 -> leaf(name, repetition, PhysicalType.INT64, null);
      case UINT8 -> integer(name, repetition, 8, false);
      case UINT16 -> integer(name, repetition, 16, false);
      case UINT32 -> integer(name, repetition, 32, false);
      case UINT64 -> integer(name, repetition, 64, false);
      case NULL -> leaf(name, repetition, PhysicalType.INT32, Annotation.Plain.UNKNOWN);
      case STRING -> leaf(name, repetition, PhysicalType.BYTE_ARRAY, Annotation.Plain.STRING);
    };
  }

  private static SchemaElement ofTime(String name, int repetition, TimeUnit unit) {
    // Parquet has no seconds; they are stored as milliseconds.
    boolean millis = unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND;
    return leaf(
        name,
        repetition,
        millis ? PhysicalType.INT32 : PhysicalType.INT64,
        new Annotation.OfTime(false, millis ? TimeUnit.MILLISECOND : unit));
  }

  private static SchemaElement ofDecimal(String name, int repetition, int precision, int scale) {
    if (precision < 1 || precision > DIGITS_MAX) {
      throw unsupported(name, "a decimal of " + precision + " digits");
    }
    if (scale < 0 || scale > precision) {
      throw unsupported(name, "a decimal with scale " + scale + " of " + precision + " digits");
    }
    Annotation annotation = new Annotation.OfDecimal(precision, scale);
    // One digit goes to INT64 in parquet-rs; the text of the schema is compared with kamu's.
    if (precision > 1 && precision <= INT32_DIGITS_MAX) {
      return leaf(name, repetition, PhysicalType.INT32, annotation);
    }
    if (precision <= INT64_DIGITS_MAX) {
      return leaf(name, repetition, PhysicalType.INT64, annotation);
    }
    return fixed(name, repetition, decimalLength(precision), annotation);
  }

  /// The fewest bytes that hold every number of so many digits.
  static int decimalLength(int precision) {
    return BigInteger.TEN.pow(precision).subtract(BigInteger.ONE).bitLength() / 8 + 1;
  }

  private static SchemaElement integer(String name, int repetition, int bits, boolean signed) {
    return leaf(
        name,
        repetition,
        bits == 64 ? PhysicalType.INT64 : PhysicalType.INT32,
        new Annotation.OfInteger(bits, signed));
  }

  private static SchemaElement leaf(
      String name, int repetition, PhysicalType physical, @Nullable Annotation annotation) {
    return new SchemaElement(name, physical, 0, repetition, 0, annotation);
  }

  private static SchemaElement fixed(
      String name, int repetition, int length, @Nullable Annotation annotation) {
    return new SchemaElement(
        name, PhysicalType.FIXED_LEN_BYTE_ARRAY, length, repetition, 0, annotation);
  }

  private static SchemaElement group(
      String name, int repetition, int childCount, @Nullable Annotation annotation) {
    return new SchemaElement(name, null, 0, repetition, childCount, annotation);
  }

  private static CatchwaterException unsupported(String name, String what) {
    return CatchwaterException.of(
        ErrorCode.UNSUPPORTED, "Column \"" + name + "\" is " + what + ", which slices cannot hold");
  }
}
