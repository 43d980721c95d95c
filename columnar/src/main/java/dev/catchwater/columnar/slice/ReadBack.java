package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.decode.ColumnReader;
import dev.catchwater.columnar.hash.ColumnHasher;
import dev.catchwater.columnar.parquet.FileFooter;
import dev.catchwater.columnar.parquet.ParquetSchema;
import dev.catchwater.columnar.parquet.RowGroup;
import dev.catchwater.columnar.parquet.SchemaNode;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads a slice again while it is being written: each column of each row group from the file, with
/// the decoder that readers use, into a sum over the bytes of which the logical hash is made; at
/// last the footer. Columns may be read on different threads, one column on one at a time.
///
/// A sum and not a second logical hash: what is to be found are faults of the encoder, the memory
/// and the disk, and a second SHA3-256 took a fifth of a push.
final class ReadBack {
  private final DiskFile file;
  private final ParquetSchema schema;
  private final List<ColumnHasher> read = new ArrayList<>();

  ReadBack(DiskFile file, ParquetSchema schema) {
    this.file = file;
    this.schema = schema;
    for (SchemaNode column : schema.columns()) {
      read.add(ColumnHasher.summing(column.type()));
    }
  }

  void readColumn(RowGroup group, int index) throws IOException {
    try {
      sumColumn(group, index);
    } catch (CatchwaterException e) {
      throw unreadable(e);
    }
  }

  private void sumColumn(RowGroup group, int index) throws IOException {
    SchemaNode column = schema.columns().get(index);
    ColumnReader reader = new ColumnReader(file, column, group.chunks(), 0);
    long left = group.rowCount();
    while (left > 0) {
      int rows = (int) Math.min(left, Math.max(1, reader.rowsAtHand()));
      read.get(index).update(reader.read(rows));
      left -= rows;
    }
  }

  /// Compares what was read with what was written: the columns in the order of the schema.
  void compare(List<ColumnHasher> columns, FileFooter written, long size) throws IOException {
    for (int i = 0; i < columns.size(); i++) {
      if (!read.get(i).sumsEqual(columns.get(i))) {
        throw corrupt(
            "The slice reads back with other values in column "
                + schema.columns().get(i).name()
                + " than were written");
      }
    }
    if (file.size() != size || !sameLayout(footer(), written)) {
      throw corrupt("The slice reads back with another footer than was written");
    }
  }

  private FileFooter footer() throws IOException {
    try {
      return SliceReader.readFooter(file);
    } catch (CatchwaterException e) {
      throw unreadable(e);
    }
  }

  private static CatchwaterException unreadable(CatchwaterException cause) {
    return corrupt("The slice that was written cannot be read back: " + cause.getMessage())
        .withCause(cause);
  }

  private static CatchwaterException corrupt(String message) {
    return CatchwaterException.of(ErrorCode.CORRUPT, message)
        .withHint("nothing was committed; check the disk and the memory of this machine");
  }

  private static boolean sameLayout(FileFooter read, FileFooter written) {
    boolean same =
        read.rowCount() == written.rowCount()
            && read.schema().elements().equals(written.schema().elements())
            && read.rowGroups().size() == written.rowGroups().size();
    for (int g = 0; same && g < written.rowGroups().size(); g++) {
      RowGroup left = read.rowGroups().get(g);
      RowGroup right = written.rowGroups().get(g);
      same = left.rowCount() == right.rowCount();
      for (int i = 0; same && i < right.chunks().size(); i++) {
        same = left.chunks().get(i).isAt(right.chunks().get(i));
      }
    }
    return same;
  }
}
