package dev.catchwater.odf.codec;

import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads schemas, fields and types (odf-format §3.4).
final class SchemaReader {
  private static final Scalar[] SCALARS = {
    null,
    null,
    Scalar.BOOL,
    Scalar.DATE,
    null,
    null,
    Scalar.FLOAT16,
    Scalar.FLOAT32,
    Scalar.FLOAT64,
    Scalar.INT8,
    Scalar.INT16,
    Scalar.INT32,
    Scalar.INT64,
    Scalar.UINT8,
    Scalar.UINT16,
    Scalar.UINT32,
    Scalar.UINT64,
    null,
    null,
    Scalar.NULL,
    null,
    null,
    null,
    null,
    Scalar.STRING
  };

  private SchemaReader() {}

  static @Nullable DataSchema optionalSchema(FlatTable owner, int slot) {
    FlatTable table = owner.optionalTable(slot, "DataSchema");
    return table == null
        ? null
        : new DataSchema(
            table.tables(0, "fields", "DataField", SchemaReader::field), optionalExtra(table, 1));
  }

  static @Nullable ExtraAttributes optionalExtra(FlatTable owner, int slot) {
    FlatTable table = owner.optionalTable(slot, "ExtraAttributes");
    return table == null ? null : new ExtraAttributes(table.string(0, "entries"));
  }

  private static DataField field(FlatTable table) {
    return new DataField(table.string(0, "name"), type(table, 1, "type"), optionalExtra(table, 3));
  }

  private static DataType type(FlatTable owner, int slot, String field) {
    int ordinal = owner.unionType(slot);
    if (ordinal == 0) {
      throw owner.missing(field);
    }
    if (ordinal >= SCALARS.length) {
      throw owner.unknown(field, ordinal);
    }
    FlatTable table = owner.union(slot, field, "DataType");
    Scalar scalar = SCALARS[ordinal];
    return scalar != null ? scalar : composite(ordinal, table);
  }

  private static DataType composite(int ordinal, FlatTable table) {
    return switch (ordinal) {
      case 1 -> new DataType.Binary(table.optionalLong(0));
      case 4 -> new DataType.Decimal(table.intAt(0, 0), table.intAt(1, 0));
      case 5 -> new DataType.Duration(unit(table));
      case 17 -> new DataType.ListOf(type(table, 0, "item_type"), table.optionalLong(2));
      case 18 ->
          new DataType.MapOf(
              type(table, 0, "key_type"), type(table, 2, "value_type"), table.optionalBoolean(4));
      case 20 -> option(table);
      case 21 -> new DataType.Struct(table.tables(0, "fields", "DataField", SchemaReader::field));
      case 22 -> new DataType.Time(unit(table));
      case 23 -> new DataType.Timestamp(unit(table), table.optionalString(1, "timezone"));
      default -> throw new IllegalStateException("a scalar is not composite: " + ordinal);
    };
  }

  private static DataType option(FlatTable table) {
    DataType inner = type(table, 0, "inner");
    if (inner instanceof DataType.Option) {
      throw FlatTable.corrupt("Block is damaged: an option inside an option");
    }
    return new DataType.Option(inner);
  }

  private static @Nullable TimeUnit unit(FlatTable table) {
    if (!table.has(0)) {
      return null;
    }
    int code = table.shortAt(0, 0);
    return switch (code) {
      case 0 -> TimeUnit.SECOND;
      case 1 -> TimeUnit.MILLISECOND;
      case 2 -> TimeUnit.MICROSECOND;
      case 3 -> TimeUnit.NANOSECOND;
      default -> throw table.unknown("unit", code);
    };
  }
}
