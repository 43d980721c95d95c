package dev.catchwater.ingest.read;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rows of a Parquet file, batch by batch: no more than a page of each wanted column is in
/// memory. Columns go by name.
final class ParquetReader implements RowReader {
  /// Bytes of a footer: what is made of one takes several times as much.
  private static final int FOOTER_BYTES_MAX = 16 << 20;

  /// Bytes of the open pages of all columns, on machines that have so much.
  private static final long PAGE_BYTES_MAX = 512 << 20;

  private static final int HEAD_SHOWN = 8;

  private final PushInput input;
  private final DiskFile file;
  private final SliceReader slice;
  private final SliceRows rows;
  private final ParquetColumns columns;
  private final BadRows badRows;
  private final boolean isCut;
  private long rowsRead;

  private ParquetReader(
      PushInput input, DiskFile file, SliceReader slice, ParquetColumns columns, boolean isCut)
      throws IOException {
    this.isCut = isCut;
    this.input = input;
    this.file = file;
    this.slice = slice;
    this.columns = columns;
    this.rows = slice.read(0, Long.MAX_VALUE, columns.fileNames());
    this.badRows = new BadRows(input.name());
  }

  /// Reads the footer and finds out which column becomes which.
  ///
  /// @param schema the declared columns, null where they are those of the file
  /// @throws CatchwaterException BAD_PARQUET, SCHEMA_MISMATCH, LIMIT_EXCEEDED, STORAGE_FAILED
  static RowReader open(PushInput input, @Nullable DataSchema schema, ReadOptions options) {
    DiskFile file = WholeInput.open(input);
    boolean isOpen = false;
    try {
      if (file.size() == 0) {
        throw FileFailure.of(input, "Not a Parquet file (it is empty)");
      }
      SliceReader slice = slice(input, file);
      ParquetColumns columns = ParquetColumns.of(slice.schema(), schema, options);
      ParquetReader reader = new ParquetReader(input, file, slice, columns, options.cutRows() > 0);
      isOpen = true;
      return reader;
    } catch (IOException | CatchwaterException e) {
      throw failure(input, e);
    } finally {
      if (!isOpen) {
        close(file);
      }
    }
  }

  private static SliceReader slice(PushInput input, DiskFile file) throws IOException {
    int length = (int) Math.min(HEAD_SHOWN, file.size());
    byte[] head = new byte[length];
    file.readFully(head, 0, length, 0);
    boolean isParquet = length > 3 && head[0] == 'P' && head[1] == 'A' && head[2] == 'R';
    if (!isParquet || (head[3] != '1' && head[3] != 'E')) {
      throw FileFailure.of(
          input, "Not a Parquet file (first bytes \"" + BadValue.shown(head, 0, length) + "\")");
    }
    long memory = Math.min(PAGE_BYTES_MAX, Runtime.getRuntime().maxMemory() / 2);
    return SliceReader.open(file, FOOTER_BYTES_MAX, memory);
  }

  @Override
  public DataSchema schema() {
    return columns.schema();
  }

  @Override
  public @Nullable RecordBatch next() {
    try {
      for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
        RecordBatch cast = cast(batch);
        rowsRead += batch.rowCount();
        if (badRows.isEmpty() && cast.rowCount() > 0) {
          return cast;
        }
        if (isCut) {
          badRows.raiseAtCut();
        }
      }
    } catch (IOException | CatchwaterException e) {
      throw failure(input, e);
    }
    badRows.raise();
    return null;
  }

  private RecordBatch cast(RecordBatch batch) {
    List<DataField> fields = columns.schema().fields();
    List<Column> cast = new ArrayList<>(fields.size());
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.get(i).name();
      Column column = columns.cast(i, batch, (row, bad) -> refuse(row, name, bad.text(), bad.hint));
      if (!fields.get(i).type().isOptional() && column.hasNulls()) {
        refuseNulls(column, name);
      }
      cast.add(column);
    }
    return new RecordBatch(columns.schema(), batch.rowCount(), cast);
  }

  private void refuseNulls(Column column, String name) {
    for (int row = 0; row < column.rowCount(); row++) {
      if (column.isNull(row)) {
        refuse(row, name, "A value is required, but it is null", null);
      }
    }
  }

  private void refuse(int row, String name, String message, @Nullable String hint) {
    long number = rowsRead + row + 1;
    badRows.add(() -> {
      CatchwaterException failure =
          CatchwaterException.at(
              ErrorCode.BAD_DATA,
              new Place(input.name(), 0, 0, name),
              "row " + number + ": " + message);
      return hint == null ? failure : failure.withHint(hint);
    });
  }

  /// What a failure of the file means to whoever pushed it: not that our own data is damaged.
  private static RuntimeException failure(PushInput input, Exception e) {
    if (e instanceof CatchwaterException known) {
      CatchwaterException failure =
          known.code() == ErrorCode.CORRUPT ? FileFailure.again(known) : known;
      String name = input.name();
      return failure.place() == null && name != null ? failure.withPlace(Place.of(name)) : failure;
    }
    return e instanceof EOFException
        ? FileFailure.of(input, "Parquet file is damaged: it ends early")
        : input.failure(ErrorCode.STORAGE_FAILED, "The input cannot be read", (IOException) e);
  }

  @Override
  public ReadCounts counts() {
    Map<String, Long> ignored = new LinkedHashMap<>();
    for (String name : columns.ignored()) {
      if (rowsRead > 0) {
        ignored.put(name, rowsRead);
      }
    }
    long total = slice.rowCount();
    long bytes = total == 0 ? size() : (long) ((double) size() * rowsRead / total);
    return new ReadCounts(rowsRead, ignored, columns.tally().truncatedTimes, 0, bytes);
  }

  private long size() {
    try {
      return input.size() >= 0 ? input.size() : file.size();
    } catch (IOException _) {
      return 0;
    }
  }

  @Override
  public void close() {
    close(file);
  }

  private static void close(DiskFile file) {
    try {
      file.close();
    } catch (IOException _) {
      // It was only read.
    }
  }

  /// The failures of a file that cannot be taken as a whole.
  private static final class FileFailure {
    static CatchwaterException of(PushInput input, String message) {
      CatchwaterException failure = CatchwaterException.of(ErrorCode.BAD_PARQUET, message);
      String name = input.name();
      return name == null ? failure : failure.withPlace(Place.of(name));
    }

    static CatchwaterException again(CatchwaterException known) {
      CatchwaterException failure =
          CatchwaterException.of(ErrorCode.BAD_PARQUET, known.plainMessage()).withCause(known);
      String hint = known.hint();
      return hint == null ? failure : failure.withHint(hint);
    }
  }
}
