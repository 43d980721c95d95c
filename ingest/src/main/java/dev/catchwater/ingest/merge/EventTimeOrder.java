package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataSchema;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Puts rows in the order of their event times, ties by arrival (design §7.12).
///
/// Batches pass through as long as they are in order. From the first row that is not, everything is
/// held back: up to a budget in memory, then in sorted runs on disk. At the end the rows that had
/// passed are taken back as the first run, and all runs are merged. So an ordered push of any size
/// costs no copy, and any other needs memory for the budget and a batch of each run.
///
/// Used by one thread.
final class EventTimeOrder implements Closeable {
  private final DataSchema schema;
  private final RowSink sink;
  private final ScratchSpace scratch;
  private final long bytesMax;
  // Made with the first row that is out of order: most pushes have none.
  private @Nullable RowSorter sorter;
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
    if (sorter == null && isInOrder(rows)) {
      sink.accept(rows);
      hasPassed = true;
      return;
    }
    if (sorter == null) {
      sorter = new RowSorter(schema, RowOrder.BY_EVENT_TIME, scratch, bytesMax);
    }
    sorter.accept(rows);
  }

  /// Whether [#finish()] has work left that takes a while.
  boolean isHolding() {
    return sorter != null;
  }

  /// All rows have come: the sink gets those held back.
  void finish() throws IOException {
    RowSorter held = sorter;
    if (held == null) {
      return;
    }
    try (RowSource merged = held.sorted(hasPassed ? sink.takeBack() : null)) {
      for (RecordBatch rows = merged.next(); rows != null; rows = merged.next()) {
        sink.accept(rows);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (sorter != null) {
      sorter.close();
    }
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
}
