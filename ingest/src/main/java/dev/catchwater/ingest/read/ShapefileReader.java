package dev.catchwater.ingest.read;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.Cell;
import dev.catchwater.ingest.read.geo.FeatureRow;
import dev.catchwater.ingest.read.geo.GeometryText;
import dev.catchwater.ingest.read.shape.ShapeFiles;
import dev.catchwater.ingest.read.shape.Shapes;
import dev.catchwater.ingest.read.shape.Table;
import dev.catchwater.ingest.read.shape.TableField;
import dev.catchwater.ingest.read.shape.TableValues;
import dev.catchwater.ingest.read.shape.ZipArchive;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.schema.DataSchema;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// The rows of a zipped Esri shapefile: the fields of its table, and `geometry` as GeoJSON text.
/// Table and shapes are unpacked side by side, a record at a time.
final class ShapefileReader implements RowReader, TextBatches.Filler {
  private static final int ENCODING_BYTES_MAX = 256;

  private final PushInput input;
  private final DiskFile file;
  private final Table table;
  private final Shapes shapes;
  private final TableValues values;
  private final ShapeColumns plan;
  private final BadRows badRows;
  private final TextBatches batches;

  private ShapefileReader(
      PushInput input, DiskFile file, Table table, Shapes shapes, ShapeColumns plan) {
    this.input = input;
    this.file = file;
    this.table = table;
    this.shapes = shapes;
    this.values = new TableValues(table);
    this.plan = plan;
    this.badRows = new BadRows(input.name());
    this.batches =
        new TextBatches(
            plan.columns, badRows, new SourceBytes(input, InputStream.nullInputStream()));
  }

  /// Reads the archive's directory and the headers.
  ///
  /// @param schema the declared columns, null where they are those of the file
  /// @throws CatchwaterException BAD_DATA, BAD_ENCODING, LIMIT_EXCEEDED, STORAGE_FAILED
  static RowReader open(
      PushInput input, @Nullable String subPath, @Nullable DataSchema schema, ReadOptions options) {
    DiskFile file = WholeInput.open(input);
    Table table = null;
    Shapes shapes = null;
    boolean isOpen = false;
    try {
      requireZip(file);
      ZipArchive archive = ZipArchive.open(file);
      ShapeFiles files = ShapeFiles.of(archive, subPath);
      table = Table.open(archive.open(files.table()), encoding(archive, files));
      shapes = Shapes.open(archive.open(files.shapes()));
      ShapeColumns plan = ShapeColumns.of(table, schema, options);
      RowReader reader = new ShapefileReader(input, file, table, shapes, plan);
      isOpen = true;
      return reader;
    } catch (IOException | CatchwaterException e) {
      throw failure(input, e);
    } finally {
      if (!isOpen) {
        close(table, shapes, file);
      }
    }
  }

  private static void requireZip(DiskFile file) throws IOException {
    int length = (int) Math.min(4, file.size());
    byte[] head = new byte[length];
    file.readFully(head, 0, length, 0);
    if (length < 4 || head[0] != 'P' || head[1] != 'K') {
      throw CatchwaterException.of(
              ErrorCode.BAD_DATA,
              "Not a zip file (first bytes \"" + BadValue.shown(head, 0, length) + "\")")
          .withHint("put .shp and .dbf (and .cpg) together into one zip file");
    }
  }

  private static @Nullable String encoding(ZipArchive archive, ShapeFiles files)
      throws IOException {
    ZipArchive.Entry entry = files.encoding();
    if (entry == null) {
      return null;
    }
    try (InputStream in = archive.open(entry)) {
      return new String(in.readNBytes(ENCODING_BYTES_MAX), StandardCharsets.ISO_8859_1);
    }
  }

  @Override
  public DataSchema schema() {
    return plan.columns.schema;
  }

  @Override
  public @Nullable RecordBatch next() {
    return batches.next(this);
  }

  @Override
  public boolean fill() {
    RowColumns columns = plan.columns;
    long bytesLeft = RowColumns.BATCH_BYTES;
    try {
      while (columns.rowCount() < columns.batchRows && bytesLeft > 0) {
        boolean hasRecord = table.next();
        if (hasRecord != shapes.next()) {
          throw CatchwaterException.of(
              ErrorCode.BAD_DATA,
              hasRecord
                  ? "The .shp has only " + shapes.number() + " shapes, the .dbf has more records"
                  : "The .dbf has only " + table.number() + " records, the .shp has more shapes");
        }
        if (!hasRecord) {
          return false;
        }
        if (!table.isDeleted()) {
          bytesLeft -= readRow();
        }
      }
      return true;
    } catch (IOException | CatchwaterException e) {
      throw failure(input, e);
    }
  }

  /// Reads the record and shape at hand; gives about how many bytes they are.
  private int readRow() {
    String name = FeatureRow.GEOMETRY;
    int size = 0;
    try {
      for (int i = 0; i < plan.columns.cells.length; i++) {
        Cell cell = plan.columns.cells[i];
        name = plan.columns.keys.get(i);
        TableField field = plan.fields[i];
        if (field != null) {
          values.take(field, cell);
          size += field.length();
        } else if (name.equals(FeatureRow.GEOMETRY)) {
          size += geometry(cell);
        } else {
          cell.absent("missing");
        }
      }
      plan.columns.endRow();
    } catch (BadValue bad) {
      plan.columns.undoRow();
      refuse(bad, name);
    }
    return size;
  }

  private int geometry(Cell cell) {
    GeometryText text = shapes.geometry();
    if (text == null) {
      cell.absent("null");
      return 0;
    }
    cell.text(text.bytes(), 0, text.length());
    return text.length();
  }

  private void refuse(BadValue bad, String name) {
    long number = table.number();
    badRows.add(() -> {
      CatchwaterException failure =
          CatchwaterException.at(
              ErrorCode.BAD_DATA,
              new Place(input.name(), 0, 0, name),
              "record " + number + ": " + bad.text());
      return bad.hint == null ? failure : failure.withHint(bad.hint);
    });
  }

  @Override
  public void end() {
    // The columns were compared when the file was opened.
  }

  private static RuntimeException failure(PushInput input, Exception e) {
    if (e instanceof CatchwaterException known) {
      String name = input.name();
      return known.place() == null && name != null ? known.withPlace(Place.of(name)) : known;
    }
    if (e instanceof ZipException || e instanceof EOFException) {
      return input.failure(ErrorCode.BAD_ENCODING, "Bad archive", (IOException) e);
    }
    return input.failure(ErrorCode.STORAGE_FAILED, "The input cannot be read", (IOException) e);
  }

  @Override
  public ReadCounts counts() {
    Map<String, Long> ignored = new LinkedHashMap<>();
    long rows = plan.columns.rowsInAll();
    for (String name : plan.ignored) {
      if (rows > 0) {
        ignored.put(name, rows);
      }
    }
    ReadCounts counts = batches.counts(ignored);
    return new ReadCounts(
        rows, ignored, counts.truncatedTimes(), counts.vanishedNumbers(), bytesRead());
  }

  private long bytesRead() {
    try {
      return input.size() >= 0 ? input.size() : file.size();
    } catch (IOException _) {
      return 0;
    }
  }

  @Override
  public void close() {
    close(table, shapes, file);
  }

  private static void close(@Nullable Table table, @Nullable Shapes shapes, DiskFile file) {
    try {
      if (table != null) {
        table.close();
      }
      if (shapes != null) {
        shapes.close();
      }
      file.close();
    } catch (IOException _) {
      // They were only read.
    }
  }
}
