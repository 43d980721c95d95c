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

  /// Takes sorted keys, none of them twice.
  @FunctionalInterface
  interface KeySink {
    void accept(KeySet sorted) throws IOException;
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

  /// Hashes all rows and hands the keys on, window by window.
  void read(DataSchema rows, int windowRows, RowHasher hasher, KeySink sink) throws IOException {
    KeySet window = new KeySet(1_024);
    for (int i = newestFirst.size() - 1; i >= 0; i--) {
      try (SliceReader reader = SliceReader.open(dataset.openSlice(newestFirst.get(i)))) {
        List<String> names = present(rows, reader.schema());
        SliceRows batches = reader.read(0, reader.rowCount(), names);
        for (RecordBatch batch = batches.next(); batch != null; batch = batches.next()) {
          hasher.hash(complete(rows, batch), window);
          if (window.size() >= windowRows) {
            sink.accept(firstOfEach(window));
            window = new KeySet(windowRows);
          }
        }
      }
    }
    if (window.size() > 0) {
      sink.accept(firstOfEach(window));
    }
  }

  private static KeySet firstOfEach(KeySet keys) {
    int[] order = keys.order();
    KeySet first = new KeySet(keys.size());
    for (int i = 0; i < order.length; i++) {
      int at = order[i];
      if (i == 0 || keys.compare(order[i - 1], keys.high(at), keys.low(at)) != 0) {
        first.add(keys.high(at), keys.low(at), keys.content(at));
      }
    }
    return first;
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
