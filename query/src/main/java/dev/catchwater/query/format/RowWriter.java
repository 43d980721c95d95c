package dev.catchwater.query.format;

import dev.catchwater.columnar.batch.RecordBatch;

/// Takes batches of one schema and writes them out as text. Every batch is written, or kept for the
/// table, before [#write] returns; nothing is complete before [#finish]. Used by one thread; a
/// failing stream surfaces as [java.io.UncheckedIOException].
public interface RowWriter {

  /// The rows of one batch, behind those of the batches before.
  void write(RecordBatch batch);

  /// Ends the text and flushes the stream, which stays open.
  void finish();
}
