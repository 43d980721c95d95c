package dev.catchwater.ingest.index;

import dev.catchwater.columnar.batch.RecordBatch;
import java.io.IOException;

/// Hears what a [StateIndex] says of pushed rows, which are numbered from 0 by arrival.
public interface StateVerdicts {

  /// The row's key is new.
  void added(long row);

  /// The row's key is known with other content; the stored row comes by [#stored].
  void corrected(long row);

  /// The row's key is known with the same content.
  void duplicate(long row);

  /// The row retracts what is not there.
  void ignored(long row);

  /// Stored rows that are superseded.
  ///
  /// @param rows event time and data columns
  /// @param operations the code of each: [OperationType#RETRACT] or [OperationType#CORRECT_FROM]
  void stored(RecordBatch rows, int[] operations) throws IOException;
}
