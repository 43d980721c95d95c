package dev.catchwater.columnar.parquet;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads structs in Thrift's compact protocol from a part of an array. Everything is checked
/// against the end of that part, so damaged bytes end in `CORRUPT` and never in wild memory use.
/// Used by one thread.
final class ThriftReader {
  private static final int DEPTH_MAX = 32;

  private final byte[] bytes;
  private final int end;
  private int position;
  private final int[] outerIds = new int[DEPTH_MAX];
  private int depth;
  private int lastId;
  private int type;

  ThriftReader(byte[] bytes, int from, int length) {
    this.bytes = bytes;
    this.position = from;
    this.end = from + length;
  }

  int position() {
    return position;
  }

  void begin() {
    if (depth == DEPTH_MAX) {
      throw damaged("structs nested too deeply");
    }
    outerIds[depth++] = lastId;
    lastId = 0;
  }

  /// The id of the next field of the struct begun last, or 0 at its end, which ends the struct.
  int nextField() {
    int head = next() & 0xff;
    if (head == 0) {
      lastId = outerIds[--depth];
      return 0;
    }
    type = head & 0x0f;
    int delta = head >> 4;
    lastId = delta == 0 ? (int) zigzag() : lastId + delta;
    if (lastId <= 0) {
      throw damaged("field id " + lastId);
    }
    return lastId;
  }

  /// Passes over the value of the field read last.
  void skip() {
    skip(type);
  }

  boolean bool() {
    if (type != ThriftWriter.TRUE && type != ThriftWriter.FALSE) {
      throw damaged("type " + type + " for a boolean");
    }
    return type == ThriftWriter.TRUE;
  }

  int int8() {
    require(ThriftWriter.BYTE);
    return next();
  }

  int int32() {
    if (type != ThriftWriter.I32 && type != ThriftWriter.I16) {
      throw damaged("type " + type + " for a number");
    }
    return int32Item();
  }

  long int64() {
    require(ThriftWriter.I64);
    return zigzag();
  }

  byte[] binary() {
    require(ThriftWriter.BINARY);
    return binaryItem();
  }

  String string() {
    require(ThriftWriter.BINARY);
    return stringItem();
  }

  /// Enters a struct that is the value of the field read last.
  void beginStruct() {
    require(ThriftWriter.STRUCT);
    begin();
  }

  /// Items of the list that is the value of the field read last. Each takes a byte at least, which
  /// bounds the count.
  int beginList(int itemType) {
    require(ThriftWriter.LIST);
    int head = next() & 0xff;
    long count = head >> 4 == 15 ? varint() : head >> 4;
    int items = head & 0x0f;
    boolean fits =
        items == itemType || (itemType == ThriftWriter.TRUE && items == ThriftWriter.FALSE);
    if (count < 0 || count > end - position || (count > 0 && !fits)) {
      throw damaged("list of " + count + " items of type " + items);
    }
    return (int) count;
  }

  boolean boolItem() {
    return next() == ThriftWriter.TRUE;
  }

  int int32Item() {
    long value = zigzag();
    if (value != (int) value) {
      throw damaged("number " + value + " out of range");
    }
    return (int) value;
  }

  long int64Item() {
    return zigzag();
  }

  byte[] binaryItem() {
    int length = length();
    byte[] value = Arrays.copyOfRange(bytes, position, position + length);
    position += length;
    return value;
  }

  String stringItem() {
    int length = length();
    String value = new String(bytes, position, length, StandardCharsets.UTF_8);
    position += length;
    return value;
  }

  private int length() {
    long length = varint();
    if (length < 0 || length > end - position) {
      throw damaged("string of " + length + " bytes");
    }
    return (int) length;
  }

  private void require(int wanted) {
    if (type != wanted) {
      throw damaged("type " + type + " where " + wanted + " is meant");
    }
  }

  private byte next() {
    if (position >= end) {
      throw damaged("ends too early");
    }
    return bytes[position++];
  }

  private long zigzag() {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      byte b = next();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw damaged("number without end");
  }

  private void skip(int what) {
    switch (what) {
      case ThriftWriter.TRUE, ThriftWriter.FALSE -> {}
      case ThriftWriter.BYTE -> next();
      case ThriftWriter.I16, ThriftWriter.I32, ThriftWriter.I64 -> varint();
      case ThriftWriter.DOUBLE -> {
        if (end - position < 8) {
          throw damaged("ends too early");
        }
        position += 8;
      }
      case ThriftWriter.BINARY -> {
        int length = length();
        position += length;
      }
      case ThriftWriter.LIST, ThriftWriter.SET -> {
        begin();
        skipList();
        lastId = outerIds[--depth];
      }
      case ThriftWriter.STRUCT -> {
        begin();
        while (nextField() != 0) {
          skip(type);
        }
      }
      default -> throw damaged("value of type " + what);
    }
  }

  private void skipList() {
    int head = next() & 0xff;
    long count = head >> 4 == 15 ? varint() : head >> 4;
    int item = head & 0x0f;
    if (count < 0 || count > end - position) {
      throw damaged("list of " + count + " items");
    }
    for (long i = 0; i < count; i++) {
      if (item == ThriftWriter.TRUE || item == ThriftWriter.FALSE) {
        next();
      } else {
        skip(item);
      }
    }
  }

  private static CatchwaterException damaged(String how) {
    return CatchwaterException.of(ErrorCode.CORRUPT, "Parquet metadata is damaged: " + how);
  }
}
