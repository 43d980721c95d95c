package dev.catchwater.query.transform;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import dev.catchwater.odf.schema.Vocabulary;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows that a run made, as a derivative stores them: the event time first, then the columns of
/// the query, then the operation. Used by one thread.
final class ResultRows implements Closeable {
  private static final long MILLIS_A_DAY = 86_400_000;

  private final SliceReader reader;
  private final SliceRows rows;
  private final DataSchema schema;
  private final boolean hasEventTime;
  private final boolean hasOperation;
  private final long fallbackMillis;

  /// @param reader of the file, closed with this
  /// @param names where the file has the columns of `shown`: their event time too, if they have one
  /// @param shown the columns of the query, under the names that they get
  /// @param eventTime the column of the file with event times, where `shown` has none; null for
  ///   none
  /// @param operation the column of the file with operations; null where every row is appended
  /// @param fallback the event time of rows that have none
  ResultRows(
      SliceReader reader,
      List<String> names,
      DataSchema shown,
      Vocabulary vocabulary,
      @Nullable String eventTime,
      @Nullable String operation,
      Instant fallback) {
    this.reader = reader;
    this.schema = stored(shown, vocabulary);
    List<String> wanted = new ArrayList<>();
    int own = shown.indexOf(vocabulary.eventTime());
    String time = own < 0 ? eventTime : names.get(own);
    if (time != null) {
      wanted.add(time);
    }
    for (int i = 0; i < names.size(); i++) {
      if (!vocabulary.isSystemColumn(shown.fields().get(i).name())) {
        wanted.add(names.get(i));
      }
    }
    if (operation != null) {
      wanted.add(operation);
    }
    hasEventTime = time != null;
    hasOperation = operation != null;
    fallbackMillis = fallback.toEpochMilli();
    rows = reader.read(0, reader.rowCount(), wanted);
  }

  /// The columns of a derivative whose query has those that are shown, behind the three that the
  /// system gives: the event time, then the others.
  static DataSchema stored(DataSchema shown, Vocabulary vocabulary) {
    List<DataField> fields = new ArrayList<>();
    int time = shown.indexOf(vocabulary.eventTime());
    DataType timeType = DataType.Timestamp.MILLIS_UTC;
    if (time >= 0) {
      DataType own = shown.fields().get(time).type().required();
      if (!(own instanceof DataType.Timestamp) && own != Scalar.DATE) {
        throw CatchwaterException.of(
            ErrorCode.SCHEMA_MISMATCH,
            "Event time column " + vocabulary.eventTime() + " should be either Date or Timestamp");
      }
      timeType = own == Scalar.DATE ? own : timeType;
    }
    fields.add(DataField.of(vocabulary.eventTime(), timeType));
    for (DataField field : shown.fields()) {
      if (!vocabulary.isSystemColumn(field.name())) {
        DataType type = field.type().required();
        DataType kept = type instanceof DataType.Timestamp ? DataType.Timestamp.MILLIS_UTC : type;
        fields.add(DataField.of(field.name(), kept.optional()));
      }
    }
    return DataSchema.of(fields);
  }

  /// All columns of a derivative.
  static DataSchema whole(DataSchema shown, Vocabulary vocabulary) {
    List<DataField> fields = new ArrayList<>();
    fields.add(DataField.of(vocabulary.offset(), Scalar.INT64));
    fields.add(DataField.of(vocabulary.operationType(), Scalar.INT32));
    fields.add(DataField.of(vocabulary.systemTime(), DataType.Timestamp.MILLIS_UTC));
    fields.addAll(stored(shown, vocabulary).fields());
    return DataSchema.of(fields);
  }

  /// The next rows, their operation in the last column; null at the end.
  @Nullable RecordBatch next() throws IOException {
    while (true) {
      RecordBatch batch = rows.next();
      if (batch == null) {
        return null;
      }
      RecordBatch shown = shown(batch);
      if (shown.rowCount() > 0) {
        return shown;
      }
    }
  }

  private RecordBatch shown(RecordBatch batch) {
    int count = batch.rowCount();
    List<Column> columns = new ArrayList<>();
    int at = 0;
    columns.add(eventTimes(count, hasEventTime ? batch.column(at++) : null, batch));
    int end = batch.columns().size() - (hasOperation ? 1 : 0);
    while (at < end) {
      DataType type = batch.schema().fields().get(at).type().required();
      columns.add(millis(type, batch.column(at++)));
    }
    Column operations =
        hasOperation ? batch.column(at) : new Column.Ints(count, new int[count], null);
    columns.add(operations);
    List<DataField> fields = new ArrayList<>(schema.fields());
    fields.add(DataField.of("op", Scalar.INT32));
    RecordBatch all = new RecordBatch(DataSchema.of(fields), count, columns);
    return hasOperation ? changesOf(all, (Column.Ints) operations) : all;
  }

  /// Without the rows that say only what is known of a group.
  private static RecordBatch changesOf(RecordBatch batch, Column.Ints operations) {
    int[] kept = new int[batch.rowCount()];
    int count = 0;
    for (int row = 0; row < batch.rowCount(); row++) {
      if (operations.values()[row] != AggregateSql.SAME) {
        kept[count++] = row;
      }
    }
    return count == batch.rowCount() ? batch : RowSelection.take(batch, kept, count);
  }

  private Column eventTimes(int count, @Nullable Column found, RecordBatch batch) {
    boolean isDate = schema.fields().getFirst().type() == Scalar.DATE;
    if (isDate) {
      int fallback = (int) Math.floorDiv(fallbackMillis, MILLIS_A_DAY);
      int[] days = new int[count];
      for (int i = 0; i < count; i++) {
        days[i] = found instanceof Column.Ints own && !own.isNull(i) ? own.values()[i] : fallback;
      }
      return new Column.Ints(count, days, null);
    }
    Column cut =
        found == null ? null : millis(batch.schema().fields().getFirst().type().required(), found);
    long[] times = new long[count];
    for (int i = 0; i < count; i++) {
      times[i] =
          cut instanceof Column.Longs own && !own.isNull(i) ? own.values()[i] : fallbackMillis;
    }
    return new Column.Longs(count, times, null);
  }

  /// Finer times are cut, as everywhere.
  private static Column millis(DataType type, Column column) {
    if (!(type instanceof DataType.Timestamp time)
        || time.unit() == TimeUnit.MILLISECOND
        || !(column instanceof Column.Longs(int rowCount, long[] values, long[] validity))) {
      return column;
    }
    long unit = time.unit() == TimeUnit.MICROSECOND ? 1_000 : 1_000_000;
    long[] millis = new long[rowCount];
    for (int i = 0; i < rowCount; i++) {
      millis[i] = Math.floorDiv(values[i], unit);
    }
    return new Column.Longs(rowCount, millis, validity);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
