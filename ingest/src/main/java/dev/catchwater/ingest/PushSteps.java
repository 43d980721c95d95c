package dev.catchwater.ingest;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.disk.Disk;
import dev.catchwater.ingest.prepare.PreparedRows;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.read.ReadCounts;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.Transform;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Takes rows through the SQL steps of their source where nobody holds the lock of the dataset:
/// what the steps put aside lies in a folder of its own in the workspace's `run/`, not in that of a
/// writer. Thread-safe.
public final class PushSteps {
  private final Preprocess preprocess;
  private final Disk disk;
  private final Path run;
  private final AtomicLong opened = new AtomicLong();

  /// @param run the folder of the workspace for what does not outlive a process
  public PushSteps(Preprocess preprocess, Disk disk, Path run) {
    this.preprocess = preprocess;
    this.disk = disk;
    this.run = run;
  }

  /// The rows after the last step. Closing them closes `rows`, which are closed too where this
  /// fails.
  ///
  /// @throws CatchwaterException as [Preprocess#open]; `STORAGE_FAILED`, `DISK_FULL`
  PreparedRows open(String source, Transform steps, RowReader rows) {
    Path folder = null;
    boolean isDone = false;
    try {
      folder = folder();
      PreparedRows prepared = preprocess.open(source, steps, rows, folder);
      isDone = true;
      return new InFolder(prepared, disk, folder);
    } catch (IOException e) {
      throw PushIngest.diskFailure(e);
    } finally {
      if (!isDone) {
        rows.close();
        if (folder != null) {
          remove(disk, folder);
        }
      }
    }
  }

  /// Named as the scratch folders of statements are, so that leftovers go with theirs.
  private Path folder() throws IOException {
    while (true) {
      String name = "sql-" + ProcessHandle.current().pid() + "-s" + opened.incrementAndGet();
      Path folder = run.resolve(name);
      try {
        disk.createPrivateDirectory(folder);
        return folder;
      } catch (FileAlreadyExistsException e) {
        // of a process before this one that had its number
      }
    }
  }

  private static void remove(Disk disk, Path folder) {
    try {
      disk.deleteTree(folder);
    } catch (IOException e) {
      // Whoever finds it when this process is gone removes it.
    }
  }

  /// Rows whose folder goes with them.
  private record InFolder(PreparedRows rows, Disk disk, Path folder) implements PreparedRows {
    @Override
    public List<String> notes() {
      return rows.notes();
    }

    @Override
    public DataSchema schema() {
      return rows.schema();
    }

    @Override
    public @Nullable RecordBatch next() {
      return rows.next();
    }

    @Override
    public ReadCounts counts() {
      return rows.counts();
    }

    @Override
    public long lineOf(long row) {
      return rows.lineOf(row);
    }

    @Override
    public long rowsBefore() {
      return rows.rowsBefore();
    }

    @Override
    public void close() {
      rows.close();
      remove(disk, folder);
    }
  }
}
