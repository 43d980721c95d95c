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
/// @param withOperation the same and the operation type behind them, for strategies that store more
///   than additions
/// @param checksum of the names and types of `data`
record StoredRows(DataSchema stored, DataSchema data, DataSchema withOperation, long checksum) {
  private static final int SYSTEM_COLUMNS_BEFORE_EVENT_TIME = 3;
  private static final long MILLIS_A_DAY = 86_400_000;

  static StoredRows of(DataSchema stored) {
    DataSchema data =
        DataSchema.of(
            stored.fields().subList(SYSTEM_COLUMNS_BEFORE_EVENT_TIME, stored.fields().size()));
    return new StoredRows(stored, data, PushRecord.withOperation(data), PushRecord.checksum(data));
  }

  /// Whether merged rows bring their operation types.
  boolean hasOperations(RecordBatch merged) {
    return merged.columns().size() > data.fields().size();
  }

  /// Merged rows in the columns of [#data], or of [#withOperation] where they bring operation
  /// types.
  RecordBatch merged(RecordBatch merged) {
    DataSchema schema = hasOperations(merged) ? withOperation : data;
    return new RecordBatch(schema, merged.rowCount(), merged.columns());
  }

  /// Merged rows without their operation types.
  RecordBatch bare(RecordBatch merged) {
    int count = data.fields().size();
    return new RecordBatch(data, merged.rowCount(), merged.columns().subList(0, count));
  }

  /// Merged rows with their operation types.
  RecordBatch operated(RecordBatch merged) {
    if (hasOperations(merged)) {
      return merged;
    }
    List<Column> columns = new ArrayList<>(merged.columns());
    columns.add(new Column.Ints(merged.rowCount(), additions(merged.rowCount()), null));
    return new RecordBatch(withOperation, merged.rowCount(), columns);
  }

  /// Complete rows as they were merged, with their operation types.
  RecordBatch reduced(RecordBatch complete) {
    List<Column> columns = new ArrayList<>(complete.columns());
    List<Column> all =
        new ArrayList<>(columns.subList(SYSTEM_COLUMNS_BEFORE_EVENT_TIME, columns.size()));
    all.add(columns.get(1));
    return new RecordBatch(withOperation, complete.rowCount(), all);
  }

  private static int[] additions(int count) {
    int[] operations = new int[count];
    Arrays.fill(operations, OperationType.APPEND.code());
    return operations;
  }

  /// The rows with offsets from `firstOffset` on and one system time; those that bring no operation
  /// types are additions.
  RecordBatch complete(RecordBatch rows, long firstOffset, Instant systemTime) {
    int count = rows.rowCount();
    long[] offsets = new long[count];
    for (int i = 0; i < count; i++) {
      offsets[i] = firstOffset + i;
    }
    int[] operations =
        hasOperations(rows) ? ((Column.Ints) rows.columns().getLast()).values() : additions(count);
    long[] times = new long[count];
    Arrays.fill(times, systemTime.toEpochMilli());
    List<Column> columns = new ArrayList<>(stored.fields().size());
    columns.add(new Column.Longs(count, offsets, null));
    columns.add(new Column.Ints(count, operations, null));
    columns.add(new Column.Longs(count, times, null));
    columns.addAll(rows.columns().subList(0, data.fields().size()));
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
