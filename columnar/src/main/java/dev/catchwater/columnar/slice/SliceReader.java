package dev.catchwater.columnar.slice;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.schema.DataSchema;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a slice: any Parquet file of the types ODF has.
///
/// Opening reads the footer only. Reading a run of rows reads the pages that hold it, where the
/// file has a page index. What a file says is checked before it is believed: damage ends in a
/// `CatchwaterException`, not in wild memory use.
///
/// One reader may serve several [SliceRows] on several threads.
@SuppressWarnings("DoNotCallSuggester")
public final class SliceReader implements Closeable {
  private final DiskFile file;

  private SliceReader(DiskFile file) {
    this.file = file;
  }

  /// Reads the footer. The reader owns the file from here on and closes it, also on failure.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `BAD_PARQUET` if it is no Parquet file or
  ///   has what we do not read, `CORRUPT` if it is damaged
  public static SliceReader open(DiskFile file) throws IOException {
    return new SliceReader(file);
  }

  /// The columns with the types that the file's own schema gives them.
  public DataSchema schema() {
    throw new UnsupportedOperationException();
  }

  /// Rows in the file.
  public long rowCount() {
    throw new UnsupportedOperationException();
  }

  /// Reads `rowCount` rows from `firstRow` (0 is the first of the file); fewer where the file ends.
  ///
  /// @param columns names of the columns wanted, in the order wanted; null for all. Names that the
  ///   file does not have are an IllegalArgumentException
  public SliceRows read(long firstRow, long rowCount, @Nullable List<String> columns)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
