package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataSchema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Batches as bytes and back, for scratch files and records of a journal: each column is its kind
/// (1 byte), whether validity bits follow (1 byte), the bits, then its arrays, little-endian, cut
/// to the rows. Byte arrays and offsets are rebased to 0. One instance encodes for one thread and
/// reuses its buffer.
public final class RowCodec {
  private static final byte BOOLS = 1;
  private static final byte INTS = 2;
  private static final byte LONGS = 3;
  private static final byte FLOATS = 4;
  private static final byte DOUBLES = 5;
  private static final byte BYTES = 6;
  private static final byte LISTS = 7;
  private static final byte STRUCTS = 8;
  private static final byte NULLS = 9;

  private byte[] bytes = new byte[1 << 12];
  private ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

  /// The bytes of the last [#encode], from 0 to its position.
  public byte[] bytes() {
    return bytes;
  }

  /// The rows behind `reserved` bytes that the caller fills; ends at the buffer's position. Valid
  /// until the next call.
  public ByteBuffer encode(RecordBatch rows, int reserved) {
    out.clear();
    room(reserved);
    out.position(reserved);
    for (Column column : rows.columns()) {
      encode(column);
    }
    return out;
  }

  /// The rows in the first `length` bytes.
  public static RecordBatch decode(DataSchema schema, int rowCount, byte[] bytes, int length) {
    return decode(schema, rowCount, ByteBuffer.wrap(bytes, 0, length));
  }

  /// The rows from the buffer's position on, which is behind them afterwards.
  public static RecordBatch decode(DataSchema schema, int rowCount, ByteBuffer buffer) {
    ByteBuffer in = buffer.order(ByteOrder.LITTLE_ENDIAN);
    List<Column> columns = new ArrayList<>(schema.fields().size());
    for (int i = 0; i < schema.fields().size(); i++) {
      columns.add(decode(in, rowCount));
    }
    return new RecordBatch(schema, rowCount, columns);
  }

  private void encode(Column column) {
    int rows = column.rowCount();
    room(2);
    out.put(kind(column));
    long[] bits = column instanceof Column.Nulls ? null : column.validity();
    out.put((byte) (bits == null ? 0 : 1));
    if (bits != null) {
      putLongs(bits, (rows + 63) >> 6);
    }
    switch (column) {
      case Column.Bools c -> putBytes(c.values(), 0, rows);
      case Column.Ints c -> putInts(c.values(), rows);
      case Column.Longs c -> putLongs(c.values(), rows);
      case Column.Floats c -> {
        room(4 * rows);
        out.asFloatBuffer().put(c.values(), 0, rows);
        out.position(out.position() + 4 * rows);
      }
      case Column.Doubles c -> {
        room(8 * rows);
        out.asDoubleBuffer().put(c.values(), 0, rows);
        out.position(out.position() + 8 * rows);
      }
      case Column.Bytes c -> {
        putOffsets(c.offsets(), rows);
        putBytes(c.data(), c.offsets()[0], c.offsets()[rows] - c.offsets()[0]);
      }
      case Column.Lists c -> {
        if (c.offsets()[0] != 0 || c.items().rowCount() != c.offsets()[rows]) {
          throw new IllegalArgumentException("a list column with items outside of its rows");
        }
        putOffsets(c.offsets(), rows);
        encode(c.items());
      }
      case Column.Structs c -> {
        room(4);
        out.putInt(c.children().size());
        for (Column child : c.children()) {
          encode(child);
        }
      }
      case Column.Nulls _ -> {}
    }
  }

  private static byte kind(Column column) {
    return switch (column) {
      case Column.Bools _ -> BOOLS;
      case Column.Ints _ -> INTS;
      case Column.Longs _ -> LONGS;
      case Column.Floats _ -> FLOATS;
      case Column.Doubles _ -> DOUBLES;
      case Column.Bytes _ -> BYTES;
      case Column.Lists _ -> LISTS;
      case Column.Structs _ -> STRUCTS;
      case Column.Nulls _ -> NULLS;
    };
  }

  private static Column decode(ByteBuffer in, int rows) {
    byte kind = in.get();
    long[] bits = in.get() == 0 ? null : longs(in, (rows + 63) >> 6);
    return switch (kind) {
      case BOOLS -> new Column.Bools(rows, bytes(in, rows), bits);
      case INTS -> new Column.Ints(rows, ints(in, rows), bits);
      case LONGS -> new Column.Longs(rows, longs(in, rows), bits);
      case FLOATS -> {
        float[] values = new float[rows];
        in.asFloatBuffer().get(values);
        in.position(in.position() + 4 * rows);
        yield new Column.Floats(rows, values, bits);
      }
      case DOUBLES -> {
        double[] values = new double[rows];
        in.asDoubleBuffer().get(values);
        in.position(in.position() + 8 * rows);
        yield new Column.Doubles(rows, values, bits);
      }
      case BYTES -> {
        int[] offsets = ints(in, rows + 1);
        yield new Column.Bytes(rows, offsets, bytes(in, offsets[rows]), bits);
      }
      case LISTS -> {
        int[] offsets = ints(in, rows + 1);
        yield new Column.Lists(rows, offsets, decode(in, offsets[rows]), bits);
      }
      case STRUCTS -> structs(in, rows, bits);
      case NULLS -> new Column.Nulls(rows);
      default -> throw new IllegalStateException("column kind " + kind);
    };
  }

  private static Column structs(ByteBuffer in, int rows, long @Nullable [] bits) {
    int count = in.getInt();
    List<Column> children = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      children.add(decode(in, rows));
    }
    return new Column.Structs(rows, children, bits);
  }

  private static byte[] bytes(ByteBuffer in, int count) {
    byte[] values = new byte[count];
    in.get(values);
    return values;
  }

  private static int[] ints(ByteBuffer in, int count) {
    int[] values = new int[count];
    in.asIntBuffer().get(values);
    in.position(in.position() + 4 * count);
    return values;
  }

  private static long[] longs(ByteBuffer in, int count) {
    long[] values = new long[count];
    in.asLongBuffer().get(values);
    in.position(in.position() + 8 * count);
    return values;
  }

  private void putOffsets(int[] offsets, int rows) {
    if (offsets[0] == 0) {
      putInts(offsets, rows + 1);
      return;
    }
    room(4 * (rows + 1));
    for (int i = 0; i <= rows; i++) {
      out.putInt(offsets[i] - offsets[0]);
    }
  }

  private void putBytes(byte[] values, int from, int count) {
    room(count);
    out.put(values, from, count);
  }

  private void putInts(int[] values, int count) {
    room(4 * count);
    out.asIntBuffer().put(values, 0, count);
    out.position(out.position() + 4 * count);
  }

  private void putLongs(long[] values, int count) {
    room(8 * count);
    out.asLongBuffer().put(values, 0, count);
    out.position(out.position() + 8 * count);
  }

  private void room(int more) {
    int needed = Math.addExact(out.position(), more);
    if (needed > out.capacity()) {
      int position = out.position();
      int grown = Math.clamp(2L * out.capacity(), needed, Integer.MAX_VALUE - 8);
      bytes = Arrays.copyOf(bytes, grown);
      out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      out.position(position);
    }
  }
}
