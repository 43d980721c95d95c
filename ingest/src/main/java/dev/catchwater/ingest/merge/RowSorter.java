package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataSchema;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sorts rows, equal ones by arrival: up to a budget in memory, then in sorted runs on disk that
/// are merged at the end, so that any number of rows needs memory for the budget and a batch of
/// each run. Used by one thread.
final class RowSorter implements Closeable {
  private static final int BATCH_ROWS = 16_384;
  private static final int FRAME_BYTES = 256 << 10;
  private static final int FRAME_ROWS_MAX = 8_192;

  /// More runs than this are merged into one before the next is written, so that the last merge
  /// holds a bounded number of batches. Runs are consecutive in arrival, so ties stay right.
  private static final int RUNS_MAX = 64;

  private final DataSchema schema;
  private final RowOrder order;
  private final ScratchSpace scratch;
  private final long bytesMax;
  private final List<RunFile> runs = new ArrayList<>(0);
  private final List<RecordBatch> held = new ArrayList<>();
  private long heldBytes;
  private long heldRows;

  /// @param bytesMax how many bytes of rows are held in memory before they are spilled
  RowSorter(DataSchema schema, RowOrder order, ScratchSpace scratch, long bytesMax) {
    this.schema = schema;
    this.order = order;
    this.scratch = scratch;
    this.bytesMax = bytesMax;
  }

  /// The next rows by arrival.
  void accept(RecordBatch rows) throws IOException {
    if (rows.rowCount() == 0) {
      return;
    }
    held.add(rows);
    heldBytes += BatchSize.of(rows);
    heldRows += rows.rowCount();
    if (heldBytes >= bytesMax || heldRows >= Integer.MAX_VALUE / 2) {
      spill();
    }
  }

  /// All rows in order; close them. Called once.
  ///
  /// @param first rows that are sorted already and count as having come first, or null
  RowSource sorted(@Nullable RowSource first) throws IOException {
    List<RowSource> sources = new ArrayList<>(runs.size() + 2);
    if (first != null) {
      sources.add(first);
    }
    for (RunFile run : runs) {
      sources.add(run.read());
    }
    if (!held.isEmpty()) {
      sources.add(take(BATCH_ROWS));
    }
    return sources.size() == 1
        ? sources.getFirst()
        : new RunMerge(schema, sources, order, BATCH_ROWS);
  }

  @Override
  public void close() throws IOException {
    for (RunFile run : runs) {
      run.close();
    }
    runs.clear();
  }

  private SortedRows take(int batchRows) {
    SortedRows sorted = new SortedRows(schema, held, order, batchRows);
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
    try (SortedRows sorted = take(frameRows)) {
      runs.add(RunFile.write(scratch.create(), schema, sorted));
    }
  }

  private void mergeRuns() throws IOException {
    List<RowSource> sources = new ArrayList<>(runs.size());
    for (RunFile run : runs) {
      sources.add(run.read());
    }
    RunFile merged =
        RunFile.write(
            scratch.create(), schema, new RunMerge(schema, sources, order, FRAME_ROWS_MAX));
    close();
    runs.add(merged);
  }
}
