package dev.catchwater.storage.verify;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rules of the system columns (odf-format §6, §9), row by row. Each rule is reported once,
/// with the first offset that breaks it. For one slice, one thread.
final class RowRules {
  private static final int LAST_OPERATION = 3;
  private static final long DAY_MILLIS = 86_400_000;

  private final SliceCheck check;
  private final DataSchema schema;
  private final List<String> broken = new ArrayList<>();
  private final boolean[] hasNulls;
  private final long firstOffset;
  private long nextOffset;
  private long firstSystemTime = Long.MIN_VALUE;
  private long lastSystemTime = Long.MIN_VALUE;
  private boolean offsetsBroken;
  private boolean operationsBroken;
  private boolean systemTimesBroken;
  private boolean eventTimesBroken;

  RowRules(SliceCheck check, DataSchema schema) {
    this.check = check;
    this.schema = schema;
    this.hasNulls = new boolean[schema.fields().size()];
    this.firstOffset = check.slice().offsetStart();
    this.nextOffset = firstOffset;
    for (String column : check.vocabulary().columns()) {
      if (check.schema() != null && schema.indexOf(column) < 0) {
        broken.add("The file has no column " + column);
      }
    }
  }

  List<String> broken() {
    return broken;
  }

  /// The system times of all rows, or null where there are none or a rule about them is broken.
  ObjectCheck.@Nullable Times times() {
    return systemTimesBroken || lastSystemTime == Long.MIN_VALUE
        ? null
        : new ObjectCheck.Times(firstSystemTime, lastSystemTime);
  }

  void check(RecordBatch batch) {
    nulls(batch);
    long start = nextOffset;
    offsets(column(batch, check.vocabulary().offset()));
    operations(column(batch, check.vocabulary().operationType()), start);
    systemTimes(column(batch, check.vocabulary().systemTime()), start);
    int eventTime = schema.indexOf(check.vocabulary().eventTime());
    if (eventTime >= 0) {
      eventTimes(batch.column(eventTime), schema.fields().get(eventTime).type(), start);
    }
    nextOffset = start + batch.rowCount();
  }

  private @Nullable Column column(RecordBatch batch, String name) {
    int index = schema.indexOf(name);
    return index < 0 ? null : batch.column(index);
  }

  private void nulls(RecordBatch batch) {
    DataSchema declared = check.schema();
    if (declared == null || declared.fields().size() != hasNulls.length) {
      return;
    }
    for (int i = 0; i < hasNulls.length; i++) {
      DataField field = declared.fields().get(i);
      boolean isOptional = field.type() instanceof DataType.Option || field.type() == Scalar.NULL;
      if (!isOptional && !hasNulls[i] && batch.column(i).hasNulls()) {
        hasNulls[i] = true;
        broken.add("Column " + field.name() + " has nulls, the schema allows none");
      }
    }
  }

  private void offsets(@Nullable Column column) {
    if (offsetsBroken || column == null) {
      return;
    }
    boolean hasNulls = column.hasNulls();
    long[] offsets = integers(column);
    for (int row = 0; row < offsets.length; row++) {
      if (offsets[row] != nextOffset + row || (hasNulls && column.isNull(row))) {
        offsetsBroken = true;
        broken.add("Offset " + (nextOffset + row) + " is expected, found " + offsets[row]);
        return;
      }
    }
  }

  private void operations(@Nullable Column column, long start) {
    if (operationsBroken || column == null) {
      return;
    }
    long[] codes = integers(column);
    for (int row = 0; row < codes.length; row++) {
      long code = codes[row];
      if (code < 0 || code > LAST_OPERATION) {
        operationsBroken = true;
        broken.add("Offset " + (start + row) + " has the unknown operation type " + code);
        return;
      }
    }
  }

  private void systemTimes(@Nullable Column column, long start) {
    if (systemTimesBroken || column == null) {
      return;
    }
    long[] times = millis(column, type(check.vocabulary().systemTime()));
    long latest = check.systemTimeMillis();
    for (int row = 0; row < times.length; row++) {
      long time = times[row];
      if (time < lastSystemTime || time > latest) {
        systemTimesBroken = true;
        String rule =
            time < lastSystemTime ? ", before the row above it" : ", after its block was made";
        broken.add(
            "Offset " + (start + row) + " has system time " + Instant.ofEpochMilli(time) + rule);
        return;
      }
      lastSystemTime = time;
    }
    if (firstSystemTime == Long.MIN_VALUE && times.length > 0) {
      firstSystemTime = times[0];
    }
  }

  private void eventTimes(Column column, DataType type, long start) {
    Instant watermark = check.watermark();
    if (eventTimesBroken) {
      return;
    }
    boolean hasNulls = column.hasNulls();
    long[] times = millis(column, SliceCheck.bare(type));
    long latest = watermark == null ? Long.MAX_VALUE : watermark.toEpochMilli();
    for (int row = 0; row < times.length; row++) {
      if (hasNulls && column.isNull(row)) {
        eventTimesBroken = true;
        broken.add("Offset " + (start + row) + " has no event time");
        return;
      }
      if (times[row] > latest) {
        eventTimesBroken = true;
        broken.add(
            "Offset "
                + (start + row)
                + " has event time "
                + Instant.ofEpochMilli(times[row])
                + ", after the watermark "
                + watermark);
        return;
      }
    }
  }

  private DataType type(String column) {
    return SliceCheck.bare(schema.fields().get(schema.indexOf(column)).type());
  }

  /// The values of an integer column, perhaps the column's own array.
  private static long[] integers(Column column) {
    if (column instanceof Column.Longs longs && longs.values().length == longs.rowCount()) {
      return longs.values();
    }
    long[] values = new long[column.rowCount()];
    if (column instanceof Column.Longs longs) {
      System.arraycopy(longs.values(), 0, values, 0, values.length);
    } else if (column instanceof Column.Ints ints) {
      for (int row = 0; row < values.length; row++) {
        values[row] = ints.values()[row];
      }
    } else {
      // Of a type that breaks every rule; the schema check names it.
      Arrays.fill(values, Long.MIN_VALUE);
    }
    return values;
  }

  /// The instants of a column of dates or timestamps, perhaps the column's own array.
  private static long[] millis(Column column, DataType type) {
    long[] values = integers(column);
    TimeUnit unit =
        type instanceof DataType.Timestamp timestamp ? timestamp.unit() : TimeUnit.MILLISECOND;
    if (unit == TimeUnit.MILLISECOND && type != Scalar.DATE) {
      return values;
    }
    long[] millis = new long[values.length];
    for (int row = 0; row < millis.length; row++) {
      millis[row] = type == Scalar.DATE ? values[row] * DAY_MILLIS : millis(values[row], unit);
    }
    return millis;
  }

  private static long millis(long value, TimeUnit unit) {
    return switch (unit) {
      case SECOND -> value * 1_000;
      case MILLISECOND -> value;
      case MICROSECOND -> Math.floorDiv(value, 1_000L);
      case NANOSECOND -> Math.floorDiv(value, 1_000_000L);
    };
  }
}
