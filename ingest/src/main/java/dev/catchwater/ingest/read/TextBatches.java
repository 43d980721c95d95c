package dev.catchwater.ingest.read;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.cell.Tally;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the readers of texts have in common: rows are read until a batch is full, bad ones are
/// noted, and from the first bad one on no batch is handed out. Used by one thread.
final class TextBatches {

  /// The part that each format has of its own.
  interface Filler {

    /// Reads rows until the batch is full; false at the end of the input.
    boolean fill();

    /// Looks at the whole input after its last row.
    ///
    /// @throws dev.catchwater.odf.error.CatchwaterException BAD_DATA
    void end();
  }

  private final RowColumns columns;
  private final BadRows badRows;
  private final SourceBytes source;

  TextBatches(RowColumns columns, BadRows badRows, SourceBytes source) {
    this.columns = columns;
    this.badRows = badRows;
    this.source = source;
  }

  /// See [RowReader#next()].
  @Nullable RecordBatch next(Filler filler) {
    while (true) {
      boolean more = filler.fill();
      if (!badRows.isEmpty()) {
        columns.build();
        badRows.raiseAtCut(columns);
      } else if (columns.rowCount() > 0) {
        return columns.build();
      }
      if (!more) {
        badRows.raise();
        filler.end();
        return null;
      }
    }
  }

  /// See [RowReader#counts()].
  ReadCounts counts(Map<String, Long> ignored) {
    Tally tally = columns.tally;
    return new ReadCounts(
        columns.rowsInAll(),
        ignored,
        tally.truncatedTimes,
        tally.vanishedNumbers,
        source.bytesRead());
  }
}
