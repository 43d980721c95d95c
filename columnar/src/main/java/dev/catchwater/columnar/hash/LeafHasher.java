package dev.catchwater.columnar.hash;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.parquet.ByteSink;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataType;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// Hashes the values of one leaf: its type, then each value (odf-format §8.3, §8.4). The bytes are
/// put together in large pieces, because a digest is slow on small ones. A sum is taken over the
/// very bytes of the hash, so that equal sums say of two columns what equal hashes would.
final class LeafHasher {
  private static final int ROWS_AT_ONCE = 8_192;
  private static final int BYTES_AT_ONCE = 65_536;

  private final @Nullable MessageDigest digest;
  private final @Nullable ByteSum sum;
  private final ByteSink sink = new ByteSink(256);
  private final HashedType type;

  LeafHasher(DataType type, boolean hashed, boolean summed) {
    this.digest = hashed ? Multihash.newSha3() : null;
    this.sum = summed ? new ByteSum() : null;
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
    if (digest == null) {
      throw new IllegalStateException("a column that is summed only has no hash");
    }
    flush(0);
    return digest.digest();
  }

  long sum() {
    if (sum == null) {
      throw new IllegalStateException("a column that is hashed only has no sum");
    }
    flush(0);
    return sum.value();
  }

  private void flush(int atLeast) {
    if (sink.size() > atLeast) {
      if (digest != null) {
        digest.update(sink.array(), 0, sink.size());
      }
      if (sum != null) {
        sum.update(sink.array(), sink.size());
      }
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
