package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.RecordBatch;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Rows to be taken, batch by batch. Used by one thread.
public interface RowSource extends Closeable {

  /// The next rows, or null at the end.
  @Nullable RecordBatch next() throws IOException;

  @Override
  void close() throws IOException;
}
