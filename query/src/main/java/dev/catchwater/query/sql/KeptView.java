package dev.catchwater.query.sql;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.disk.Disk;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.storage.Dataset;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What statements see of one dataset, kept from one to the next: the slices of its chain, and
/// files of the rows that are in no slice. A statement costs what came since the one before, not
/// what there is. Thread-safe.
///
/// Rows behind a chain are only ever added as long as [HotRows] speaks of the same [ChainState]
/// object; with another one the files are made anew. A file takes in the ones before it that are
/// less than twice its size, so there are few, and a row is written a few times.
final class KeptView {
  private final Supplier<Path> names;
  private @Nullable ChainSlices chain;
  private @Nullable ChainState followed;
  private final List<Piece> pieces = new ArrayList<>();

  /// Rows in a file; its fields change under the monitor of the view.
  private static final class Piece {
    private final long first;
    private final long next;
    private final Path file;
    private int users;
    private boolean isDropped;

    Piece(long first, long next, Path file) {
      this.first = first;
      this.next = next;
      this.file = file;
    }
  }

  /// @param names of files that there are not yet
  KeptView(Supplier<Path> names) {
    this.names = names;
  }

  /// A statement's use of the view; the files are there until it is closed.
  final class Use implements Closeable {
    private final Disk disk;
    private final DatasetView view;
    private final List<Piece> used;

    private Use(Disk disk, DatasetView view, List<Piece> used) {
      this.disk = disk;
      this.view = view;
      this.used = used;
    }

    DatasetView view() {
      return view;
    }

    @Override
    public void close() throws IOException {
      end(disk, used);
    }
  }

  /// The dataset at a moment; where others asked at the same time, perhaps at a later one.
  synchronized Use use(Dataset dataset, HotRows hot) throws IOException {
    ChainSlices slices = ChainSlices.of(dataset, hot.state().head(), chain);
    chain = slices;
    Disk disk = dataset.disk();
    if (followed != hot.state()) {
      dropFrom(disk, 0);
      followed = hot.state();
    }
    DataSchema schema = hot.schema();
    if (schema != null) {
      extend(disk, schema, hot);
    }
    List<Path> files = new ArrayList<>();
    for (Piece piece : pieces) {
      piece.users++;
      files.add(piece.file);
    }
    return new Use(disk, DatasetView.of(dataset, schema, slices, files), List.copyOf(pieces));
  }

  private void extend(Disk disk, DataSchema schema, HotRows hot) throws IOException {
    long next = hot.nextOffset();
    int keep = pieces.size();
    long first = keep == 0 ? hot.firstOffset() : pieces.getLast().next;
    if (first >= next) {
      return;
    }
    while (keep > 0) {
      Piece last = pieces.get(keep - 1);
      if (last.next - last.first >= 2 * (next - first)) {
        break;
      }
      first = last.first;
      keep--;
    }
    Path file = names.get();
    DatasetView.write(disk, schema, from(hot, first), file);
    dropFrom(disk, keep);
    pieces.add(new Piece(first, next, file));
  }

  private static List<RecordBatch> from(HotRows hot, long first) {
    List<RecordBatch> rows = new ArrayList<>();
    long end = hot.nextOffset();
    for (RecordBatch batch : hot.batches().reversed()) {
      int count = (int) Math.min(batch.rowCount(), end - first);
      if (count <= 0) {
        break;
      }
      boolean isWhole = count == batch.rowCount();
      rows.add(isWhole ? batch : RowSelection.slice(batch, batch.rowCount() - count, count));
      end -= count;
    }
    return rows.reversed();
  }

  private void dropFrom(Disk disk, int index) throws IOException {
    List<Piece> dropped = pieces.subList(index, pieces.size());
    for (Piece piece : dropped) {
      piece.isDropped = true;
      if (piece.users == 0) {
        disk.delete(piece.file);
      }
    }
    dropped.clear();
  }

  /// Lets go of everything; files that are in use go when their use ends.
  synchronized void drop(Disk disk) throws IOException {
    dropFrom(disk, 0);
    followed = null;
    chain = null;
  }

  private synchronized void end(Disk disk, List<Piece> used) throws IOException {
    for (Piece piece : used) {
      piece.users--;
      if (piece.isDropped && piece.users == 0) {
        disk.delete(piece.file);
      }
    }
  }
}
