package dev.catchwater.odf.codec;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The legacy form of a schema: a bare Arrow IPC `Schema` FlatBuffer (odf-format §5.1). It is only
/// read, and its encodings are dropped: Utf8, LargeUtf8 and Utf8View are all `String`.
public final class ArrowSchema {
  private ArrowSchema() {}

  /// The ODF schema of an Arrow one. An Arrow type without an ODF form is `UNSUPPORTED`, bytes that
  /// hold no schema are `CORRUPT`.
  public static DataSchema read(byte[] bytes) {
    return DataSchema.of(
        FlatTable.root(bytes, "ArrowSchema").tables(1, "fields", "ArrowField", ArrowSchema::field));
  }

  private static DataField field(FlatTable table) {
    String name = table.string(0, "name");
    DataType type = type(table, name);
    return DataField.of(name, table.byteAt(1, (byte) 0) != 0 ? type.optional() : type);
  }

  private static DataType type(FlatTable field, String name) {
    int ordinal = field.unionType(2);
    if (ordinal == 0) {
      throw field.missing("type");
    }
    if (field.has(4)) {
      throw unsupported(name, "Dictionary");
    }
    FlatTable table = field.union(2, "type", "ArrowType");
    return switch (ordinal) {
      case 1 -> Scalar.NULL;
      case 2 -> integer(table);
      case 3 -> floatingPoint(table);
      case 4, 19, 23 -> new DataType.Binary(null);
      case 5, 20, 24 -> Scalar.STRING;
      case 6 -> Scalar.BOOL;
      case 7 -> new DataType.Decimal(table.intAt(0, 0), table.intAt(1, 0));
      case 8 -> Scalar.DATE;
      case 9 -> new DataType.Time(unit(table, 1));
      case 10 -> new DataType.Timestamp(unit(table, 0), table.optionalString(1, "timezone"));
      case 12, 21, 25, 26 -> new DataType.ListOf(child(field, 0).type(), null);
      case 13 -> new DataType.Struct(children(field));
      case 15 -> new DataType.Binary((long) table.intAt(0, 0));
      case 16 -> new DataType.ListOf(child(field, 0).type(), (long) table.intAt(0, 0));
      case 17 -> map(field, table);
      case 18 -> new DataType.Duration(unit(table, 1));
      case 11 -> throw unsupported(name, "Interval");
      case 14 -> throw unsupported(name, "Union");
      case 22 -> throw unsupported(name, "RunEndEncoded");
      default -> throw field.unknown("type", ordinal);
    };
  }

  private static List<DataField> children(FlatTable field) {
    return field.tables(5, "children", "ArrowField", ArrowSchema::field);
  }

  private static DataField child(FlatTable field, int index) {
    List<DataField> children = children(field);
    if (children.size() <= index) {
      throw field.missing("children");
    }
    return children.get(index);
  }

  private static DataType map(FlatTable field, FlatTable table) {
    if (child(field, 0).type().required() instanceof DataType.Struct(List<DataField> entries)
        && entries.size() == 2) {
      return new DataType.MapOf(
          entries.getFirst().type(), entries.getLast().type(), table.optionalBoolean(0));
    }
    throw field.unknown("children", 17);
  }

  private static DataType integer(FlatTable table) {
    boolean signed = table.byteAt(1, (byte) 0) != 0;
    int bits = table.intAt(0, 0);
    return switch (bits) {
      case 8 -> signed ? Scalar.INT8 : Scalar.UINT8;
      case 16 -> signed ? Scalar.INT16 : Scalar.UINT16;
      case 32 -> signed ? Scalar.INT32 : Scalar.UINT32;
      case 64 -> signed ? Scalar.INT64 : Scalar.UINT64;
      default -> throw table.unknown("bitWidth", bits);
    };
  }

  private static DataType floatingPoint(FlatTable table) {
    int precision = table.shortAt(0, 0);
    return switch (precision) {
      case 0 -> Scalar.FLOAT16;
      case 1 -> Scalar.FLOAT32;
      case 2 -> Scalar.FLOAT64;
      default -> throw table.unknown("precision", precision);
    };
  }

  /// @param absent what Arrow means where the field is left out
  private static @Nullable TimeUnit unit(FlatTable table, int absent) {
    int code = table.shortAt(0, absent);
    return switch (code) {
      case 0 -> TimeUnit.SECOND;
      case 1 -> TimeUnit.MILLISECOND;
      case 2 -> TimeUnit.MICROSECOND;
      case 3 -> TimeUnit.NANOSECOND;
      default -> throw table.unknown("unit", code);
    };
  }

  private static CatchwaterException unsupported(String column, String arrowType) {
    return CatchwaterException.of(
        ErrorCode.UNSUPPORTED,
        "Column '" + column + "' has the Arrow type " + arrowType + ", which ODF does not have");
  }
}
