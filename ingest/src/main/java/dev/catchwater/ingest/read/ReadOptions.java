package dev.catchwater.ingest.read;

import java.util.List;

/// What the reader must know of the dataset. Immutable.
///
/// @param eventTimeColumn the vocabulary's event-time column; in a source without schema its texts
///   are read as RFC 3339 and its whole numbers as seconds since 1970
/// @param reservedColumns names of system columns that data may not bring: `offset`, `system_time`,
///   and `op` unless the merge strategy takes operations from the data. A source without schema
///   gets them renamed with a `_` in front, any other refuses rows that carry them
/// @param isStrict whether fields that the source does not declare are refused, not just counted
public record ReadOptions(String eventTimeColumn, List<String> reservedColumns, boolean isStrict) {

  /// The default vocabulary, operations not taken from the data, undeclared fields ignored.
  public static final ReadOptions DEFAULT =
      new ReadOptions("event_time", List.of("offset", "op", "system_time"), false);

  public ReadOptions {
    reservedColumns = List.copyOf(reservedColumns);
  }
}
