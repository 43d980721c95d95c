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
    for (int row = 0; row < column.rowCount(); row++) {
      if (integer(column, row) != nextOffset + row || column.isNull(row)) {
        offsetsBroken = true;
        broken.add("Offset " + (nextOffset + row) + " is expected, found " + integer(column, row));
        return;
      }
    }
  }

  private void operations(@Nullable Column column, long start) {
    if (operationsBroken || column == null) {
      return;
    }
    for (int row = 0; row < column.rowCount(); row++) {
      long code = integer(column, row);
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
    DataType type = type(check.vocabulary().systemTime());
    for (int row = 0; row < column.rowCount(); row++) {
      long time = millis(integer(column, row), type);
      if (time < lastSystemTime || time > check.systemTimeMillis()) {
        systemTimesBroken = true;
        String rule =
            time < lastSystemTime ? ", before the row above it" : ", after its block was made";
        broken.add(
            "Offset " + (start + row) + " has system time " + Instant.ofEpochMilli(time) + rule);
        return;
      }
      lastSystemTime = time;
    }
  }

  private void eventTimes(Column column, DataType type, long start) {
    Instant watermark = check.watermark();
    if (eventTimesBroken) {
      return;
    }
    DataType bare = SliceCheck.bare(type);
    for (int row = 0; row < column.rowCount(); row++) {
      if (column.isNull(row)) {
        eventTimesBroken = true;
        broken.add("Offset " + (start + row) + " has no event time");
        return;
      }
      if (watermark == null) {
        continue;
      }
      long time = millis(integer(column, row), bare);
      if (time > watermark.toEpochMilli()) {
        eventTimesBroken = true;
        broken.add(
            "Offset "
                + (start + row)
                + " has event time "
                + Instant.ofEpochMilli(time)
                + ", after the watermark "
                + watermark);
        return;
      }
    }
  }

  private DataType type(String column) {
    return SliceCheck.bare(schema.fields().get(schema.indexOf(column)).type());
  }

  private static long integer(Column column, int row) {
    return switch (column) {
      case Column.Longs longs -> longs.values()[row];
      case Column.Ints ints -> ints.values()[row];
      default -> Long.MIN_VALUE; // of a type that breaks every rule; the schema check names it
    };
  }

  private static long millis(long value, DataType type) {
    if (type == Scalar.DATE) {
      return value * DAY_MILLIS;
    }
    TimeUnit unit =
        type instanceof DataType.Timestamp timestamp ? timestamp.unit() : TimeUnit.MILLISECOND;
    return switch (unit) {
      case SECOND -> value * 1_000;
      case MILLISECOND -> value;
      case MICROSECOND -> Math.floorDiv(value, 1_000L);
      case NANOSECOND -> Math.floorDiv(value, 1_000_000L);
    };
  }
}
