package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Batches in memory, handed out again in some order, ties by arrival. Used by one thread.
final class SortedRows implements RowSource {
  private final DataSchema schema;
  private final List<RecordBatch> batches;
  private final int[] starts;
  private final int[] order;
  private final int batchRows;
  private int at;

  /// @param batchRows rows of each batch handed out
  SortedRows(DataSchema schema, List<RecordBatch> batches, RowOrder by, int batchRows) {
    this.schema = schema;
    this.batches = new ArrayList<>(batches);
    this.batchRows = batchRows;
    starts = new int[batches.size() + 1];
    for (int b = 0; b < batches.size(); b++) {
      starts[b + 1] = Math.addExact(starts[b], batches.get(b).rowCount());
    }
    long[] ranks = new long[starts[batches.size()]];
    for (int b = 0; b < batches.size(); b++) {
      System.arraycopy(by.ranks(batches.get(b)), 0, ranks, starts[b], batches.get(b).rowCount());
    }
    order = order(ranks);
    if (!by.isDecidedByRank()) {
      orderTies(ranks, by);
    }
  }

  @Override
  public @Nullable RecordBatch next() {
    int count = Math.min(batchRows, order.length - at);
    if (count == 0) {
      return null;
    }
    int[] sources = new int[count];
    int[] rows = new int[count];
    for (int i = 0; i < count; i++) {
      int position = order[at + i];
      int batch = batchOf(position);
      sources[i] = batch;
      rows[i] = position - starts[batch];
    }
    at += count;
    return RowGather.gather(schema, batches, sources, rows, count);
  }

  @Override
  public void close() {
    batches.clear();
  }

  private int batchOf(int position) {
    int found = Arrays.binarySearch(starts, position);
    // Of batches without rows, which share a start, the last one holds the position.
    int batch = found >= 0 ? found : -found - 2;
    while (starts[batch + 1] <= position) {
      batch++;
    }
    return batch;
  }

  /// Puts rows of one rank, which stand together by position, in their order.
  private void orderTies(long[] ranks, RowOrder by) {
    int from = 0;
    while (from < order.length) {
      int to = from + 1;
      while (to < order.length && ranks[order[to]] == ranks[order[from]]) {
        to++;
      }
      if (to - from > 1) {
        orderGroup(from, to, by);
      }
      from = to;
    }
  }

  private void orderGroup(int from, int to, RowOrder by) {
    int[] group = Arrays.copyOfRange(order, from, to);
    int[] batchOf = new int[group.length];
    for (int i = 0; i < group.length; i++) {
      batchOf[i] = batchOf(group[i]);
    }
    int[] sorted =
        mergeOrder(
            group.length,
            (one, other) ->
                by.compare(
                        batches.get(batchOf[one]),
                        group[one] - starts[batchOf[one]],
                        batches.get(batchOf[other]),
                        group[other] - starts[batchOf[other]])
                    <= 0);
    for (int i = 0; i < sorted.length; i++) {
      order[from + i] = group[sorted[i]];
    }
  }

  /// Positions by time, ties by position.
  static int[] order(long[] times) {
    if (times.length == 0) {
      return new int[0];
    }
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (long time : times) {
      least = Math.min(least, time);
      most = Math.max(most, time);
    }
    int positionBits = Integer.SIZE - Integer.numberOfLeadingZeros(times.length);
    long range = most - least;
    // Time and position in one number sort faster than pairs; times of 100 years leave 21 bits.
    if (range >= 0 && Long.numberOfLeadingZeros(range) > positionBits) {
      return packedOrder(times, least, positionBits);
    }
    return mergeOrder(times.length, (one, other) -> times[one] <= times[other]);
  }

  @FunctionalInterface
  private interface Precedence {
    /// Whether the first may stay before the second.
    boolean holds(int one, int other);
  }

  private static int[] packedOrder(long[] times, long least, int positionBits) {
    long[] packed = new long[times.length];
    for (int i = 0; i < packed.length; i++) {
      packed[i] = (times[i] - least) << positionBits | i;
    }
    Arrays.sort(packed);
    int[] order = new int[packed.length];
    int mask = (1 << positionBits) - 1;
    for (int i = 0; i < order.length; i++) {
      order[i] = (int) packed[i] & mask;
    }
    return order;
  }

  private static int[] mergeOrder(int length, Precedence precedence) {
    int[] from = new int[length];
    for (int i = 0; i < from.length; i++) {
      from[i] = i;
    }
    int[] to = new int[length];
    for (long width = 1; width < length; width *= 2) {
      for (long start = 0; start < length; start += 2 * width) {
        int middle = (int) Math.min(start + width, length);
        int end = (int) Math.min(start + 2 * width, length);
        int left = (int) start;
        int right = middle;
        for (int i = (int) start; i < end; i++) {
          boolean isLeft =
              right == end || (left < middle && precedence.holds(from[left], from[right]));
          to[i] = isLeft ? from[left++] : from[right++];
        }
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    return from;
  }
}
