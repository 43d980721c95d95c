package dev.catchwater.ingest.live;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.storage.Dataset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a dataset held at one moment: its chain up to a head and, behind it, the rows that were
/// acknowledged and are in no slice yet. Reading the slices of that head and then these rows gives
/// every durable row once. Immutable.
///
/// @param state the chain up to the committed head
/// @param batches rows in the stored schema, by offset without gap from [#firstOffset()] on; only
///   durable ones
public record HotRows(ChainState state, List<RecordBatch> batches) {
  public HotRows {
    batches = List.copyOf(batches);
  }

  /// Of a dataset in a process that does not hold it: what its chain says and what its journal has.
  /// Without a journal that costs no more than the chain.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException where chain or journal cannot be read
  public static HotRows of(Dataset dataset) {
    return dataset.hasUnsealedRows()
        ? Replay.read(dataset)
        : new HotRows(dataset.state(), List.of());
  }

  /// The columns of the rows, null before the dataset has any.
  public @Nullable DataSchema schema() {
    return state.schema();
  }

  /// The offset of the first row that is in no slice, whether there is one or not.
  public long firstOffset() {
    Long last = state.lastOffset();
    return last == null ? 0 : last + 1;
  }

  /// The offset that the next row gets.
  public long nextOffset() {
    return firstOffset() + rowCount();
  }

  /// How many rows are in no slice.
  public long rowCount() {
    long count = 0;
    for (RecordBatch batch : batches) {
      count += batch.rowCount();
    }
    return count;
  }

  /// Whether every row is in a slice.
  public boolean isEmpty() {
    return batches.isEmpty();
  }
}
