package dev.catchwater.columnar.hash;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.parquet.ByteSink;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataType;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// Hashes the values of one leaf: its type, then each value (odf-format §8.3, §8.4). The bytes are
/// put together in large pieces, because a digest is slow on small ones.
final class LeafHasher {
  private static final int ROWS_AT_ONCE = 8_192;
  private static final int BYTES_AT_ONCE = 65_536;

  private final MessageDigest digest = Multihash.newSha3();
  private final ByteSink sink = new ByteSink(256);
  private final HashedType type;

  LeafHasher(DataType type) {
    this.type = HashedType.of(type);
    this.type.putType(sink);
  }

  void update(Column column, long @Nullable [] validity) {
    int rowCount = column.rowCount();
    for (int from = 0; from < rowCount; from += ROWS_AT_ONCE) {
      int to = Math.min(rowCount, from + ROWS_AT_ONCE);
      if (validity == null) {
        putAll(column, from, to);
      } else {
        putSome(column, validity, from, to);
      }
      flush(BYTES_AT_ONCE / 2);
    }
  }

  byte[] finish() {
    flush(0);
    return digest.digest();
  }

  private void flush(int atLeast) {
    if (sink.size() > atLeast) {
      digest.update(sink.array(), 0, sink.size());
      sink.truncate(0);
    }
  }

  private void putAll(Column column, int from, int to) {
    int count = to - from;
    if (type.kind() == HashedType.Kind.NUMBER && type.width() >= 4) {
      if (column instanceof Column.Longs c) {
        sink.putLongs(c.values(), from, count);
        return;
      }
      if (column instanceof Column.Doubles c) {
        sink.putDoubles(c.values(), from, count);
        return;
      }
      if (column instanceof Column.Ints c) {
        sink.putInts(c.values(), from, count);
        return;
      }
      if (column instanceof Column.Floats c) {
        sink.putFloats(c.values(), from, count);
        return;
      }
    }
    if (type.kind() == HashedType.Kind.BYTES && column instanceof Column.Bytes c) {
      for (int row = from; row < to; row++) {
        putBytes(c, row);
      }
      return;
    }
    for (int row = from; row < to; row++) {
      type.put(sink, column, row);
      flush(BYTES_AT_ONCE);
    }
  }

  private void putSome(Column column, long[] validity, int from, int to) {
    if (type.kind() == HashedType.Kind.BYTES && column instanceof Column.Bytes c) {
      for (int row = from; row < to; row++) {
        if ((validity[row >> 6] & 1L << row) == 0) {
          sink.put(0);
        } else {
          putBytes(c, row);
        }
      }
      return;
    }
    if (type.kind() == HashedType.Kind.NUMBER) {
      if (column instanceof Column.Longs c) {
        putSome(c.values(), validity, from, to);
        return;
      }
      if (column instanceof Column.Doubles c) {
        putSome(c.values(), validity, from, to);
        return;
      }
    }
    for (int row = from; row < to; row++) {
      if ((validity[row >> 6] & 1L << row) == 0) {
        sink.put(0);
      } else {
        type.put(sink, column, row);
      }
      flush(BYTES_AT_ONCE);
    }
  }

  private void putSome(long[] values, long[] validity, int from, int to) {
    for (int row = from; row < to; row++) {
      if ((validity[row >> 6] & 1L << row) == 0) {
        sink.put(0);
      } else {
        sink.putLong(values[row]);
      }
    }
  }

  private void putSome(double[] values, long[] validity, int from, int to) {
    for (int row = from; row < to; row++) {
      if ((validity[row >> 6] & 1L << row) == 0) {
        sink.put(0);
      } else {
        sink.putLong(Double.doubleToRawLongBits(values[row]));
      }
    }
  }

  private void putBytes(Column.Bytes column, int row) {
    int start = column.offsets()[row];
    int length = column.offsets()[row + 1] - start;
    sink.putLong(length);
    sink.put(column.data(), start, length);
    flush(BYTES_AT_ONCE);
  }
}
