package dev.catchwater.odf.codec;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.odf.schema.Scalar;
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
    return (byte)
        switch (type) {
          case Scalar scalar -> ordinal(scalar);
          case DataType.Binary _ -> 1;
          case DataType.Decimal _ -> 4;
          case DataType.Duration _ -> 5;
          case DataType.ListOf _ -> 17;
          case DataType.MapOf _ -> 18;
          case DataType.Option _ -> 20;
          case DataType.Struct _ -> 21;
          case DataType.Time _ -> 22;
          case DataType.Timestamp _ -> 23;
        };
  }

  private static int ordinal(Scalar scalar) {
    return switch (scalar) {
      case BOOL -> 2;
      case DATE -> 3;
      case FLOAT16 -> 6;
      case FLOAT32 -> 7;
      case FLOAT64 -> 8;
      case INT8 -> 9;
      case INT16 -> 10;
      case INT32 -> 11;
      case INT64 -> 12;
      case UINT8 -> 13;
      case UINT16 -> 14;
      case UINT32 -> 15;
      case UINT64 -> 16;
      case NULL -> 19;
      case STRING -> 24;
    };
  }

  private static int type(FlatBufferBuilder to, DataType type) {
    return switch (type) {
      case Scalar _ -> empty(to);
      case DataType.Binary binary -> {
        to.startTable(1);
        FlatScalars.addLong(to, 0, binary.fixedLength());
        yield to.endTable();
      }
      case DataType.Decimal decimal -> {
        to.startTable(2);
        to.addInt(0, decimal.precision(), 0);
        to.addInt(1, decimal.scale(), 0);
        yield to.endTable();
      }
      case DataType.Duration duration -> unit(to, duration.statedUnit());
      case DataType.Time time -> unit(to, time.statedUnit());
      case DataType.Option option -> {
        int inner = type(to, option.inner());
        to.startTable(2);
        to.addByte(0, ordinal(option.inner()), 0);
        to.addOffset(1, inner, 0);
        yield to.endTable();
      }
      case DataType.Struct struct -> {
        int fields = fields(to, struct.fields());
        to.startTable(1);
        to.addOffset(0, fields, 0);
        yield to.endTable();
      }
      case DataType.Timestamp timestamp -> timestamp(to, timestamp);
      case DataType.ListOf list -> list(to, list);
      case DataType.MapOf map -> map(to, map);
    };
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
