package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;

/// The event times of a batch: column 0, days or milliseconds, as plain numbers to compare.
final class EventTimes {
  private EventTimes() {}

  /// One number a row; the array may be longer than the batch and must not be written to.
  static long[] of(RecordBatch rows) {
    Column column = rows.column(0);
    if (column instanceof Column.Longs longs) {
      return longs.values();
    }
    Column.Ints ints = (Column.Ints) column;
    long[] times = new long[ints.rowCount()];
    for (int i = 0; i < times.length; i++) {
      times[i] = ints.values()[i];
    }
    return times;
  }
}
