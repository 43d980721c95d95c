package dev.catchwater.query.quarantine;

import java.util.List;

/// What became of rows that were pushed again or dropped. Immutable.
///
/// @param rows as they stand now, the first of them
/// @param replayed how many were taken, also those that were taken before and not noted
/// @param failed how many are open still, with their new reasons
/// @param settled how many had been replayed or dropped before
/// @param dropped how many were dropped
public record ReplayReport(
    List<QuarantinedRow> rows, long replayed, long failed, long settled, long dropped) {
  /// How many rows a report shows.
  public static final int SHOWN_MAX = 100;

  public ReplayReport {
    rows = List.copyOf(rows);
  }
}
