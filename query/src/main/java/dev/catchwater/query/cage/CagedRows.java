package dev.catchwater.query.cage;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.ScratchWriter;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.ingest.prepare.PreparedRows;
import dev.catchwater.ingest.read.ReadCounts;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.TimeUnit;
import dev.catchwater.query.sql.DuckColumns;
import dev.catchwater.query.sql.SqlDatabase.Dialect;
import dev.catchwater.query.sql.Steps;
import dev.catchwater.query.sql.Steps.Step;
import dev.catchwater.query.sql.Steps.StepColumn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of a reader after its steps. The cage starts at once, beside the reading; rows go to it
/// and come back as Parquet files in a folder that belongs to this push.
final class CagedRows implements PreparedRows {
  private final Disk disk;
  private final CageLimits limits;
  private final Dialect dialect;
  private final List<Step> steps;
  private final RowReader rows;
  private final Path folder;
  private final Cage cage;
  private final List<String> notes = new ArrayList<>();

  private @Nullable DataSchema schema;
  private @Nullable SliceReader result;
  private @Nullable SliceRows found;
  private long truncatedTimes;

  CagedRows(
      Disk disk,
      CageLimits limits,
      Dialect dialect,
      List<Step> steps,
      RowReader rows,
      Path folder) {
    this.disk = disk;
    this.limits = limits;
    this.dialect = dialect;
    this.steps = steps;
    this.rows = rows;
    this.folder = folder;
    this.cage = Cage.start(limits, folder);
  }

  @Override
  public DataSchema schema() {
    DataSchema known = schema;
    if (known == null) {
      try {
        known = run();
      } catch (IOException e) {
        throw failed(e);
      }
      schema = known;
    }
    return known;
  }

  private DataSchema run() throws IOException {
    DataSchema read = rows.schema();
    if (read.fields().isEmpty()) {
      // Nothing declared and nothing there: no step can be asked anything.
      return read;
    }
    notes.addAll(DuckColumns.notes(read, "the input"));
    Path input = folder.resolve("input.parquet");
    Path output = folder.resolve("result.parquet");
    try (DiskFile file = disk.create(input);
        ScratchWriter writer = ScratchWriter.create(file, read)) {
      for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
        writer.write(batch);
      }
      writer.finish();
    }
    List<StepColumn> columns =
        cage.ask(
            new Steps.Request(
                dialect, steps, DuckColumns.of(read), input, output, folder, limits.engine()));
    cage.close();
    disk.delete(input);
    SliceReader opened = SliceReader.open(disk.openForRead(output));
    result = opened;
    found = opened.read(0, opened.rowCount(), null);
    List<DataField> fields = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      DataField field = opened.schema().fields().get(i);
      DataType type = stored(field.type().required());
      fields.add(DataField.of(field.name(), columns.get(i).isRequired() ? type : type.optional()));
    }
    return DataSchema.of(fields);
  }

  private static DataType stored(DataType type) {
    return type instanceof DataType.Timestamp ? DataType.Timestamp.MILLIS_UTC : type;
  }

  @Override
  public @Nullable RecordBatch next() {
    DataSchema known = schema();
    SliceRows open = found;
    SliceReader from = result;
    if (open == null || from == null) {
      return null;
    }
    try {
      RecordBatch batch = open.next();
      if (batch == null) {
        return null;
      }
      List<Column> columns = new ArrayList<>();
      for (int i = 0; i < batch.columns().size(); i++) {
        DataType type = from.schema().fields().get(i).type().required();
        columns.add(millis(type, batch.column(i)));
      }
      return new RecordBatch(known, batch.rowCount(), columns);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static CatchwaterException failed(IOException e) {
    String reason = String.valueOf(e.getMessage());
    return CatchwaterException.of(
            reason.contains("No space left") ? ErrorCode.DISK_FULL : ErrorCode.STORAGE_FAILED,
            "The rows for the SQL of the source could not be put aside: " + reason)
        .withHint("nothing was changed")
        .withCause(e);
  }

  /// Finer times are cut, as everywhere, and counted.
  private Column millis(DataType type, Column column) {
    if (!(type instanceof DataType.Timestamp time)
        || time.unit() == TimeUnit.MILLISECOND
        || !(column instanceof Column.Longs(int rowCount, long[] values, long[] validity))) {
      return column;
    }
    long unit = time.unit() == TimeUnit.MICROSECOND ? 1_000 : 1_000_000;
    long[] millis = new long[rowCount];
    for (int i = 0; i < rowCount; i++) {
      millis[i] = Math.floorDiv(values[i], unit);
      if (millis[i] * unit != values[i] && !column.isNull(i)) {
        truncatedTimes++;
      }
    }
    return new Column.Longs(rowCount, millis, validity);
  }

  @Override
  public ReadCounts counts() {
    ReadCounts seen = rows.counts();
    return truncatedTimes == 0
        ? seen
        : new ReadCounts(
            seen.rows(),
            seen.ignoredFields(),
            seen.truncatedTimes() + truncatedTimes,
            seen.vanishedNumbers(),
            seen.bytesRead());
  }

  @Override
  public List<String> notes() {
    return List.copyOf(notes);
  }

  @Override
  public void close() {
    cage.close();
    rows.close();
    SliceReader open = result;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // a file that was only read
      }
    }
  }
}
