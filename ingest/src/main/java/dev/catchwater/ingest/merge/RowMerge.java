package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.PushCounts;
import java.io.Closeable;
import java.io.IOException;

/// What a merge strategy does with one input of a push: prepared rows in, by arrival; the rows that
/// stay go to the [RowSink], in the order they are stored in. Used by one thread.
public interface RowMerge extends Closeable {

  /// The next prepared rows by arrival; their event time may be null where none was given.
  void accept(RecordBatch rows) throws IOException;

  /// Whether [#finish()] has work left that takes a while.
  boolean isHolding();

  /// All rows have come; the sink has them all afterwards.
  void finish() throws IOException;

  /// What became of the rows so far.
  PushCounts counts();

  /// Gives memory and scratch files back.
  @Override
  void close() throws IOException;
}
