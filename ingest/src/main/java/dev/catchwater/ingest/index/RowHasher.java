package dev.catchwater.ingest.index;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Hashes the key and the content of rows (event time, then data columns, the event time filled
/// in).
///
/// The key: SipHash-2-4-128 over the key columns, keyed by the index's secret seed. Numbers enter
/// as 8 bytes, texts with their length before them; -0.0 equals 0.0 and all NaN are one, as people
/// and databases compare them.
///
/// In an index of keys, the content only tells a duplicate from a conflict: in the upper 40 bits
/// the sum of the hashes of every other column that has a value (so a column that is added later
/// and null changes nothing), in the lower 24 the event time's, which a row that came without one
/// is not compared by. In an index of states it is 64 bits of the columns that are compared, and
/// the event time stands beside it; there a null in a key equals every other.
///
/// Used by one thread.
final class RowHasher {
  static final long EVENT_TIME_MASK = (1L << 24) - 1;

  private final SipHash sip;
  private final int[] keyColumns;
  private final boolean[] isKey;
  private final boolean[] isCompared;
  private final boolean takesNullKeys;
  private final boolean hasTextKey;
  private final long[] tags;
  private long keyHigh;
  private long keyLow;
  private long comparedContent;
  private byte[] bytes = new byte[64];
  private int length;

  /// @param rows the schema of the rows to be hashed
  /// @param key names of the key columns
  /// @param seedHigh with `seedLow` the secret of the index
  /// @throws CatchwaterException `UNSUPPORTED` for a key column that is a list or struct
  RowHasher(DataSchema rows, List<String> key, long seedHigh, long seedLow) {
    this(rows, key, null, false, seedHigh, seedLow);
  }

  /// A hasher for an index of states.
  ///
  /// @param compared names of the columns that are compared, null for all
  static RowHasher ofStates(
      DataSchema rows,
      List<String> key,
      @Nullable List<String> compared,
      long seedHigh,
      long seedLow) {
    return new RowHasher(rows, key, compared, true, seedHigh, seedLow);
  }

  private RowHasher(
      DataSchema rows,
      List<String> key,
      @Nullable List<String> compared,
      boolean takesNullKeys,
      long seedHigh,
      long seedLow) {
    this.takesNullKeys = takesNullKeys;
    sip = new SipHash(seedHigh, seedLow);
    keyColumns = new int[key.size()];
    isKey = new boolean[rows.fields().size()];
    for (int i = 0; i < keyColumns.length; i++) {
      int column = rows.indexOf(key.get(i));
      if (column < 0) {
        throw new IllegalArgumentException("no column " + key.get(i));
      }
      requireKeyType(rows.fields().get(column));
      keyColumns[i] = column;
      isKey[column] = true;
    }
    hasTextKey =
        takesNullKeys
            && keyColumns.length == 1
            && rows.fields().get(keyColumns[0]).type().required().equals(Scalar.STRING);
    isCompared = new boolean[isKey.length];
    for (int i = 1; i < isCompared.length; i++) {
      String name = rows.fields().get(i).name();
      isCompared[i] = !isKey[i] && (compared == null || compared.contains(name));
    }
    tags = new long[isKey.length];
    for (int i = 0; i < tags.length; i++) {
      byte[] name = rows.fields().get(i).name().getBytes(StandardCharsets.UTF_8);
      sip.hash(name, 0, name.length);
      tags[i] = sip.high();
    }
  }

  /// Adds key and content of each row that has a whole key; rows with a null in it are left out.
  void hash(RecordBatch rows, KeySet into) {
    for (int row = 0; row < rows.rowCount(); row++) {
      if (nullKeyColumn(rows, row) < 0) {
        hashKey(rows, row);
        long high = sip.high();
        long low = sip.low();
        into.add(high, low, content(rows, row));
      }
    }
  }

  /// The first key column of a row that has no value, or -1.
  int nullKeyColumn(RecordBatch rows, int row) {
    for (int column : keyColumns) {
      if (rows.column(column).isNull(row)) {
        return column;
      }
    }
    return -1;
  }

  /// Hashes a row of states; the results stand in the accessors below.
  void hashState(RecordBatch rows, int row) {
    hashKey(rows, row);
    keyHigh = sip.high();
    keyLow = sip.low();
    long sum = 0;
    for (int i = 1; i < isCompared.length; i++) {
      if (isCompared[i] && !rows.column(i).isNull(row)) {
        sum += mix(valueHash(rows.column(i), row, tags[i]) ^ tags[i]);
      }
    }
    comparedContent = mix(sum);
  }

  /// Hashes the key of states that have one column of texts for it, as [#hashState] does.
  void hashTextKey(byte[] text) {
    if (!hasTextKey) {
      throw new IllegalArgumentException("the key is not one text");
    }
    length = 0;
    bytes[length++] = 1;
    putLong(text.length);
    room(text.length);
    System.arraycopy(text, 0, bytes, length, text.length);
    sip.hash(bytes, 0, length + text.length);
    keyHigh = sip.high();
    keyLow = sip.low();
  }

  long keyHigh() {
    return keyHigh;
  }

  long keyLow() {
    return keyLow;
  }

  long comparedContent() {
    return comparedContent;
  }

  private void hashKey(RecordBatch rows, int row) {
    length = 0;
    for (int column : keyColumns) {
      if (takesNullKeys) {
        boolean isNull = rows.column(column).isNull(row);
        room(1);
        bytes[length++] = (byte) (isNull ? 0 : 1);
        if (isNull) {
          continue;
        }
      }
      put(rows.column(column), row);
    }
    byte[] encoded = bytes;
    sip.hash(encoded, 0, length);
  }

  private long content(RecordBatch rows, int row) {
    long sum = 0;
    for (int i = 1; i < isKey.length; i++) {
      if (!isKey[i] && !rows.column(i).isNull(row)) {
        sum += mix(valueHash(rows.column(i), row, tags[i]) ^ tags[i]);
      }
    }
    long eventTime = isKey[0] ? 0 : mix(valueHash(rows.column(0), row, tags[0]) ^ tags[0]);
    return (mix(sum) & ~EVENT_TIME_MASK) | (eventTime & EVENT_TIME_MASK);
  }

  private long valueHash(Column column, int row, long tag) {
    // No switch over the type: linking one costs a one-row push more than everything else here.
    if (column instanceof Column.Longs c) {
      return c.values()[row];
    }
    if (column instanceof Column.Doubles c) {
      return Double.doubleToRawLongBits(c.values()[row]);
    }
    if (column instanceof Column.Bytes c) {
      int start = c.offsets()[row];
      sip.hash(c.data(), start, c.offsets()[row + 1] - start);
      return sip.high();
    }
    if (column instanceof Column.Ints c) {
      return c.values()[row];
    }
    if (column instanceof Column.Bools c) {
      return c.values()[row];
    }
    if (column instanceof Column.Floats c) {
      return Float.floatToRawIntBits(c.values()[row]);
    }
    if (column instanceof Column.Lists c) {
      long hash = c.offsets()[row + 1] - (long) c.offsets()[row];
      for (int i = c.offsets()[row]; i < c.offsets()[row + 1]; i++) {
        hash = mix(hash ^ tag) + childHash(c.items(), i, tag);
      }
      return hash;
    }
    long hash = 0;
    if (column instanceof Column.Structs c) {
      for (Column child : c.children()) {
        hash = mix(hash ^ tag) + childHash(child, row, tag);
      }
    }
    return hash;
  }

  private long childHash(Column column, int row, long tag) {
    return column.isNull(row) ? 1 : mix(valueHash(column, row, tag)) | 2;
  }

  private void put(Column column, int row) {
    if (column instanceof Column.Longs c) {
      putLong(c.values()[row]);
    } else if (column instanceof Column.Bytes c) {
      int start = c.offsets()[row];
      int count = c.offsets()[row + 1] - start;
      putLong(count);
      room(count);
      System.arraycopy(c.data(), start, bytes, length, count);
      length += count;
    } else if (column instanceof Column.Ints c) {
      putLong(c.values()[row]);
    } else if (column instanceof Column.Bools c) {
      putLong(c.values()[row]);
    } else if (column instanceof Column.Doubles c) {
      putLong(Double.doubleToLongBits(c.values()[row] + 0.0));
    } else if (column instanceof Column.Floats c) {
      putLong(Float.floatToIntBits(c.values()[row] + 0.0f));
    } else {
      throw new IllegalStateException("such key columns are refused at the beginning");
    }
  }

  private void putLong(long value) {
    room(8);
    byte[] to = bytes;
    int at = length;
    to[at] = (byte) value;
    to[at + 1] = (byte) (value >>> 8);
    to[at + 2] = (byte) (value >>> 16);
    to[at + 3] = (byte) (value >>> 24);
    to[at + 4] = (byte) (value >>> 32);
    to[at + 5] = (byte) (value >>> 40);
    to[at + 6] = (byte) (value >>> 48);
    to[at + 7] = (byte) (value >>> 56);
    length = at + 8;
  }

  private void room(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(length, count)));
    }
  }

  private static void requireKeyType(DataField field) {
    DataType type = field.type().required();
    if (type instanceof DataType.ListOf || type instanceof DataType.Struct) {
      throw CatchwaterException.of(
          ErrorCode.UNSUPPORTED,
          "Column " + field.name() + " is a " + type.odfName() + " and cannot be a key");
    }
  }

  /// The finalizer of MurmurHash3: every bit of the input moves every bit of the output.
  private static long mix(long value) {
    long mixed = value;
    mixed ^= mixed >>> 33;
    mixed *= 0xff51afd7ed558ccdL;
    mixed ^= mixed >>> 33;
    mixed *= 0xc4ceb9fe1a85ec53L;
    return mixed ^ mixed >>> 33;
  }
}
