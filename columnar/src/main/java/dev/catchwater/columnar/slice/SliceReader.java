package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.parquet.FileFooter;
import dev.catchwater.columnar.parquet.SchemaNode;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.schema.DataSchema;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a slice: any Parquet file of the types ODF has.
///
/// Opening reads the footer only. Reading a run of rows reads the pages that hold it, where the
/// file has a page index. What a file says is checked before it is believed: damage ends in a
/// `CatchwaterException`, not in wild memory use.
///
/// One reader may serve several [SliceRows] on several threads.
public final class SliceReader implements Closeable {
  // Most footers are smaller: one read instead of two.
  private static final int TAIL_SIZE = 1 << 14;
  private static final int FOOTER_SIZE_MAX = 1 << 28;

  private final DiskFile file;
  private final FileFooter footer;
  private final long memoryMax;

  private SliceReader(DiskFile file, FileFooter footer, long memoryMax) {
    this.file = file;
    this.footer = footer;
    this.memoryMax = memoryMax;
  }

  /// Reads the footer. The reader owns the file from here on and closes it, also on failure.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `BAD_PARQUET` if it is no Parquet file or
  ///   has what we do not read, `CORRUPT` if it is damaged
  public static SliceReader open(DiskFile file) throws IOException {
    return open(file, FOOTER_SIZE_MAX, Long.MAX_VALUE);
  }

  /// The same for a file that may be anybody's.
  ///
  /// @param footerSizeMax bytes of the footer; a longer one is refused
  /// @param memoryMax bytes that the open pages of all columns may take; more is refused as
  ///   `LIMIT_EXCEEDED`
  public static SliceReader open(DiskFile file, int footerSizeMax, long memoryMax)
      throws IOException {
    boolean opened = false;
    try {
      SliceReader reader = new SliceReader(file, readFooter(file, footerSizeMax), memoryMax);
      opened = true;
      return reader;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  static FileFooter readFooter(DiskFile file) throws IOException {
    return readFooter(file, FOOTER_SIZE_MAX);
  }

  private static FileFooter readFooter(DiskFile file, int footerSizeMax) throws IOException {
    long size = file.size();
    int tail = (int) Math.min(size, TAIL_SIZE);
    if (tail < FileFooter.TAIL_SIZE + 4) {
      throw FileFooter.refused("has " + size + " bytes, too few for any");
    }
    byte[] bytes = new byte[tail];
    file.readFully(bytes, 0, tail, size - tail);
    int magic = int32(bytes, tail - 4);
    if (magic == FileFooter.ENCRYPTED_MAGIC) {
      throw FileFooter.refused("is encrypted");
    }
    if (magic != FileFooter.MAGIC) {
      throw FileFooter.refused("does not end with PAR1");
    }
    long length = int32(bytes, tail - 8) & 0xffff_ffffL;
    if (length > size - FileFooter.TAIL_SIZE - 4) {
      throw FileFooter.damaged("a footer of " + length + " bytes");
    }
    if (length > footerSizeMax) {
      throw FileFooter.refused(
          "has a footer of " + length + " bytes (limit: " + footerSizeMax + ")");
    }
    if (length > tail - FileFooter.TAIL_SIZE) {
      bytes = new byte[(int) length];
      file.readFully(bytes, 0, bytes.length, size - FileFooter.TAIL_SIZE - length);
      return FileFooter.read(bytes, 0, bytes.length);
    }
    return FileFooter.read(bytes, tail - FileFooter.TAIL_SIZE - (int) length, (int) length);
  }

  private static int int32(byte[] bytes, int at) {
    return (bytes[at] & 0xff)
        | (bytes[at + 1] & 0xff) << 8
        | (bytes[at + 2] & 0xff) << 16
        | bytes[at + 3] << 24;
  }

  /// The columns with the types that the file's own schema gives them.
  public DataSchema schema() {
    return footer.schema().schema();
  }

  /// Rows in the file.
  public long rowCount() {
    return footer.rowCount();
  }

  /// How large the file is.
  public long bytes() throws IOException {
    return file.size();
  }

  /// Reads `rowCount` rows from `firstRow` (0 is the first of the file); fewer where the file ends.
  ///
  /// @param columns names of the columns wanted, in the order wanted; null for all. Names that the
  ///   file does not have are an IllegalArgumentException
  public SliceRows read(long firstRow, long rowCount, @Nullable List<String> columns) {
    List<SchemaNode> wanted = footer.schema().columns();
    if (columns != null) {
      wanted = new ArrayList<>(columns.size());
      for (String name : columns) {
        int index = schema().indexOf(name);
        if (index < 0) {
          throw new IllegalArgumentException("no column \"" + name + "\"");
        }
        wanted.add(footer.schema().columns().get(index));
      }
    }
    return new SliceScan(file, footer, wanted, firstRow, rowCount, memoryMax);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
