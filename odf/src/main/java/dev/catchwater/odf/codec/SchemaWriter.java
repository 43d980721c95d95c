package dev.catchwater.odf.codec;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.odf.schema.TimeUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes schemas, fields and types in the order of odf-format §3.5.
final class SchemaWriter {
  private SchemaWriter() {}

  /// 0 for null, as all `write` methods of this package.
  static int write(FlatBufferBuilder to, @Nullable DataSchema schema) {
    if (schema == null) {
      return 0;
    }
    int fields = fields(to, schema.fields());
    int extra = write(to, schema.extra());
    to.startTable(2);
    to.addOffset(0, fields, 0);
    to.addOffset(1, extra, 0);
    return to.endTable();
  }

  static int write(FlatBufferBuilder to, @Nullable ExtraAttributes extra) {
    if (extra == null) {
      return 0;
    }
    int entries = to.createString(extra.json());
    to.startTable(1);
    to.addOffset(0, entries, 0);
    return to.endTable();
  }

  private static int fields(FlatBufferBuilder to, List<DataField> fields) {
    int[] offsets = new int[fields.size()];
    for (int i = 0; i < offsets.length; i++) {
      DataField field = fields.get(i);
      int name = to.createString(field.name());
      int type = type(to, field.type());
      int extra = write(to, field.extra());
      to.startTable(4);
      to.addOffset(0, name, 0);
      to.addByte(1, ordinal(field.type()), 0);
      to.addOffset(2, type, 0);
      to.addOffset(3, extra, 0);
      offsets[i] = to.endTable();
    }
    return to.createVectorOfTables(offsets);
  }

  private static byte ordinal(DataType type) {
    return (byte) type.code();
  }

  private static int type(FlatBufferBuilder to, DataType type) {
    return switch (type.code()) {
      case 1 -> binary(to, (DataType.Binary) type);
      case 4 -> decimal(to, (DataType.Decimal) type);
      case 5 -> unit(to, ((DataType.Duration) type).statedUnit());
      case 17 -> list(to, (DataType.ListOf) type);
      case 18 -> map(to, (DataType.MapOf) type);
      case 20 -> option(to, (DataType.Option) type);
      case 21 -> SourceWriter.offsets(to, fields(to, ((DataType.Struct) type).fields()));
      case 22 -> unit(to, ((DataType.Time) type).statedUnit());
      case 23 -> timestamp(to, (DataType.Timestamp) type);
      default -> empty(to);
    };
  }

  private static int binary(FlatBufferBuilder to, DataType.Binary binary) {
    to.startTable(1);
    FlatScalars.addLong(to, 0, binary.fixedLength());
    return to.endTable();
  }

  private static int decimal(FlatBufferBuilder to, DataType.Decimal decimal) {
    to.startTable(2);
    to.addInt(0, decimal.precision(), 0);
    to.addInt(1, decimal.scale(), 0);
    return to.endTable();
  }

  private static int option(FlatBufferBuilder to, DataType.Option option) {
    int inner = type(to, option.inner());
    to.startTable(2);
    to.addByte(0, ordinal(option.inner()), 0);
    to.addOffset(1, inner, 0);
    return to.endTable();
  }

  static int empty(FlatBufferBuilder to) {
    to.startTable(0);
    return to.endTable();
  }

  private static int unit(FlatBufferBuilder to, @Nullable TimeUnit unit) {
    to.startTable(1);
    addUnit(to, unit);
    return to.endTable();
  }

  private static void addUnit(FlatBufferBuilder to, @Nullable TimeUnit unit) {
    if (unit != null) {
      to.addShort((short) unit.code());
      to.slot(0);
    }
  }

  private static int timestamp(FlatBufferBuilder to, DataType.Timestamp timestamp) {
    int timezone = FlatScalars.string(to, timestamp.statedTimezone());
    to.startTable(2);
    addUnit(to, timestamp.statedUnit());
    to.addOffset(1, timezone, 0);
    return to.endTable();
  }

  private static int list(FlatBufferBuilder to, DataType.ListOf list) {
    int item = type(to, list.itemType());
    to.startTable(3);
    to.addByte(0, ordinal(list.itemType()), 0);
    to.addOffset(1, item, 0);
    FlatScalars.addLong(to, 2, list.fixedLength());
    return to.endTable();
  }

  private static int map(FlatBufferBuilder to, DataType.MapOf map) {
    int key = type(to, map.keyType());
    int value = type(to, map.valueType());
    to.startTable(5);
    to.addByte(0, ordinal(map.keyType()), 0);
    to.addOffset(1, key, 0);
    to.addByte(2, ordinal(map.valueType()), 0);
    to.addOffset(3, value, 0);
    FlatScalars.addBoolean(to, 4, map.statedKeysSorted());
    return to.endTable();
  }
}
