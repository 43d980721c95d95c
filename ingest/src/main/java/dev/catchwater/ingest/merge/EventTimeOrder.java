package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataSchema;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Puts rows in the order of their event times, ties by arrival (design §7.12).
///
/// Batches pass through as long as they are in order. From the first row that is not, everything is
/// held back: up to a budget in memory, then in sorted runs on disk. At the end the rows that had
/// passed are taken back as the first run, and all runs are merged. So an ordered push of any size
/// costs no copy, and any other needs memory for the budget and a batch of each run.
///
/// Used by one thread.
final class EventTimeOrder implements Closeable {
  private static final int BATCH_ROWS = 16_384;
  private static final int FRAME_BYTES = 256 << 10;
  private static final int FRAME_ROWS_MAX = 8_192;

  /// More runs than this are merged into one before the next is written, so that the last merge
  /// holds a bounded number of batches. Runs are consecutive in arrival, so ties stay right.
  private static final int RUNS_MAX = 64;

  private final DataSchema schema;
  private final RowSink sink;
  private final ScratchSpace scratch;
  private final long bytesMax;
  private final List<RunFile> runs = new ArrayList<>(0);
  private final List<RecordBatch> held = new ArrayList<>();
  private long heldBytes;
  private long heldRows;
  private boolean isHolding;
  private boolean hasPassed;
  private long lastTime = Long.MIN_VALUE;

  /// @param bytesMax how many bytes of rows are held in memory before they are spilled
  EventTimeOrder(DataSchema schema, RowSink sink, ScratchSpace scratch, long bytesMax) {
    this.schema = schema;
    this.sink = sink;
    this.scratch = scratch;
    this.bytesMax = bytesMax;
  }

  /// The next rows by arrival, none with a null event time.
  void accept(RecordBatch rows) throws IOException {
    if (rows.rowCount() == 0) {
      return;
    }
    if (!isHolding && isInOrder(rows)) {
      sink.accept(rows);
      hasPassed = true;
      return;
    }
    isHolding = true;
    held.add(rows);
    heldBytes += BatchSize.of(rows);
    heldRows += rows.rowCount();
    if (heldBytes >= bytesMax || heldRows >= Integer.MAX_VALUE / 2) {
      spill();
    }
  }

  /// Whether [#finish()] has work left that takes a while.
  boolean isHolding() {
    return isHolding;
  }

  /// All rows have come: the sink gets those held back.
  void finish() throws IOException {
    if (!isHolding) {
      return;
    }
    List<RowSource> sources = new ArrayList<>(runs.size() + 2);
    try {
      if (hasPassed) {
        sources.add(sink.takeBack());
      }
      for (RunFile run : runs) {
        sources.add(run.read());
      }
      if (!held.isEmpty()) {
        sources.add(sorted(BATCH_ROWS));
      }
      RowSource merged =
          sources.size() == 1 ? sources.getFirst() : new RunMerge(schema, sources, BATCH_ROWS);
      for (RecordBatch rows = merged.next(); rows != null; rows = merged.next()) {
        sink.accept(rows);
      }
    } finally {
      for (RowSource source : sources) {
        source.close();
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (RunFile run : runs) {
      run.close();
    }
    runs.clear();
  }

  private boolean isInOrder(RecordBatch rows) {
    long[] times = EventTimes.of(rows);
    long last = lastTime;
    for (int i = 0; i < rows.rowCount(); i++) {
      if (times[i] < last) {
        return false;
      }
      last = times[i];
    }
    lastTime = last;
    return true;
  }

  private SortedRows sorted(int batchRows) {
    SortedRows sorted = new SortedRows(schema, held, batchRows);
    held.clear();
    heldBytes = 0;
    heldRows = 0;
    return sorted;
  }

  private void spill() throws IOException {
    if (runs.size() == RUNS_MAX) {
      mergeRuns();
    }
    long rowBytes = Math.max(1, heldBytes / heldRows);
    int frameRows = Math.clamp(FRAME_BYTES / rowBytes, 1, FRAME_ROWS_MAX);
    try (SortedRows sorted = sorted(frameRows)) {
      runs.add(RunFile.write(scratch.create(), schema, sorted));
    }
  }

  private void mergeRuns() throws IOException {
    List<RowSource> sources = new ArrayList<>(runs.size());
    for (RunFile run : runs) {
      sources.add(run.read());
    }
    RunFile merged =
        RunFile.write(scratch.create(), schema, new RunMerge(schema, sources, FRAME_ROWS_MAX));
    close();
    runs.add(merged);
  }
}
