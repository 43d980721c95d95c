package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.schema.DataSchema;
import java.io.Closeable;
import java.io.IOException;

/// Writes one slice and computes both of its hashes on the way.
///
/// Batches may have any number of rows and must not be changed after they were handed over:
/// [#write] may return before they are encoded, holding back the caller when it is too far ahead.
/// Memory is bounded whatever the number of rows. Used by one thread.
@SuppressWarnings("DoNotCallSuggester")
public final class SliceWriter implements Closeable {
  private SliceWriter() {}

  /// Begins a slice in an empty file, which stays open (and the caller's) after [#finish()] and
  /// [#close()].
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `UNSUPPORTED` for a type that has no
  ///   place in a slice
  public static SliceWriter create(DiskFile file, DataSchema schema, SliceOptions options) {
    return new SliceWriter();
  }

  /// Adds the rows of a batch of the writer's schema.
  public void write(RecordBatch batch) throws IOException {
    throw new UnsupportedOperationException();
  }

  /// Ends the file and, where asked, reads it back and compares. Does not force it.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `CORRUPT` if what was read back is not
  ///   what was written
  public WrittenSlice finish() throws IOException {
    throw new UnsupportedOperationException();
  }

  /// Gives threads and memory back; without [#finish()] before, what is in the file is of no use.
  @Override
  public void close() {}
}
