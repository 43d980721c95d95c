package dev.catchwater.query;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.storage.Dataset;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The last rows of a dataset by offset, in ascending order, as of the moment it was opened
/// (kamu-behaviour §1.5); also those that are in no slice yet.
///
/// Reads the slices that hold the rows and of those the pages that do; how much lies in front of
/// them does not matter. A column that was added to the schema after a slice was written is null in
/// its rows. Used by one thread; close it to close the slice that is open.
public final class Tail implements Closeable {
  private final Dataset dataset;
  private final @Nullable DataSchema schema;
  private final long firstOffset;
  private final long lastOffset;
  private final List<DataSlice> slicesFromEnd;
  private final Deque<RecordBatch> hot;

  private @Nullable SliceReader reader;
  private @Nullable SliceRows rows;
  private int[] sources = {};

  private Tail(
      Dataset dataset,
      @Nullable DataSchema schema,
      long firstOffset,
      long lastOffset,
      List<DataSlice> slicesFromEnd,
      Deque<RecordBatch> hot) {
    this.hot = hot;
    this.dataset = dataset;
    this.schema = schema;
    this.firstOffset = firstOffset;
    this.lastOffset = lastOffset;
    this.slicesFromEnd = slicesFromEnd;
  }

  /// Finds the last `count` rows in front of the last `skip` ones; fewer where there are fewer.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException where the chain cannot be read
  public static Tail open(Dataset dataset, long skip, long count) {
    return open(dataset, HotRows.of(dataset), skip, count);
  }

  /// The same of a dataset at the moment that `hot` is of.
  public static Tail open(Dataset dataset, HotRows hot, long skip, long count) {
    long last = hot.nextOffset() - 1 - skip;
    long first = Math.max(0, last - count + 1);
    List<DataSlice> slices = new ArrayList<>();
    if (first <= last && first < hot.firstOffset()) {
      for (DataSlice slice : dataset.slicesFrom(hot.state().head())) {
        if (slice.offsetStart() <= last) {
          slices.add(slice);
        }
        if (slice.offsetStart() <= first) {
          break;
        }
      }
    }
    return new Tail(dataset, hot.schema(), first, last, slices, part(hot, first, last));
  }

  private static Deque<RecordBatch> part(HotRows hot, long first, long last) {
    Deque<RecordBatch> part = new ArrayDeque<>(0);
    long start = hot.firstOffset();
    for (RecordBatch batch : hot.batches()) {
      int from = Math.clamp(first - start, 0, batch.rowCount());
      int to = Math.clamp(last + 1 - start, 0, batch.rowCount());
      if (from < to) {
        boolean isWhole = from == 0 && to == batch.rowCount();
        part.add(isWhole ? batch : RowSelection.slice(batch, from, to - from));
      }
      start += batch.rowCount();
    }
    return part;
  }

  /// The columns of the dataset in stored order, or null where it has no schema yet.
  public @Nullable DataSchema schema() {
    return schema;
  }

  /// The next rows; null at the end.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException where a slice is missing or damaged
  public @Nullable RecordBatch next() throws IOException {
    while (true) {
      if (rows == null && !openSlice()) {
        return hot.poll();
      }
      RecordBatch batch = rows == null ? null : rows.next();
      if (batch != null) {
        return arranged(batch);
      }
      close();
    }
  }

  private boolean openSlice() throws IOException {
    if (slicesFromEnd.isEmpty() || schema == null) {
      return false;
    }
    DataSlice slice = slicesFromEnd.remove(slicesFromEnd.size() - 1);
    SliceReader opened = SliceReader.open(dataset.openSlice(slice));
    reader = opened;
    DataSchema stored = opened.schema();
    List<String> columns = new ArrayList<>();
    sources = new int[schema.fields().size()];
    for (int i = 0; i < sources.length; i++) {
      String name = schema.fields().get(i).name();
      sources[i] = -1;
      if (stored.indexOf(name) >= 0) {
        sources[i] = columns.size();
        columns.add(name);
      }
    }
    long first = Math.max(firstOffset, slice.offsetStart());
    long last = Math.min(lastOffset, slice.offsetEnd());
    rows = opened.read(first - slice.offsetStart(), last - first + 1, columns);
    return true;
  }

  private RecordBatch arranged(RecordBatch batch) {
    DataSchema wanted = schema == null ? batch.schema() : schema;
    List<Column> columns = new ArrayList<>(sources.length);
    for (int i = 0; i < sources.length; i++) {
      DataField field = wanted.fields().get(i);
      columns.add(
          sources[i] >= 0 ? batch.column(sources[i]) : nulls(field.type(), batch.rowCount()));
    }
    return new RecordBatch(wanted, batch.rowCount(), columns);
  }

  private static Column nulls(DataType type, int count) {
    ColumnBuilder builder = ColumnBuilder.of(type);
    for (int i = 0; i < count; i++) {
      builder.appendNull();
    }
    return builder.build();
  }

  @Override
  public void close() throws IOException {
    rows = null;
    SliceReader open = reader;
    reader = null;
    if (open != null) {
      open.close();
    }
  }
}
