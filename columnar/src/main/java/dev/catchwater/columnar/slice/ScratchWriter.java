package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.codec.Codec;
import dev.catchwater.columnar.codec.Compressors;
import dev.catchwater.columnar.encode.ColumnEncoder;
import dev.catchwater.columnar.encode.EncodedChunk;
import dev.catchwater.columnar.parquet.ParquetSchema;
import dev.catchwater.columnar.parquet.SchemaNode;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.schema.DataSchema;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes rows to a Parquet file that another process reads at once and nobody keeps: values as
/// they are, no dictionaries, no compression, no hashes. About a fifth of the work of a
/// [SliceWriter]. Used by one thread.
public final class ScratchWriter implements Closeable {
  /// Few enough that a reader finds work for several threads, and that arrays die young.
  private static final int GROUP_ROWS = 1 << 15;

  private static final long GROUP_BYTES_MAX = 32L << 20;

  private final ParquetSchema schema;
  private final StoredValues stored;
  private final Compressors compressors = new Compressors(Codec.NONE);
  private final List<ColumnEncoder> encoders = new ArrayList<>();
  private @Nullable SliceFile output;
  private long groupRows;

  private ScratchWriter(DataSchema declared) {
    this.schema = ParquetSchema.of(declared);
    this.stored = StoredValues.of(declared);
    for (SchemaNode column : schema.columns()) {
      encoders.add(new ColumnEncoder(column, compressors, true));
    }
  }

  /// A writer of files of one schema, one after the other.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `UNSUPPORTED` for a type that has no
  ///   place in a slice
  public static ScratchWriter of(DataSchema schema) {
    return new ScratchWriter(schema);
  }

  /// Begins a file, which is empty and stays the caller's.
  public void begin(DiskFile file) {
    output = new SliceFile(file, schema, false);
  }

  private SliceFile output() {
    return Objects.requireNonNull(output, "begin comes first");
  }

  /// Adds the rows of a batch of the writer's schema.
  public void write(RecordBatch batch) throws IOException {
    long held = 0;
    for (int i = 0; i < encoders.size(); i++) {
      encoders.get(i).add(stored.convert(i, batch.column(i)), 0, batch.rowCount());
      held += encoders.get(i).heldBytes();
    }
    groupRows += batch.rowCount();
    if (groupRows >= GROUP_ROWS || held > GROUP_BYTES_MAX) {
      endGroup();
    }
  }

  /// The bytes of the groups that ended.
  public long bytes() {
    return output().position();
  }

  /// Ends the file.
  public void finish() throws IOException {
    if (groupRows > 0) {
      endGroup();
    }
    output().finish(-1);
    output = null;
  }

  private void endGroup() throws IOException {
    List<EncodedChunk> chunks = new ArrayList<>();
    for (ColumnEncoder encoder : encoders) {
      chunks.addAll(encoder.finish());
    }
    output().writeGroup(chunks, groupRows);
    groupRows = 0;
  }

  @Override
  public void close() {
    compressors.close();
  }
}
