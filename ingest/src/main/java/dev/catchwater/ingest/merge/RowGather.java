package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows picked out of several batches into one. Row `i` of the result is row `rows[i]` of batch
/// `sources[i]`. Everything is copied. Stateless.
final class RowGather {
  private RowGather() {}

  static RecordBatch gather(
      DataSchema schema, List<RecordBatch> batches, int[] sources, int[] rows, int count) {
    List<Column> columns = new ArrayList<>(schema.fields().size());
    Column[] parts = new Column[batches.size()];
    for (int c = 0; c < schema.fields().size(); c++) {
      for (int b = 0; b < parts.length; b++) {
        parts[b] = batches.get(b).column(c);
      }
      columns.add(gather(parts, sources, rows, count));
    }
    return new RecordBatch(schema, count, columns);
  }

  private static Column gather(Column[] parts, int[] sources, int[] rows, int count) {
    if (parts.length == 0) {
      throw new IllegalArgumentException("rows of no batch");
    }
    long[] bits = bits(parts, sources, rows, count);
    return switch (parts[0]) {
      case Column.Bools _ -> {
        byte[] values = new byte[count];
        for (int i = 0; i < count; i++) {
          values[i] = ((Column.Bools) parts[sources[i]]).values()[rows[i]];
        }
        yield new Column.Bools(count, values, bits);
      }
      case Column.Ints _ -> {
        int[][] from = new int[parts.length][];
        for (int p = 0; p < parts.length; p++) {
          from[p] = ((Column.Ints) parts[p]).values();
        }
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
          values[i] = from[sources[i]][rows[i]];
        }
        yield new Column.Ints(count, values, bits);
      }
      case Column.Longs _ -> {
        long[][] from = new long[parts.length][];
        for (int p = 0; p < parts.length; p++) {
          from[p] = ((Column.Longs) parts[p]).values();
        }
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
          values[i] = from[sources[i]][rows[i]];
        }
        yield new Column.Longs(count, values, bits);
      }
      case Column.Floats _ -> {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
          values[i] = ((Column.Floats) parts[sources[i]]).values()[rows[i]];
        }
        yield new Column.Floats(count, values, bits);
      }
      case Column.Doubles _ -> {
        double[][] from = new double[parts.length][];
        for (int p = 0; p < parts.length; p++) {
          from[p] = ((Column.Doubles) parts[p]).values();
        }
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
          values[i] = from[sources[i]][rows[i]];
        }
        yield new Column.Doubles(count, values, bits);
      }
      case Column.Bytes _ -> gatherBytes(parts, sources, rows, count, bits);
      case Column.Lists _ -> gatherLists(parts, sources, rows, count, bits);
      case Column.Structs first -> gatherStructs(first, parts, sources, rows, count, bits);
      case Column.Nulls _ -> new Column.Nulls(count);
    };
  }

  private static Column gatherBytes(
      Column[] parts, int[] sources, int[] rows, int count, long @Nullable [] bits) {
    int[][] from = new int[parts.length][];
    byte[][] data = new byte[parts.length][];
    for (int p = 0; p < parts.length; p++) {
      from[p] = ((Column.Bytes) parts[p]).offsets();
      data[p] = ((Column.Bytes) parts[p]).data();
    }
    int[] offsets = offsets(from, sources, rows, count);
    byte[] gathered = new byte[offsets[count]];
    for (int i = 0; i < count; i++) {
      int length = offsets[i + 1] - offsets[i];
      System.arraycopy(data[sources[i]], from[sources[i]][rows[i]], gathered, offsets[i], length);
    }
    return new Column.Bytes(count, offsets, gathered, bits);
  }

  private static Column gatherLists(
      Column[] parts, int[] sources, int[] rows, int count, long @Nullable [] bits) {
    int[][] from = new int[parts.length][];
    Column[] items = new Column[parts.length];
    for (int p = 0; p < parts.length; p++) {
      from[p] = ((Column.Lists) parts[p]).offsets();
      items[p] = ((Column.Lists) parts[p]).items();
    }
    int[] offsets = offsets(from, sources, rows, count);
    int[] itemSources = new int[offsets[count]];
    int[] itemRows = new int[offsets[count]];
    for (int i = 0; i < count; i++) {
      int start = from[sources[i]][rows[i]];
      for (int at = offsets[i]; at < offsets[i + 1]; at++) {
        itemSources[at] = sources[i];
        itemRows[at] = start + at - offsets[i];
      }
    }
    Column gathered = gather(items, itemSources, itemRows, itemRows.length);
    return new Column.Lists(count, offsets, gathered, bits);
  }

  private static Column gatherStructs(
      Column.Structs first,
      Column[] parts,
      int[] sources,
      int[] rows,
      int count,
      long @Nullable [] bits) {
    List<Column> children = new ArrayList<>(first.children().size());
    Column[] childParts = new Column[parts.length];
    for (int c = 0; c < first.children().size(); c++) {
      for (int p = 0; p < parts.length; p++) {
        childParts[p] = ((Column.Structs) parts[p]).children().get(c);
      }
      children.add(gather(childParts, sources, rows, count));
    }
    return new Column.Structs(count, children, bits);
  }

  private static int[] offsets(int[][] from, int[] sources, int[] rows, int count) {
    int[] offsets = new int[count + 1];
    for (int i = 0; i < count; i++) {
      int[] ends = from[sources[i]];
      offsets[i + 1] = Math.addExact(offsets[i], ends[rows[i] + 1] - ends[rows[i]]);
    }
    return offsets;
  }

  private static long @Nullable [] bits(Column[] parts, int[] sources, int[] rows, int count) {
    if (parts[0] instanceof Column.Nulls) {
      return null;
    }
    long[][] from = new long[parts.length][];
    boolean isAny = false;
    for (int p = 0; p < parts.length; p++) {
      long[] validity = parts[p].validity();
      from[p] = validity == null ? NO_BITS : validity;
      isAny |= validity != null;
    }
    if (!isAny) {
      return null;
    }
    long[] bits = new long[(count + 63) >> 6];
    for (int i = 0; i < count; i++) {
      long[] validity = from[sources[i]];
      int row = rows[i];
      long bit = validity.length == 0 ? 1L : validity[row >> 6] >>> row & 1L;
      bits[i >> 6] |= bit << i;
    }
    return bits;
  }

  private static final long[] NO_BITS = {};
}
