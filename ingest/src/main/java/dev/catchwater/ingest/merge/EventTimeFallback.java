package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Scalar;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Replaces each null event time (odf-format §6, rule 4): the stored column never has one.
public final class EventTimeFallback {
  private static final long MILLIS_A_DAY = 86_400_000;

  private final DataSchema filled;
  private final long value;

  /// @param rows the schema of prepared rows
  /// @param eventTime what a row without an event time gets; cut to the column's unit
  public EventTimeFallback(DataSchema rows, Instant eventTime) {
    DataField first = rows.fields().getFirst();
    List<DataField> fields = new ArrayList<>(rows.fields());
    fields.set(0, new DataField(first.name(), first.type().required(), first.extra()));
    filled = DataSchema.of(fields);
    long millis = eventTime.toEpochMilli();
    value = first.type().required() == Scalar.DATE ? Math.floorDiv(millis, MILLIS_A_DAY) : millis;
  }

  /// The schema of [#fill]: the event time is required.
  public DataSchema schema() {
    return filled;
  }

  /// The same rows, every one with an event time.
  public RecordBatch fill(RecordBatch rows) {
    List<Column> columns = new ArrayList<>(rows.columns());
    columns.set(0, fill(rows.column(0)));
    return new RecordBatch(filled, rows.rowCount(), columns);
  }

  private Column fill(Column column) {
    int count = column.rowCount();
    boolean isFull = column.validity() == null;
    if (column instanceof Column.Longs longs) {
      return isFull ? longs : new Column.Longs(count, filled(longs, longs.values(), count), null);
    }
    Column.Ints ints = (Column.Ints) column;
    if (isFull) {
      return ints;
    }
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = ints.isNull(i) ? Math.toIntExact(value) : ints.values()[i];
    }
    return new Column.Ints(count, values, null);
  }

  private long[] filled(Column column, long[] from, int count) {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = column.isNull(i) ? value : from[i];
    }
    return values;
  }
}
