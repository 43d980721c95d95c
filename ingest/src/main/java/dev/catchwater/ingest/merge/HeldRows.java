package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataSchema;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows kept for a second look, in the order they came: up to a budget in memory, the rest on disk.
/// Used by one thread.
final class HeldRows implements Closeable {
  private final DataSchema schema;
  private final ScratchSpace scratch;
  private final long bytesMax;
  private final List<RunFile> files = new ArrayList<>(0);
  private final List<RecordBatch> held = new ArrayList<>();
  private long heldBytes;

  /// @param bytesMax how many bytes of rows are held in memory
  HeldRows(DataSchema schema, ScratchSpace scratch, long bytesMax) {
    this.schema = schema;
    this.scratch = scratch;
    this.bytesMax = bytesMax;
  }

  void add(RecordBatch rows) throws IOException {
    held.add(rows);
    heldBytes += BatchSize.of(rows);
    if (heldBytes >= bytesMax) {
      files.add(RunFile.write(scratch.create(), schema, new Batches(held.iterator())));
      held.clear();
      heldBytes = 0;
    }
  }

  /// All rows, batch by batch as they came, once.
  RowSource read() {
    List<RowSource> sources = new ArrayList<>(files.size() + 1);
    for (RunFile file : files) {
      sources.add(file.read());
    }
    sources.add(new Batches(held.iterator()));
    return new RowSource() {
      private int at;

      @Override
      public @Nullable RecordBatch next() throws IOException {
        while (at < sources.size()) {
          RecordBatch rows = sources.get(at).next();
          if (rows != null) {
            return rows;
          }
          sources.get(at++).close();
        }
        return null;
      }

      @Override
      public void close() throws IOException {
        for (RowSource source : sources) {
          source.close();
        }
      }
    };
  }

  @Override
  public void close() throws IOException {
    for (RunFile file : files) {
      file.close();
    }
    files.clear();
    held.clear();
  }

  private record Batches(Iterator<RecordBatch> batches) implements RowSource {
    @Override
    public @Nullable RecordBatch next() {
      return batches.hasNext() ? batches.next() : null;
    }

    @Override
    public void close() {}
  }
}
