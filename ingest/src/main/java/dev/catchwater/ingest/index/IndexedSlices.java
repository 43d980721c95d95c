package dev.catchwater.ingest.index;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.ingest.prepare.NullColumn;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The slices that an index does not know yet, oldest first.
final class IndexedSlices {
  private final Dataset dataset;
  private final List<DataSlice> newestFirst;
  private final boolean hasReachedStart;

  private IndexedSlices(Dataset dataset, List<DataSlice> newestFirst, boolean hasReachedStart) {
    this.dataset = dataset;
    this.newestFirst = newestFirst;
    this.hasReachedStart = hasReachedStart;
  }

  /// Takes rows, batch by batch.
  @FunctionalInterface
  interface RowTaker {
    void take(Batches batches) throws IOException;
  }

  /// The slices behind block `start` (null: all) up to the head.
  static IndexedSlices since(Dataset dataset, Multihash head, @Nullable Multihash start) {
    List<DataSlice> slices = new ArrayList<>();
    boolean isBelowHead = false;
    for (HashedBlock block : dataset.blocks()) {
      isBelowHead |= block.hash().equals(head);
      if (block.hash().equals(start)) {
        return new IndexedSlices(dataset, slices, true);
      }
      if (isBelowHead && block.block().event() instanceof AddData add && add.newData() != null) {
        slices.add(add.newData());
      }
    }
    return new IndexedSlices(dataset, slices, start == null);
  }

  /// Whether the chain has the block it was to start from.
  boolean hasReachedStart() {
    return hasReachedStart;
  }

  /// Hands all rows on, from the first slice to the last.
  ///
  /// @param rows the columns wanted; those that a slice has not are null
  void read(DataSchema rows, RowTaker taker) throws IOException {
    try (Batches batches = new Batches(rows)) {
      taker.take(batches);
    }
  }

  /// The rows, batch by batch.
  final class Batches implements Closeable {
    private final DataSchema wanted;
    private int left = newestFirst.size();
    private long nextOffset;
    private long firstOffset;
    private @Nullable SliceReader reader;
    private @Nullable SliceRows batches;

    Batches(DataSchema wanted) {
      this.wanted = wanted;
    }

    /// The offset of the first row of the last batch.
    long firstOffset() {
      return firstOffset;
    }

    /// The next rows, or null at the end.
    @Nullable RecordBatch next() throws IOException {
      while (true) {
        RecordBatch batch = batches == null ? null : batches.next();
        if (batch != null) {
          firstOffset = nextOffset;
          nextOffset += batch.rowCount();
          return complete(wanted, batch);
        }
        close();
        if (left == 0) {
          return null;
        }
        DataSlice slice = newestFirst.get(--left);
        nextOffset = slice.offsetStart();
        SliceReader opened = SliceReader.open(dataset.openSlice(slice));
        reader = opened;
        batches = opened.read(0, opened.rowCount(), present(wanted, opened.schema()));
      }
    }

    @Override
    public void close() throws IOException {
      batches = null;
      if (reader != null) {
        reader.close();
        reader = null;
      }
    }
  }

  private static List<String> present(DataSchema rows, DataSchema slice) {
    List<String> names = new ArrayList<>(rows.fields().size());
    for (DataField field : rows.fields()) {
      if (slice.indexOf(field.name()) >= 0) {
        names.add(field.name());
      }
    }
    return names;
  }

  /// The batch with a column of nulls for each one that was added to the dataset later.
  private static RecordBatch complete(DataSchema rows, RecordBatch batch) {
    List<Column> columns = new ArrayList<>(rows.fields().size());
    for (DataField field : rows.fields()) {
      int at = batch.schema().indexOf(field.name());
      columns.add(at < 0 ? NullColumn.of(field.type(), batch.rowCount()) : batch.column(at));
    }
    return new RecordBatch(rows, batch.rowCount(), columns);
  }
}
