package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.RecordBatch;
import java.io.IOException;

/// Where rows go in their final order: event time (never null), then data columns, then, where a
/// strategy stores more than additions, the operation type. Used by one thread.
public interface RowSink {

  /// Takes the next rows; the batch must not change any more.
  void accept(RecordBatch rows) throws IOException;

  /// The offset that the next row gets.
  long nextOffset();

  /// Gives all rows accepted so far back, in the order they came, and is empty again.
  RowSource takeBack() throws IOException;
}
