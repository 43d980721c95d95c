package dev.catchwater.ingest;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.ingest.prepare.PreparedRows;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.read.ReadCounts;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.Transform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Steps for disks in memory, where no process reads: rows whose column `v` is `-` are dropped, `!`
/// is an error. Puts a file into its folder, as an engine does.
record PlainSteps(Disk disk) implements Preprocess {
  static final String NOTE = "rows with - are dropped";

  @Override
  public void check(String source, Transform steps, @Nullable DataSchema columns) {}

  @Override
  public PreparedRows open(String source, Transform steps, RowReader rows, Path folder) {
    try (DiskFile file = disk.create(folder.resolve("input"))) {
      file.write(new byte[] {1, 2, 3}, 0, 3, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Kept(rows);
  }

  private record Kept(RowReader rows) implements PreparedRows {
    @Override
    public List<String> notes() {
      return List.of(NOTE);
    }

    @Override
    public DataSchema schema() {
      return rows.schema();
    }

    @Override
    public @Nullable RecordBatch next() {
      RecordBatch batch = rows.next();
      if (batch == null) {
        return null;
      }
      Column.Bytes texts = (Column.Bytes) batch.column(schema().fields().indexOf(field()));
      int[] kept = new int[batch.rowCount()];
      int count = 0;
      for (int row = 0; row < kept.length; row++) {
        String text =
            new String(
                texts.data(),
                texts.offsets()[row],
                texts.offsets()[row + 1] - texts.offsets()[row],
                StandardCharsets.UTF_8);
        if (text.equals("!")) {
          throw CatchwaterException.of(ErrorCode.BAD_SQL, "The steps refuse a row");
        }
        if (!text.equals("-")) {
          kept[count++] = row;
        }
      }
      return RowSelection.take(batch, kept, count);
    }

    private DataField field() {
      return schema().fields().stream()
          .filter(field -> field.name().equals("v"))
          .findFirst()
          .orElseThrow();
    }

    @Override
    public ReadCounts counts() {
      return rows.counts();
    }

    @Override
    public void close() {
      rows.close();
    }
  }
}
