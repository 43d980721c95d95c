package dev.catchwater.query.export;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.disk.Disk;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.schema.DataSchema;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Writes rows to one file, or to a folder of files with so many rows each, in the order they come
/// (kamu-behaviour §1.7). Files appear under their names when they are complete; one of that name
/// is replaced. Used once, by one thread.
public final class RowExport {
  private final Disk disk;
  private final ExportFormat format;
  private final Target target;
  private final boolean isExcelSafe;

  private @Nullable OpenFile open;
  private long rowsInFile;
  private long rowCount;
  private int fileCount;

  /// Where rows go.
  ///
  /// @param path a file, or a folder
  /// @param isFolder whether it is a folder of files
  /// @param rowsPerFile for a folder; no limit where it is 0
  public record Target(Path path, boolean isFolder, long rowsPerFile) {

    /// What a path as the user wrote it means: a folder where it ends with a slash or has no
    /// extension, else a file.
    public static Target of(String written, Path path, long rowsPerFile) {
      Path name = path.getFileName();
      boolean isFolder = written.endsWith("/") || name == null || name.toString().indexOf('.') < 1;
      return new Target(path, isFolder, isFolder ? rowsPerFile : 0);
    }
  }

  /// @param isExcelSafe whether cells of CSV that a spreadsheet would take for formulas get a `'`
  public RowExport(Disk disk, ExportFormat format, Target target, boolean isExcelSafe) {
    this.disk = disk;
    this.format = format;
    this.target = target;
    this.isExcelSafe = isExcelSafe;
  }

  /// Rows of one schema, one batch after the other.
  public interface Source {
    /// The next rows, null at the end.
    @Nullable RecordBatch next() throws IOException;
  }

  /// Writes all rows; a file is written also where there are none.
  ///
  /// @return how many rows there were
  /// @throws CatchwaterException `ALREADY_EXISTS` if the folder has files in it already,
  ///   `STORAGE_FAILED` if it cannot be written; a file that was begun is gone then
  public long write(DataSchema schema, Source rows) {
    try {
      if (target.isFolder()) {
        requireEmpty();
        disk.createDirectories(target.path());
      }
      for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
        write(schema, batch);
      }
      if (open == null && fileCount == 0) {
        open = begin(schema);
      }
      endFile();
      return rowCount;
    } catch (IOException e) {
      throw CatchwaterException.at(
              ErrorCode.STORAGE_FAILED,
              Place.of(target.path().toString()),
              "Cannot be written: " + e.getMessage())
          .withCause(e);
    } finally {
      dropUnfinished();
    }
  }

  private void requireEmpty() throws IOException {
    if (disk.exists(target.path()) && !disk.isDirectory(target.path())) {
      throw CatchwaterException.at(
          ErrorCode.ALREADY_EXISTS, Place.of(target.path().toString()), "Is a file, not a folder");
    }
    if (!disk.list(target.path()).isEmpty()) {
      throw CatchwaterException.at(
              ErrorCode.ALREADY_EXISTS,
              Place.of(target.path().toString()),
              "The folder is not empty")
          .withHint("name another one, or remove it first");
    }
  }

  private void write(DataSchema schema, RecordBatch batch) throws IOException {
    int from = 0;
    while (from < batch.rowCount()) {
      OpenFile file = open;
      if (file == null) {
        file = begin(schema);
        open = file;
      }
      long room = target.rowsPerFile() > 0 ? target.rowsPerFile() - rowsInFile : Integer.MAX_VALUE;
      int count = (int) Math.min(room, batch.rowCount() - from);
      file.write(count == batch.rowCount() ? batch : RowSelection.slice(batch, from, count));
      from += count;
      rowsInFile += count;
      rowCount += count;
      if (target.rowsPerFile() > 0 && rowsInFile == target.rowsPerFile()) {
        endFile();
      }
    }
  }

  private OpenFile begin(DataSchema schema) throws IOException {
    Path path = target.path();
    if (target.isFolder()) {
      // Names sort in the order of the rows.
      String number = Integer.toString(1_000_000 + fileCount).substring(1);
      path = path.resolve("part-" + number + "." + format.optionName());
    }
    fileCount++;
    rowsInFile = 0;
    return OpenFile.create(disk, path, format, schema, isExcelSafe);
  }

  private void endFile() throws IOException {
    OpenFile file = open;
    if (file != null) {
      file.finish();
      open = null;
    }
  }

  private void dropUnfinished() {
    OpenFile file = open;
    if (file != null) {
      file.drop();
      open = null;
    }
  }
}
