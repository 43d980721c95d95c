package dev.catchwater.ingest.read;

import dev.catchwater.ingest.sieve.Sieve;
import dev.catchwater.odf.schema.DataSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the reader must know of the dataset. Immutable.
///
/// @param eventTimeColumn the vocabulary's event-time column; in a source without schema its texts
///   are read as RFC 3339 and its whole numbers as seconds since 1970
/// @param reservedColumns names of system columns that data may not bring: `offset`, `system_time`,
///   and `op` unless the merge strategy takes operations from the data. A source without schema
///   gets them renamed with a `_` in front, any other refuses rows that carry them
/// @param isStrict whether fields that the source does not declare are refused, not just counted
/// @param cutRows after how many rows a batch ends, so that they can be committed; a bad row then
///   ends the reading at the end of its cut. 0 for no cuts
/// @param known the dataset's columns, null before its first row: where a source has no schema
///   they, and not the rows at hand, say what type a column has
/// @param sieve what bad rows of a text are handed to, so that the reading goes on without them;
///   null where they are to end it
public record ReadOptions(
    String eventTimeColumn,
    List<String> reservedColumns,
    boolean isStrict,
    long cutRows,
    @Nullable DataSchema known,
    @Nullable Sieve sieve) {

  /// The default vocabulary, operations not taken from the data, undeclared fields ignored.
  public static final ReadOptions DEFAULT =
      new ReadOptions("event_time", List.of("offset", "op", "system_time"), false);

  public ReadOptions {
    reservedColumns = List.copyOf(reservedColumns);
  }

  /// Options without a sieve.
  public ReadOptions(
      String eventTimeColumn,
      List<String> reservedColumns,
      boolean isStrict,
      long cutRows,
      @Nullable DataSchema known) {
    this(eventTimeColumn, reservedColumns, isStrict, cutRows, known, null);
  }

  /// Options without cuts, for a dataset without rows.
  public ReadOptions(String eventTimeColumn, List<String> reservedColumns, boolean isStrict) {
    this(eventTimeColumn, reservedColumns, isStrict, 0, null);
  }
}
