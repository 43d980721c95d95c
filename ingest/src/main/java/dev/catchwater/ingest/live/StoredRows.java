package dev.catchwater.ingest.live;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.live.record.PushRecord;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.OperationType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How merged rows become stored ones, and what is known of them.
///
/// @param stored the complete schema
/// @param data its columns behind the system columns that rows get last: event time, then data
/// @param checksum of the names and types of `data`
record StoredRows(DataSchema stored, DataSchema data, long checksum) {
  private static final int SYSTEM_COLUMNS_BEFORE_EVENT_TIME = 3;
  private static final long MILLIS_A_DAY = 86_400_000;

  static StoredRows of(DataSchema stored) {
    DataSchema data =
        DataSchema.of(
            stored.fields().subList(SYSTEM_COLUMNS_BEFORE_EVENT_TIME, stored.fields().size()));
    return new StoredRows(stored, data, PushRecord.checksum(data));
  }

  /// The rows with offsets from `firstOffset` on, one system time, all of them additions.
  RecordBatch complete(RecordBatch rows, long firstOffset, Instant systemTime) {
    int count = rows.rowCount();
    long[] offsets = new long[count];
    for (int i = 0; i < count; i++) {
      offsets[i] = firstOffset + i;
    }
    int[] operations = new int[count];
    Arrays.fill(operations, OperationType.APPEND.code());
    long[] times = new long[count];
    Arrays.fill(times, systemTime.toEpochMilli());
    List<Column> columns = new ArrayList<>(stored.fields().size());
    columns.add(new Column.Longs(count, offsets, null));
    columns.add(new Column.Ints(count, operations, null));
    columns.add(new Column.Longs(count, times, null));
    columns.addAll(rows.columns());
    return new RecordBatch(stored, count, columns);
  }

  /// The latest event time of merged rows, dates as their midnight in UTC.
  Instant latestEventTime(RecordBatch rows) {
    long latest = Long.MIN_VALUE;
    if (rows.column(0) instanceof Column.Longs times) {
      for (int i = 0; i < rows.rowCount(); i++) {
        latest = Math.max(latest, times.values()[i]);
      }
    } else {
      int[] days = ((Column.Ints) rows.column(0)).values();
      for (int i = 0; i < rows.rowCount(); i++) {
        latest = Math.max(latest, days[i]);
      }
    }
    boolean isDate = !(data.fields().getFirst().type().required() instanceof DataType.Timestamp);
    return Instant.ofEpochMilli(isDate ? latest * MILLIS_A_DAY : latest);
  }
}
