package dev.catchwater.columnar.batch;

import dev.catchwater.odf.schema.DataSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows of batches picked into new batches. Everything is copied; the sources are left alone.
/// Stateless.
public final class RowSelection {
  private RowSelection() {}

  /// `count` rows from `from`.
  public static RecordBatch slice(RecordBatch batch, int from, int count) {
    List<Column> columns = new ArrayList<>(batch.columns().size());
    for (Column column : batch.columns()) {
      columns.add(slice(column, from, count));
    }
    return new RecordBatch(batch.schema(), count, columns);
  }

  /// The rows `rows[0] … rows[count - 1]`, in that order; a row may come more than once.
  public static RecordBatch take(RecordBatch batch, int[] rows, int count) {
    List<Column> columns = new ArrayList<>(batch.columns().size());
    for (Column column : batch.columns()) {
      columns.add(take(column, rows, count));
    }
    return new RecordBatch(batch.schema(), count, columns);
  }

  /// All rows of all batches, which have the same columns; one batch is returned as it is.
  public static RecordBatch concat(DataSchema schema, List<RecordBatch> batches) {
    if (batches.size() == 1) {
      return batches.getFirst();
    }
    int rowCount = 0;
    for (RecordBatch batch : batches) {
      rowCount = Math.addExact(rowCount, batch.rowCount());
    }
    List<Column> columns = new ArrayList<>(schema.fields().size());
    for (int i = 0; i < schema.fields().size(); i++) {
      List<Column> parts = new ArrayList<>(batches.size());
      for (RecordBatch batch : batches) {
        parts.add(batch.column(i));
      }
      columns.add(
          parts.isEmpty()
              ? ColumnBuilder.of(schema.fields().get(i).type()).build()
              : concat(parts));
    }
    return new RecordBatch(schema, rowCount, columns);
  }

  /// [#slice(RecordBatch, int, int)] of one column.
  public static Column slice(Column column, int from, int count) {
    int to = from + count;
    if (from < 0 || count < 0 || to > column.rowCount()) {
      throw new IndexOutOfBoundsException(
          "rows " + from + " to " + to + " of " + column.rowCount());
    }
    if (column instanceof Column.Nulls) {
      return new Column.Nulls(count);
    }
    long[] bits = sliceBits(column.validity(), from, count);
    return switch (column) {
      case Column.Bools c ->
          new Column.Bools(count, Arrays.copyOfRange(c.values(), from, to), bits);
      case Column.Ints c -> new Column.Ints(count, Arrays.copyOfRange(c.values(), from, to), bits);
      case Column.Longs c ->
          new Column.Longs(count, Arrays.copyOfRange(c.values(), from, to), bits);
      case Column.Floats c ->
          new Column.Floats(count, Arrays.copyOfRange(c.values(), from, to), bits);
      case Column.Doubles c ->
          new Column.Doubles(count, Arrays.copyOfRange(c.values(), from, to), bits);
      case Column.Bytes c -> {
        int start = c.offsets()[from];
        byte[] data = Arrays.copyOfRange(c.data(), start, c.offsets()[to]);
        yield new Column.Bytes(count, rebased(c.offsets(), from, count), data, bits);
      }
      case Column.Lists c -> {
        int start = c.offsets()[from];
        Column items = slice(c.items(), start, c.offsets()[to] - start);
        yield new Column.Lists(count, rebased(c.offsets(), from, count), items, bits);
      }
      case Column.Structs c -> {
        List<Column> children = new ArrayList<>(c.children().size());
        for (Column child : c.children()) {
          children.add(slice(child, from, count));
        }
        yield new Column.Structs(count, children, bits);
      }
      case Column.Nulls _ -> throw new IllegalStateException("returned above");
    };
  }

  /// [#take(RecordBatch, int[], int)] of one column.
  public static Column take(Column column, int[] rows, int count) {
    if (column instanceof Column.Nulls) {
      return new Column.Nulls(count);
    }
    long[] bits = takeBits(column, rows, count);
    return switch (column) {
      case Column.Bools c -> {
        byte[] values = new byte[count];
        for (int i = 0; i < count; i++) {
          values[i] = c.values()[rows[i]];
        }
        yield new Column.Bools(count, values, bits);
      }
      case Column.Ints c -> {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
          values[i] = c.values()[rows[i]];
        }
        yield new Column.Ints(count, values, bits);
      }
      case Column.Longs c -> {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
          values[i] = c.values()[rows[i]];
        }
        yield new Column.Longs(count, values, bits);
      }
      case Column.Floats c -> {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
          values[i] = c.values()[rows[i]];
        }
        yield new Column.Floats(count, values, bits);
      }
      case Column.Doubles c -> {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
          values[i] = c.values()[rows[i]];
        }
        yield new Column.Doubles(count, values, bits);
      }
      case Column.Bytes c -> takeBytes(c, rows, count, bits);
      case Column.Lists c -> takeLists(c, rows, count, bits);
      case Column.Structs c -> {
        List<Column> children = new ArrayList<>(c.children().size());
        for (Column child : c.children()) {
          children.add(take(child, rows, count));
        }
        yield new Column.Structs(count, children, bits);
      }
      case Column.Nulls _ -> throw new IllegalStateException("returned above");
    };
  }

  private static Column takeBytes(
      Column.Bytes column, int[] rows, int count, long @Nullable [] bits) {
    int[] from = column.offsets();
    int[] offsets = takeOffsets(from, rows, count);
    byte[] data = new byte[offsets[count]];
    for (int i = 0; i < count; i++) {
      System.arraycopy(column.data(), from[rows[i]], data, offsets[i], offsets[i + 1] - offsets[i]);
    }
    return new Column.Bytes(count, offsets, data, bits);
  }

  private static Column takeLists(
      Column.Lists column, int[] rows, int count, long @Nullable [] bits) {
    int[] from = column.offsets();
    int[] offsets = takeOffsets(from, rows, count);
    int[] items = new int[offsets[count]];
    for (int i = 0; i < count; i++) {
      int start = from[rows[i]];
      for (int at = offsets[i]; at < offsets[i + 1]; at++) {
        items[at] = start + at - offsets[i];
      }
    }
    return new Column.Lists(count, offsets, take(column.items(), items, items.length), bits);
  }

  private static int[] takeOffsets(int[] from, int[] rows, int count) {
    int[] offsets = new int[count + 1];
    for (int i = 0; i < count; i++) {
      offsets[i + 1] = Math.addExact(offsets[i], from[rows[i] + 1] - from[rows[i]]);
    }
    return offsets;
  }

  /// [#concat(DataSchema, List)] of one column.
  ///
  /// @throws IllegalArgumentException for no column, or columns of different kinds
  public static Column concat(List<Column> parts) {
    int count = 0;
    for (Column part : parts) {
      count = Math.addExact(count, part.rowCount());
    }
    long[] bits = concatBits(parts, count);
    return switch (parts.getFirst()) {
      case Column.Bools _ -> {
        byte[] values = new byte[count];
        int at = 0;
        for (Column.Bools part : cast(parts, Column.Bools.class)) {
          System.arraycopy(part.values(), 0, values, at, part.rowCount());
          at += part.rowCount();
        }
        yield new Column.Bools(count, values, bits);
      }
      case Column.Ints _ -> {
        int[] values = new int[count];
        int at = 0;
        for (Column.Ints part : cast(parts, Column.Ints.class)) {
          System.arraycopy(part.values(), 0, values, at, part.rowCount());
          at += part.rowCount();
        }
        yield new Column.Ints(count, values, bits);
      }
      case Column.Longs _ -> {
        long[] values = new long[count];
        int at = 0;
        for (Column.Longs part : cast(parts, Column.Longs.class)) {
          System.arraycopy(part.values(), 0, values, at, part.rowCount());
          at += part.rowCount();
        }
        yield new Column.Longs(count, values, bits);
      }
      case Column.Floats _ -> {
        float[] values = new float[count];
        int at = 0;
        for (Column.Floats part : cast(parts, Column.Floats.class)) {
          System.arraycopy(part.values(), 0, values, at, part.rowCount());
          at += part.rowCount();
        }
        yield new Column.Floats(count, values, bits);
      }
      case Column.Doubles _ -> {
        double[] values = new double[count];
        int at = 0;
        for (Column.Doubles part : cast(parts, Column.Doubles.class)) {
          System.arraycopy(part.values(), 0, values, at, part.rowCount());
          at += part.rowCount();
        }
        yield new Column.Doubles(count, values, bits);
      }
      case Column.Bytes _ -> concatBytes(cast(parts, Column.Bytes.class), count, bits);
      case Column.Lists _ -> concatLists(cast(parts, Column.Lists.class), count, bits);
      case Column.Structs first -> {
        List<Column.Structs> structs = cast(parts, Column.Structs.class);
        List<Column> children = new ArrayList<>(first.children().size());
        for (int i = 0; i < first.children().size(); i++) {
          List<Column> child = new ArrayList<>(structs.size());
          for (Column.Structs part : structs) {
            child.add(part.children().get(i));
          }
          children.add(concat(child));
        }
        yield new Column.Structs(count, children, bits);
      }
      case Column.Nulls _ -> new Column.Nulls(count);
    };
  }

  private static <C extends Column> List<C> cast(List<Column> parts, Class<C> kind) {
    List<C> same = new ArrayList<>(parts.size());
    for (Column part : parts) {
      if (!kind.isInstance(part)) {
        throw new IllegalArgumentException("columns of different kinds");
      }
      same.add(kind.cast(part));
    }
    return same;
  }

  private static Column concatBytes(List<Column.Bytes> parts, int count, long @Nullable [] bits) {
    int[] offsets = new int[count + 1];
    int row = 0;
    for (Column.Bytes part : parts) {
      row = appendOffsets(offsets, row, part.offsets(), part.rowCount());
    }
    byte[] data = new byte[offsets[count]];
    int at = 0;
    for (Column.Bytes part : parts) {
      int start = part.offsets()[0];
      int length = part.offsets()[part.rowCount()] - start;
      System.arraycopy(part.data(), start, data, at, length);
      at += length;
    }
    return new Column.Bytes(count, offsets, data, bits);
  }

  private static Column concatLists(List<Column.Lists> parts, int count, long @Nullable [] bits) {
    int[] offsets = new int[count + 1];
    int row = 0;
    List<Column> items = new ArrayList<>(parts.size());
    for (Column.Lists part : parts) {
      row = appendOffsets(offsets, row, part.offsets(), part.rowCount());
      int start = part.offsets()[0];
      items.add(slice(part.items(), start, part.offsets()[part.rowCount()] - start));
    }
    return new Column.Lists(count, offsets, concat(items), bits);
  }

  private static int appendOffsets(int[] offsets, int row, int[] from, int rowCount) {
    int shift = offsets[row] - from[0];
    for (int i = 1; i <= rowCount; i++) {
      offsets[row + i] = Math.addExact(from[i], shift);
    }
    return row + rowCount;
  }

  private static int[] rebased(int[] offsets, int from, int count) {
    int[] rebased = new int[count + 1];
    for (int i = 0; i <= count; i++) {
      rebased[i] = offsets[from + i] - offsets[from];
    }
    return rebased;
  }

  private static long @Nullable [] sliceBits(long @Nullable [] bits, int from, int count) {
    if (bits == null) {
      return null;
    }
    long[] sliced = new long[(count + 63) >> 6];
    int shift = from & 63;
    for (int i = 0; i < sliced.length; i++) {
      int word = (from >> 6) + i;
      long low = bits[word] >>> shift;
      boolean more = shift != 0 && word + 1 < bits.length;
      sliced[i] = more ? low | bits[word + 1] << (64 - shift) : low;
    }
    return sliced;
  }

  private static long @Nullable [] takeBits(Column column, int[] rows, int count) {
    long[] bits = column.validity();
    if (bits == null) {
      return null;
    }
    long[] taken = new long[(count + 63) >> 6];
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      taken[i >> 6] |= (bits[row >> 6] >>> row & 1L) << i;
    }
    return taken;
  }

  private static long @Nullable [] concatBits(List<Column> parts, int count) {
    boolean anyNull = false;
    for (Column part : parts) {
      anyNull |= part.validity() != null;
    }
    if (!anyNull) {
      return null;
    }
    long[] all = new long[(count + 63) >> 6];
    int at = 0;
    for (Column part : parts) {
      long[] bits = part.validity();
      for (int row = 0; row < part.rowCount(); row++, at++) {
        long bit = bits == null ? 1L : bits[row >> 6] >>> row & 1L;
        all[at >> 6] |= bit << at;
      }
    }
    return all;
  }
}
