package dev.catchwater.ingest.seal;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.columnar.slice.SliceWriter;
import dev.catchwater.columnar.slice.WrittenSlice;
import dev.catchwater.ingest.merge.RowSink;
import dev.catchwater.ingest.merge.RowSource;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.OperationType;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.StagedFile;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives rows their offset, operation type and system time and writes them into a staged slice. No
/// row, no slice. Used by one thread.
public final class SliceSealer implements RowSink, Closeable {
  private static final int SYSTEM_COLUMNS_BEFORE_EVENT_TIME = 3;
  private static final long MILLIS_A_DAY = 86_400_000;

  private final DatasetWriter writer;
  private final DataSchema stored;
  private final SliceOptions options;
  private final long firstOffset;
  private final long systemTimeMillis;
  private @Nullable StagedFile file;
  private @Nullable SliceWriter slice;
  private long nextOffset;
  private long latestEventTime = Long.MIN_VALUE;
  private int[] operations = {};
  private long[] systemTimes = {};

  /// @param stored the complete schema of the slice
  /// @param firstOffset the offset of the first row
  /// @param systemTime one for all rows, cut to milliseconds
  public SliceSealer(
      DatasetWriter writer,
      DataSchema stored,
      SliceOptions options,
      long firstOffset,
      Instant systemTime) {
    this.writer = writer;
    this.stored = stored;
    this.options = options;
    this.firstOffset = firstOffset;
    this.nextOffset = firstOffset;
    this.systemTimeMillis = systemTime.toEpochMilli();
  }

  /// Rows so far.
  public long rowCount() {
    return nextOffset - firstOffset;
  }

  /// The latest event time of all rows so far, dates as their midnight in UTC; null without rows.
  public @Nullable Instant latestEventTime() {
    if (rowCount() == 0) {
      return null;
    }
    boolean isDate =
        !(stored.fields().get(SYSTEM_COLUMNS_BEFORE_EVENT_TIME).type()
            instanceof dev.catchwater.odf.schema.DataType.Timestamp);
    return Instant.ofEpochMilli(isDate ? latestEventTime * MILLIS_A_DAY : latestEventTime);
  }

  @Override
  public long nextOffset() {
    return nextOffset;
  }

  @Override
  public void accept(RecordBatch rows) throws IOException {
    int count = rows.rowCount();
    if (count == 0) {
      return;
    }
    long[] offsets = new long[count];
    for (int i = 0; i < count; i++) {
      offsets[i] = nextOffset + i;
    }
    if (operations.length < count) {
      operations = new int[count];
      Arrays.fill(operations, OperationType.APPEND.code());
      systemTimes = new long[count];
      Arrays.fill(systemTimes, systemTimeMillis);
    }
    List<Column> columns = new ArrayList<>(stored.fields().size());
    columns.add(new Column.Longs(count, offsets, null));
    int dataColumns = stored.fields().size() - SYSTEM_COLUMNS_BEFORE_EVENT_TIME;
    columns.add(
        rows.columns().size() == dataColumns
            ? new Column.Ints(count, operations, null)
            : rows.column(dataColumns));
    columns.add(new Column.Longs(count, systemTimes, null));
    columns.addAll(rows.columns().subList(0, dataColumns));
    noteEventTimes(rows.column(0), count);
    open().write(new RecordBatch(stored, count, columns));
    nextOffset += count;
  }

  @Override
  public RowSource takeBack() throws IOException {
    StagedFile partial = file;
    if (partial == null) {
      throw new IllegalStateException("no row was accepted");
    }
    open().finish();
    closeWriter();
    file = null;
    nextOffset = firstOffset;
    return new PartialSlice(partial);
  }

  /// Ends the slice and makes it part of the writer's next commit; null if there was no row.
  public @Nullable DataSlice finish() throws IOException {
    StagedFile finished = file;
    if (finished == null) {
      return null;
    }
    WrittenSlice written = open().finish();
    closeWriter();
    if (written.rowCount() != rowCount()) {
      throw new IllegalStateException(
          written.rowCount() + " rows in a slice of " + rowCount() + " offsets");
    }
    writer.adopt(finished, written.physicalHash());
    file = null;
    return new DataSlice(
        written.logicalHash(), written.physicalHash(), firstOffset, nextOffset - 1, written.size());
  }

  @Override
  public void close() {
    closeWriter();
    if (file != null) {
      writer.discard(file);
      file = null;
    }
  }

  private SliceWriter open() {
    if (slice == null) {
      file = writer.stage();
      slice = SliceWriter.create(file.file(), stored, options);
    }
    return slice;
  }

  private void closeWriter() {
    if (slice != null) {
      slice.close();
      slice = null;
    }
  }

  private void noteEventTimes(Column column, int count) {
    long latest = latestEventTime;
    if (column instanceof Column.Longs longs) {
      for (int i = 0; i < count; i++) {
        latest = Math.max(latest, longs.values()[i]);
      }
    } else {
      int[] days = ((Column.Ints) column).values();
      for (int i = 0; i < count; i++) {
        latest = Math.max(latest, days[i]);
      }
    }
    latestEventTime = latest;
  }

  /// The rows of a slice that will not be committed, without their system columns.
  private final class PartialSlice implements RowSource {
    private final StagedFile partial;
    private final SliceReader reader;
    private final SliceRows rows;
    private final DataSchema schema;

    PartialSlice(StagedFile partial) throws IOException {
      this.partial = partial;
      List<DataField> fields =
          stored.fields().subList(SYSTEM_COLUMNS_BEFORE_EVENT_TIME, stored.fields().size());
      List<String> names = new ArrayList<>(fields.size());
      for (DataField field : fields) {
        names.add(field.name());
      }
      schema = DataSchema.of(fields);
      reader = SliceReader.open(writer.dataset().disk().openForRead(partial.path()));
      rows = reader.read(0, reader.rowCount(), names);
    }

    @Override
    public @Nullable RecordBatch next() throws IOException {
      RecordBatch batch = rows.next();
      return batch == null ? null : new RecordBatch(schema, batch.rowCount(), batch.columns());
    }

    @Override
    public void close() throws IOException {
      reader.close();
      writer.discard(partial);
    }
  }
}
