package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.PushCounts;
import java.io.IOException;

/// Every row stays (odf-format §12), in the order of event times, ties by arrival.
public final class AppendMerge implements RowMerge {
  private final EventTimeFallback fallback;
  private final EventTimeOrder order;
  private long rowCount;

  /// @param bytesMax how many bytes of rows are held in memory before they are spilled
  public AppendMerge(
      EventTimeFallback fallback, RowSink sink, ScratchSpace scratch, long bytesMax) {
    this.fallback = fallback;
    this.order = new EventTimeOrder(fallback.schema(), sink, scratch, bytesMax);
  }

  @Override
  public void accept(RecordBatch rows) throws IOException {
    rowCount += rows.rowCount();
    order.accept(fallback.fill(rows));
  }

  @Override
  public boolean isHolding() {
    return order.isHolding();
  }

  @Override
  public void finish() throws IOException {
    order.finish();
  }

  @Override
  public PushCounts counts() {
    return PushCounts.ofAdded(rowCount);
  }

  @Override
  public void close() throws IOException {
    order.close();
  }
}
