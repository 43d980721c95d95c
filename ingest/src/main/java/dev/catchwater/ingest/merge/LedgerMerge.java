package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.ingest.PushCounts;
import dev.catchwater.ingest.index.Decisions;
import dev.catchwater.ingest.read.RowFaults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The first row of a key stays, over the history and inside the push, by arrival (design §7.9);
/// what stays is ordered by event time.
///
/// Rows are looked up a window at a time, so that a push of any size takes the memory of a window,
/// and many keys cost one walk through the index. Used by one thread.
public final class LedgerMerge implements RowMerge {
  /// Hears of rows whose key was known with other content.
  @FunctionalInterface
  public interface ConflictSink {
    /// Such a row came.
    ///
    /// @param row which row of the input, from 1
    /// @param batch has it at `index`
    void conflict(long row, RecordBatch batch, int index);
  }

  private final Decisions.Maker index;
  private final EventTimeFallback fallback;
  private final EventTimeOrder order;
  private final ConflictSink conflicts;
  private final RowFaults faults;
  private final long windowBytesMax;
  private final int windowRowsMax;
  private final List<RecordBatch> window = new ArrayList<>();
  private long windowBytes;
  private int windowRows;
  private long rowsBefore;
  private long rowsTaken;
  private PushCounts counts = PushCounts.NONE;

  /// @param index at the state the push starts from; stays open
  /// @param faults hears of rows without a whole key; from the first one on nothing is stored
  /// @param bytesMax how many bytes of rows are held in memory before they are spilled
  /// @param windowRowsMax how many rows are looked up together
  public LedgerMerge(
      Decisions.Maker index,
      EventTimeFallback fallback,
      RowSink sink,
      ScratchSpace scratch,
      ConflictSink conflicts,
      RowFaults faults,
      long bytesMax,
      int windowRowsMax) {
    this.index = index;
    this.fallback = fallback;
    this.order = new EventTimeOrder(fallback.schema(), sink, scratch, bytesMax);
    this.conflicts = conflicts;
    this.faults = faults;
    this.windowBytesMax = bytesMax / 2;
    this.windowRowsMax = windowRowsMax;
  }

  @Override
  public void accept(RecordBatch rows) throws IOException {
    index.noteNullKeys(rows, rowsTaken, faults);
    rowsTaken += rows.rowCount();
    if (!faults.isEmpty()) {
      return;
    }
    window.add(rows);
    windowBytes += BatchSize.of(rows);
    windowRows += rows.rowCount();
    if (windowBytes >= windowBytesMax || windowRows >= windowRowsMax) {
      decideWindow();
    }
  }

  @Override
  public boolean isHolding() {
    return order.isHolding();
  }

  @Override
  public void finish() throws IOException {
    decideWindow();
    order.finish();
  }

  @Override
  public PushCounts counts() {
    return counts;
  }

  @Override
  public void close() throws IOException {
    order.close();
  }

  private void decideWindow() throws IOException {
    if (windowRows == 0) {
      return;
    }
    List<RecordBatch> filled = new ArrayList<>(window.size());
    for (RecordBatch rows : window) {
      filled.add(fallback.fill(rows));
    }
    Decisions decisions = index.decide(filled, window);
    counts =
        counts.plus(
            new PushCounts(
                decisions.newCount(),
                0,
                0,
                decisions.duplicateCount(),
                decisions.conflictingCount(),
                0,
                0));
    int before = 0;
    for (RecordBatch rows : filled) {
      pass(rows, decisions, before);
      before += rows.rowCount();
    }
    rowsBefore += windowRows;
    window.clear();
    windowBytes = 0;
    windowRows = 0;
  }

  private void pass(RecordBatch rows, Decisions decisions, int before) throws IOException {
    int[] kept = new int[rows.rowCount()];
    int count = 0;
    for (int i = 0; i < kept.length; i++) {
      if (decisions.isNew(before + i)) {
        kept[count++] = i;
      } else if (decisions.isConflicting(before + i)) {
        conflicts.conflict(rowsBefore + before + i + 1, rows, i);
      }
    }
    if (count == kept.length) {
      order.accept(rows);
    } else if (count > 0) {
      order.accept(RowSelection.take(rows, kept, count));
    }
  }
}
