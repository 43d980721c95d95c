package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.codec.Compressors;
import dev.catchwater.columnar.encode.ColumnEncoder;
import dev.catchwater.columnar.encode.EncodedChunk;
import dev.catchwater.columnar.hash.ColumnHasher;
import dev.catchwater.columnar.hash.LogicalHasher;
import dev.catchwater.columnar.parquet.FileFooter;
import dev.catchwater.columnar.parquet.ParquetSchema;
import dev.catchwater.columnar.parquet.RowGroup;
import dev.catchwater.columnar.parquet.SchemaNode;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Scalar;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/// Writes one slice and computes both of its hashes on the way.
///
/// Batches may have any number of rows and must not be changed after they were handed over:
/// [#write] may return before they are encoded, holding back the caller when it is too far ahead.
/// Memory is bounded whatever the number of rows. Used by one thread.
///
/// Each column is hashed and encoded by itself, on whatever thread is free ([Lanes]). When a row
/// group is full its columns are written one after the other, and read back while the next one
/// fills.
public final class SliceWriter implements Closeable {
  /// As kamu has it; a smaller one would make footers long.
  private static final int GROUP_ROWS_MAX = 1 << 20;

  /// What encoded pages may take before their row group is written.
  private static final long GROUP_BYTES_MAX = 64L << 20;

  /// Slices of fewer rows are not worth starting a thread for.
  private static final int HELPED_ROWS_MIN = 8_192;

  private final ParquetSchema schema;
  private final StoredValues stored;
  private final Compressors compressors;
  private final List<ColumnEncoder> encoders = new ArrayList<>();
  private final List<ColumnHasher> hashers = new ArrayList<>();
  private final AtomicLongArray heldBytes;
  private final Lanes lanes;
  private final SliceFile output;
  private final @Nullable ReadBack readBack;
  private long groupRows;
  private long rowCount;
  private boolean finished;
  // Written by the first column's lane only, read after all tasks are done.
  private volatile boolean ascending;
  private long lastOfFirst = Long.MIN_VALUE;

  private SliceWriter(DiskFile file, DataSchema declared, SliceOptions options) {
    this.schema = ParquetSchema.of(declared);
    this.stored = StoredValues.of(declared);
    this.compressors = new Compressors(options.codec());
    List<SchemaNode> columns = schema.columns();
    for (SchemaNode column : columns) {
      encoders.add(new ColumnEncoder(column, compressors));
      hashers.add(
          options.readBack()
              ? ColumnHasher.hashingAndSumming(column.type())
              : ColumnHasher.hashing(column.type()));
    }
    this.heldBytes = new AtomicLongArray(columns.size());
    this.lanes = new Lanes(2 * columns.size() + 1, options.threads());
    this.output = new SliceFile(file, schema, true);
    this.readBack = options.readBack() ? new ReadBack(file, schema) : null;
    this.ascending = columns.getFirst().type() == Scalar.INT64;
  }

  /// Begins a slice in an empty file, which stays open (and the caller's) after [#finish()] and
  /// [#close()].
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `UNSUPPORTED` for a type that has no
  ///   place in a slice
  public static SliceWriter create(DiskFile file, DataSchema schema, SliceOptions options) {
    return new SliceWriter(file, schema, options);
  }

  /// Adds the rows of a batch of the writer's schema.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `SCHEMA_MISMATCH` for a null in a
  ///   required column; perhaps only at a later call
  public void write(RecordBatch batch) throws IOException {
    if (finished || batch.columns().size() != encoders.size()) {
      throw new IllegalStateException(
          finished ? "the slice is finished" : "a batch of another schema");
    }
    rowCount += batch.rowCount();
    if (rowCount >= HELPED_ROWS_MIN) {
      lanes.startHelpers();
    }
    int from = 0;
    while (from < batch.rowCount()) {
      int to = (int) Math.min(batch.rowCount(), from + GROUP_ROWS_MAX - groupRows);
      for (int i = 0; i < encoders.size(); i++) {
        addPart(i, stored.convert(i, batch.column(i)), from, to);
      }
      groupRows += to - from;
      from = to;
      // One batch may wait while another is worked on.
      lanes.awaitAtMost(encoders.size());
      if (groupRows == GROUP_ROWS_MAX || allHeldBytes() > GROUP_BYTES_MAX) {
        endGroup();
      }
    }
  }

  private void addPart(int index, Column column, int from, int to) throws IOException {
    lanes.add(
        index,
        () -> {
          if (from == 0) {
            hashers.get(index).update(column);
            if (index == 0 && ascending) {
              noteOrder(column);
            }
          }
          ColumnEncoder encoder = encoders.get(index);
          encoder.add(column, from, to);
          heldBytes.set(index, encoder.heldBytes());
        });
  }

  private void noteOrder(Column column) {
    long[] values = ((Column.Longs) column).values();
    long before = lastOfFirst;
    boolean up = true;
    for (int i = 0; i < column.rowCount(); i++) {
      up &= values[i] >= before;
      before = values[i];
    }
    lastOfFirst = before;
    ascending = up;
  }

  private long allHeldBytes() {
    long held = 0;
    for (int i = 0; i < encoders.size(); i++) {
      held += heldBytes.get(i);
    }
    return held;
  }

  private void endGroup() throws IOException {
    int columns = encoders.size();
    List<List<EncodedChunk>> done = new ArrayList<>(columns);
    for (int i = 0; i < columns; i++) {
      done.add(List.of());
    }
    for (int i = 0; i < columns; i++) {
      int index = i;
      lanes.add(index, () -> done.set(index, encoders.get(index).finish()));
    }
    lanes.awaitAtMost(0);
    long rows = groupRows;
    groupRows = 0;
    for (int i = 0; i < columns; i++) {
      heldBytes.set(i, 0);
    }
    lanes.add(columns, () -> writeGroup(done, rows));
  }

  private void writeGroup(List<List<EncodedChunk>> columns, long rows) throws IOException {
    List<EncodedChunk> chunks = new ArrayList<>(schema.leaves().size());
    for (List<EncodedChunk> column : columns) {
      chunks.addAll(column);
    }
    RowGroup group = output.writeGroup(chunks, rows);
    ReadBack check = readBack;
    if (check != null) {
      for (int i = 0; i < encoders.size(); i++) {
        int index = i;
        lanes.add(encoders.size() + 1 + index, () -> check.readColumn(group, index));
      }
    }
  }

  /// Ends the file and, where asked, reads it back and compares. Does not force it.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `CORRUPT` if what was read back is not
  ///   what was written
  public WrittenSlice finish() throws IOException {
    if (finished) {
      throw new IllegalStateException("the slice is finished");
    }
    if (groupRows > 0) {
      endGroup();
    }
    finished = true;
    lanes.awaitAtMost(0);
    FileFooter footer = output.finish(ascending ? 0 : -1);
    if (readBack != null) {
      readBack.compare(hashers, footer, output.size());
    }
    Multihash logicalHash = LogicalHasher.combine(schema.schema(), hashers);
    return new WrittenSlice(logicalHash, output.physicalHash(), output.size(), rowCount);
  }

  /// Gives threads and memory back; without [#finish()] before, what is in the file is of no use.
  @Override
  public void close() {
    finished = true;
    lanes.close();
    compressors.close();
  }
}
