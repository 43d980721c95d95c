package dev.catchwater.ingest.read;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataSchema;
import java.io.Closeable;
import org.jspecify.annotations.Nullable;

/// The rows of one push, in the order they arrived. Used by one thread.
public interface RowReader extends Closeable {

  /// The columns of every batch: the source's schema with each top-level timestamp in milliseconds
  /// and UTC, or what was inferred from the first 1,000 rows.
  DataSchema schema();

  /// The next rows (about 32,000, fewer where they are long), or null after the last.
  ///
  /// Rows that cannot be taken do not end the reading: it goes on to the end, hands out no further
  /// batch, and fails then with all of them.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException BAD_DATA: the one bad row with its place,
  ///   or a summary whose details are the first 10; BAD_ENCODING; LIMIT_EXCEEDED; STORAGE_FAILED
  @Nullable RecordBatch next();

  /// What was seen so far.
  ReadCounts counts();

  /// The line on which a row began, from 1; 0 where rows have no lines, or too many of their own.
  /// To be asked for when the reading has ended.
  ///
  /// @param row numbered from 0 by arrival, one that was handed out
  default long lineOf(long row) {
    return 0;
  }

  /// How many rows of the input came before the first of this reading.
  default long rowsBefore() {
    return 0;
  }

  /// Closes the input; never fails.
  @Override
  void close();
}
