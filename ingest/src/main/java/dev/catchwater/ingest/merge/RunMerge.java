package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Several sorted sources as one; among equals the earlier source first. Holds one batch of each
/// source. Used by one thread.
final class RunMerge implements RowSource {
  private final DataSchema schema;
  private final List<RowSource> sources;
  private final int batchRows;
  // The source whose next row is the least is heap[0]; the usual binary heap below it.
  private final Cursor[] heap;
  private int heapSize;

  RunMerge(DataSchema schema, List<RowSource> sources, RowOrder order, int batchRows)
      throws IOException {
    this.schema = schema;
    this.sources = sources;
    this.batchRows = batchRows;
    heap = new Cursor[sources.size()];
    for (int i = 0; i < sources.size(); i++) {
      Cursor cursor = new Cursor(sources.get(i), i, order);
      if (cursor.load()) {
        heap[heapSize++] = cursor;
      }
    }
    for (int i = heapSize / 2 - 1; i >= 0; i--) {
      siftDown(i);
    }
  }

  @Override
  public @Nullable RecordBatch next() throws IOException {
    List<RecordBatch> batches = new ArrayList<>();
    int[] from = new int[batchRows];
    int[] rows = new int[batchRows];
    int count = 0;
    for (int i = 0; i < heapSize; i++) {
      heap[i].slot = -1;
    }
    while (count < batchRows && heapSize > 0) {
      Cursor least = heap[0];
      if (least.slot < 0) {
        least.slot = batches.size();
        batches.add(least.batch());
      }
      Cursor second = second();
      do {
        from[count] = least.slot;
        rows[count++] = least.row++;
      } while (count < batchRows
          && least.row < least.rowCount
          && (second == null || least.isBefore(second)));
      if (least.row == least.rowCount && !least.load()) {
        heap[0] = heap[--heapSize];
      }
      siftDown(0);
    }
    return count == 0 ? null : RowGather.gather(schema, batches, from, rows, count);
  }

  @Override
  public void close() throws IOException {
    for (RowSource source : sources) {
      source.close();
    }
  }

  private @Nullable Cursor second() {
    if (heapSize < 2) {
      return null;
    }
    return heapSize == 2 || heap[1].isBefore(heap[2]) ? heap[1] : heap[2];
  }

  private void siftDown(int start) {
    int at = start;
    while (2 * at + 1 < heapSize) {
      int child = 2 * at + 1;
      if (child + 1 < heapSize && heap[child + 1].isBefore(heap[child])) {
        child++;
      }
      if (!heap[child].isBefore(heap[at])) {
        return;
      }
      Cursor swap = heap[at];
      heap[at] = heap[child];
      heap[child] = swap;
      at = child;
    }
  }

  /// Where the merge stands in one source.
  private static final class Cursor {
    private final RowSource source;
    private final int index;
    private final RowOrder order;
    private @Nullable RecordBatch batch;
    private long[] ranks = {};
    private int rowCount;
    private int row;
    private int slot = -1;

    Cursor(RowSource source, int index, RowOrder order) {
      this.source = source;
      this.index = index;
      this.order = order;
    }

    /// The next batch that has rows; false at the end.
    boolean load() throws IOException {
      do {
        batch = source.next();
        if (batch == null) {
          return false;
        }
      } while (batch.rowCount() == 0);
      ranks = order.ranks(batch);
      rowCount = batch.rowCount();
      row = 0;
      slot = -1;
      return true;
    }

    RecordBatch batch() {
      RecordBatch loaded = batch;
      if (loaded == null) {
        throw new IllegalStateException("a source at its end is in the heap");
      }
      return loaded;
    }

    boolean isBefore(Cursor other) {
      long mine = ranks[row];
      long theirs = other.ranks[other.row];
      if (mine != theirs) {
        return mine < theirs;
      }
      int compared =
          order.isDecidedByRank() ? 0 : order.compare(batch(), row, other.batch(), other.row);
      return compared < 0 || (compared == 0 && index < other.index);
    }
  }
}
