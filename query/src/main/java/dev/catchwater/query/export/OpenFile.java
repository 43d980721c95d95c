package dev.catchwater.query.export;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.columnar.slice.SliceWriter;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.query.format.RowFormat;
import dev.catchwater.query.format.RowWriter;
import dev.catchwater.query.format.TableStyle;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An exported file while it is written, beside the place where it will stand.
final class OpenFile {
  private final Disk disk;
  private final Path path;
  private final Path temporary;
  private final DiskFile file;
  private final Bytes bytes;
  private final @Nullable SliceWriter slice;
  private final @Nullable RowWriter text;
  private final boolean endsWithLine;

  private OpenFile(
      Disk disk,
      Path path,
      Path temporary,
      DiskFile file,
      ExportFormat format,
      DataSchema schema,
      boolean isExcelSafe) {
    this.disk = disk;
    this.path = path;
    this.temporary = temporary;
    this.file = file;
    this.bytes = new Bytes(file);
    SliceOptions options = SliceOptions.defaults().withReadBack(false);
    this.slice = format == ExportFormat.PARQUET ? SliceWriter.create(file, schema, options) : null;
    this.text =
        switch (format) {
          case CSV ->
              isExcelSafe
                  ? RowFormat.excelSafeCsv(bytes, schema)
                  : RowFormat.CSV.open(bytes, schema, TableStyle.PLAIN);
          case NDJSON -> RowFormat.NDJSON.open(bytes, schema, TableStyle.PLAIN);
          case PARQUET -> null;
        };
    this.endsWithLine = format == ExportFormat.CSV;
  }

  static OpenFile create(
      Disk disk, Path path, ExportFormat format, DataSchema schema, boolean isExcelSafe)
      throws IOException {
    Path temporary = path.resolveSibling(path.getFileName() + ".part");
    disk.delete(temporary);
    DiskFile file = disk.create(temporary);
    boolean opened = false;
    try {
      OpenFile open = new OpenFile(disk, path, temporary, file, format, schema, isExcelSafe);
      opened = true;
      return open;
    } finally {
      if (!opened) {
        file.close();
        disk.delete(temporary);
      }
    }
  }

  void write(RecordBatch batch) throws IOException {
    try {
      if (slice != null) {
        slice.write(batch);
      } else if (text != null) {
        text.write(batch);
      }
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /// Ends the file and gives it its name.
  void finish() throws IOException {
    try {
      if (slice != null) {
        slice.finish();
        slice.close();
      } else if (text != null) {
        text.finish();
        // On a stream the last line has no end, as kamu prints it; in a file every line has one.
        if (bytes.position > 0 || endsWithLine) {
          bytes.write('\n');
        }
      }
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
    file.close();
    disk.rename(temporary, path);
  }

  /// Removes what was written.
  void drop() {
    try {
      if (slice != null) {
        slice.close();
      }
      file.close();
      disk.delete(temporary);
    } catch (IOException e) {
      // what went wrong first is what is told
    }
  }

  private static final class Bytes extends OutputStream {
    private final DiskFile file;
    private long position;

    Bytes(DiskFile file) {
      this.file = file;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      file.write(from, offset, length, position);
      position += length;
    }
  }
}
