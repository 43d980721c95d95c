package dev.catchwater.odf.codec;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A table of a FlatBuffer, read with every position checked: whatever the bytes hold, the worst
/// that happens is a `CORRUPT` error, and no more is allocated than a small multiple of the buffer.
///
/// ```
/// 0          root: u32 offset of the root table
/// table      i32 distance back to the vtable │ inline fields …
/// vtable     u16 size of vtable │ u16 size of table │ u16 offset of slot 0 in the table or 0 …
/// vector     u32 count │ elements …
/// string     u32 count │ UTF-8 │ 0
/// ```
final class FlatTable {
  private static final int DEPTH_MAX = 64;
  private static final int UNION_VALUE = 1;

  private final Buffer buffer;
  private final String name;
  private final int position;
  private final int vtable;
  private final int vtableSize;
  private final int depth;

  /// The bytes shared by all tables of one buffer, and what may still be read from them: tables,
  /// vectors and strings can be shared in a FlatBuffer, so a small one could unfold without end.
  private static final class Buffer {
    final ByteBuffer bytes;
    long budget;

    Buffer(byte[] array, int from, int count) {
      bytes = ByteBuffer.wrap(array, from, count).slice().order(ByteOrder.LITTLE_ENDIAN);
      budget = 8L * count + 65_536;
    }

    void spend(long count) {
      budget -= count;
      if (budget < 0) {
        throw corrupt("Block unfolds to more than its bytes can hold");
      }
    }
  }

  private FlatTable(Buffer buffer, String name, long position, int depth) {
    this.buffer = buffer;
    this.name = name;
    this.depth = depth;
    if (depth > DEPTH_MAX) {
      throw corrupt("Block nests deeper than " + DEPTH_MAX + " tables, in " + name);
    }
    buffer.spend(16);
    this.position = check(position, 4);
    long vtableAt = position - buffer.bytes.getInt(this.position);
    this.vtable = check(vtableAt, 4);
    this.vtableSize = buffer.bytes.getShort(vtable) & 0xffff;
    if (vtableSize < 4) {
      throw corrupt("Block is damaged: " + name + " has no field table");
    }
    check(vtableAt, vtableSize);
  }

  /// The root table of a buffer.
  static FlatTable root(byte[] bytes, String name) {
    Buffer buffer = new Buffer(bytes, 0, bytes.length);
    if (bytes.length < 8) {
      throw corrupt("Block is damaged: " + bytes.length + " bytes are too few for " + name);
    }
    return new FlatTable(buffer, name, buffer.bytes.getInt(0) & 0xffff_ffffL, 1);
  }

  String name() {
    return name;
  }

  /// Whether a slot has a value.
  boolean has(int slot) {
    return find(slot) != 0;
  }

  byte byteAt(int slot, byte absent) {
    int at = find(slot);
    return at == 0 ? absent : buffer.bytes.get(check(at, 1));
  }

  int shortAt(int slot, int absent) {
    int at = find(slot);
    return at == 0 ? absent : buffer.bytes.getShort(check(at, 2));
  }

  int intAt(int slot, int absent) {
    int at = find(slot);
    return at == 0 ? absent : buffer.bytes.getInt(check(at, 4));
  }

  long longAt(int slot, long absent) {
    int at = find(slot);
    return at == 0 ? absent : buffer.bytes.getLong(check(at, 8));
  }

  @Nullable Long optionalLong(int slot) {
    return has(slot) ? (Long) longAt(slot, 0) : null;
  }

  @Nullable Boolean optionalBoolean(int slot) {
    return has(slot) ? (Boolean) (byteAt(slot, (byte) 0) != 0) : null;
  }

  /// Where the bytes of an inline struct are, or 0 where it is absent.
  int structAt(int slot, int size) {
    int at = find(slot);
    return at == 0 ? 0 : check(at, size);
  }

  int rawInt(int at) {
    return buffer.bytes.getInt(check(at, 4));
  }

  int rawUnsignedShort(int at) {
    return buffer.bytes.getShort(check(at, 2)) & 0xffff;
  }

  byte @Nullable [] optionalBytes(int slot, String field) {
    int at = find(slot);
    if (at == 0) {
      return null;
    }
    int start = vector(at, 1, field);
    byte[] copy = new byte[buffer.bytes.getInt(start - 4)];
    buffer.bytes.get(start, copy);
    return copy;
  }

  byte[] bytes(int slot, String field) {
    byte[] value = optionalBytes(slot, field);
    if (value == null) {
      throw missing(field);
    }
    return value;
  }

  @Nullable String optionalString(int slot, String field) {
    int at = find(slot);
    return at == 0 ? null : stringAt(at, field);
  }

  String string(int slot, String field) {
    String value = optionalString(slot, field);
    if (value == null) {
      throw missing(field);
    }
    return value;
  }

  @Nullable List<String> optionalStrings(int slot, String field) {
    int at = find(slot);
    if (at == 0) {
      return null;
    }
    int start = vector(at, 4, field);
    int count = buffer.bytes.getInt(start - 4);
    List<String> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(stringAt(start + 4 * i, field));
    }
    return values;
  }

  List<String> strings(int slot, String field) {
    List<String> values = optionalStrings(slot, field);
    if (values == null) {
      throw missing(field);
    }
    return values;
  }

  @Nullable FlatTable optionalTable(int slot, String tableName) {
    int at = find(slot);
    return at == 0 ? null : tableAt(at, tableName);
  }

  FlatTable table(int slot, String field, String tableName) {
    FlatTable value = optionalTable(slot, tableName);
    if (value == null) {
      throw missing(field);
    }
    return value;
  }

  <T> @Nullable List<T> optionalTables(
      int slot, String field, String tableName, Function<FlatTable, T> read) {
    int at = find(slot);
    if (at == 0) {
      return null;
    }
    int start = vector(at, 4, field);
    int count = buffer.bytes.getInt(start - 4);
    List<T> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(read.apply(tableAt(start + 4 * i, tableName)));
    }
    return values;
  }

  <T> List<T> tables(int slot, String field, String tableName, Function<FlatTable, T> read) {
    List<T> values = optionalTables(slot, field, tableName, read);
    if (values == null) {
      throw missing(field);
    }
    return values;
  }

  /// The ordinal of a union, 0 where it is absent.
  int unionType(int slot) {
    return byteAt(slot, (byte) 0) & 0xff;
  }

  /// The table of a union whose type is in `slot`.
  FlatTable union(int slot, String field, String tableName) {
    return table(slot + UNION_VALUE, field, tableName);
  }

  CatchwaterException missing(String field) {
    return corrupt("Block is damaged: " + name + "." + field + " is missing");
  }

  CatchwaterException unknown(String field, long value) {
    return corrupt("Block is damaged: " + name + "." + field + " has the unknown value " + value);
  }

  static CatchwaterException corrupt(String message) {
    return CatchwaterException.of(ErrorCode.CORRUPT, message);
  }

  private int find(int slot) {
    int entry = 4 + 2 * slot;
    if (entry + 2 > vtableSize) {
      return 0;
    }
    int offset = buffer.bytes.getShort(vtable + entry) & 0xffff;
    return offset == 0 ? 0 : check((long) position + offset, 1);
  }

  private int follow(int at) {
    int from = check(at, 4);
    return check(from + (buffer.bytes.getInt(from) & 0xffff_ffffL), 4);
  }

  private FlatTable tableAt(int at, String tableName) {
    return new FlatTable(buffer, tableName, follow(at), depth + 1);
  }

  /// The position of the first element; the count, just before it, is checked against the bytes.
  private int vector(int at, int width, String field) {
    int start = follow(at);
    long count = buffer.bytes.getInt(start) & 0xffff_ffffL;
    if (start + 4 + count * width > buffer.bytes.limit()) {
      throw corrupt("Block is damaged: " + name + "." + field + " claims " + count + " elements");
    }
    buffer.spend(8 + count * width);
    return start + 4;
  }

  private String stringAt(int at, String field) {
    int start = vector(at, 1, field);
    byte[] utf8 = new byte[buffer.bytes.getInt(start - 4)];
    buffer.bytes.get(start, utf8);
    String text = new String(utf8, StandardCharsets.UTF_8);
    if (text.indexOf('\ufffd') >= 0) {
      requireUtf8(utf8, field);
    }
    return text;
  }

  private void requireUtf8(byte[] utf8, String field) {
    try {
      var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
    } catch (CharacterCodingException e) {
      throw corrupt("Block is damaged: " + name + "." + field + " is not UTF-8").withCause(e);
    }
  }

  private int check(long at, int width) {
    if (at < 0 || at + width > buffer.bytes.limit()) {
      throw corrupt("Block is damaged: " + name + " points outside of its bytes");
    }
    return (int) at;
  }
}
