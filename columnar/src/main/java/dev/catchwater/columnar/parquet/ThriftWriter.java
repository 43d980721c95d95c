package dev.catchwater.columnar.parquet;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes structs in Thrift's compact protocol, as far as Parquet needs it. Fields of a struct are
/// written in ascending order of their ids. Used by one thread.
final class ThriftWriter {
  static final int TRUE = 1;
  static final int FALSE = 2;
  static final int BYTE = 3;
  static final int I16 = 4;
  static final int I32 = 5;
  static final int I64 = 6;
  static final int DOUBLE = 7;
  static final int BINARY = 8;
  static final int LIST = 9;
  static final int SET = 10;
  static final int MAP = 11;
  static final int STRUCT = 12;

  private final ByteSink sink;
  private int[] outerIds = new int[8];
  private int depth;
  private int lastId;

  ThriftWriter(ByteSink sink) {
    this.sink = sink;
  }

  /// Begins a struct: the root, an item of a list, or after [#field] with [#STRUCT].
  void begin() {
    if (depth == outerIds.length) {
      outerIds = Arrays.copyOf(outerIds, depth * 2);
    }
    outerIds[depth++] = lastId;
    lastId = 0;
  }

  void end() {
    sink.put(0);
    lastId = outerIds[--depth];
  }

  void field(int id, int type) {
    int delta = id - lastId;
    if (delta > 0 && delta <= 15) {
      sink.put(delta << 4 | type);
    } else {
      sink.put(type);
      sink.putZigzag(id);
    }
    lastId = id;
  }

  void beginStruct(int id) {
    field(id, STRUCT);
    begin();
  }

  void emptyStruct(int id) {
    beginStruct(id);
    end();
  }

  void bool(int id, boolean value) {
    field(id, value ? TRUE : FALSE);
  }

  void int8(int id, int value) {
    field(id, BYTE);
    sink.put(value);
  }

  void int16(int id, int value) {
    field(id, I16);
    sink.putZigzag(value);
  }

  void int32(int id, int value) {
    field(id, I32);
    sink.putZigzag(value);
  }

  void int64(int id, long value) {
    field(id, I64);
    sink.putZigzag(value);
  }

  void string(int id, String value) {
    field(id, BINARY);
    stringItem(value);
  }

  void binary(int id, byte[] value) {
    field(id, BINARY);
    binaryItem(value);
  }

  void beginList(int id, int itemType, int count) {
    field(id, LIST);
    if (count < 15) {
      sink.put(count << 4 | itemType);
    } else {
      sink.put(0xf0 | itemType);
      sink.putVarint(count);
    }
  }

  void stringItem(String value) {
    binaryItem(value.getBytes(StandardCharsets.UTF_8));
  }

  void binaryItem(byte[] value) {
    sink.putVarint(value.length);
    sink.put(value, 0, value.length);
  }

  void int32Item(int value) {
    sink.putZigzag(value);
  }

  void int64Item(long value) {
    sink.putZigzag(value);
  }

  void boolItem(boolean value) {
    sink.put(value ? TRUE : FALSE);
  }
}
