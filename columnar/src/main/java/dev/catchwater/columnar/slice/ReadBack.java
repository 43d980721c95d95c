package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.decode.ColumnReader;
import dev.catchwater.columnar.hash.ColumnHasher;
import dev.catchwater.columnar.hash.LogicalHasher;
import dev.catchwater.columnar.parquet.FileFooter;
import dev.catchwater.columnar.parquet.ParquetSchema;
import dev.catchwater.columnar.parquet.RowGroup;
import dev.catchwater.columnar.parquet.SchemaNode;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads a slice again while it is being written: each column of each row group from the file, with
/// the decoder that readers use, into a second logical hash; at last the footer. Columns may be
/// read on different threads, one column on one at a time.
final class ReadBack {
  private final DiskFile file;
  private final ParquetSchema schema;
  private final List<ColumnHasher> hashers = new ArrayList<>();

  ReadBack(DiskFile file, ParquetSchema schema) {
    this.file = file;
    this.schema = schema;
    for (SchemaNode column : schema.columns()) {
      hashers.add(new ColumnHasher(column.type()));
    }
  }

  void readColumn(RowGroup group, int index) throws IOException {
    SchemaNode column = schema.columns().get(index);
    ColumnReader reader = new ColumnReader(file, column, group.chunks(), 0);
    long left = group.rowCount();
    while (left > 0) {
      int rows = (int) Math.min(left, Math.max(1, reader.rowsAtHand()));
      hashers.get(index).update(reader.read(rows));
      left -= rows;
    }
  }

  /// Compares what was read with what was written.
  void compare(FileFooter written, Multihash logicalHash, long size) throws IOException {
    Multihash read = LogicalHasher.combine(schema.schema(), hashers);
    if (!read.equals(logicalHash)) {
      throw CatchwaterException.of(
          ErrorCode.CORRUPT, "Slice reads back as " + read + ", but was written as " + logicalHash);
    }
    FileFooter footer = SliceReader.readFooter(file);
    if (file.size() != size || !sameLayout(footer, written)) {
      throw CatchwaterException.of(
          ErrorCode.CORRUPT, "Slice reads back with another footer than was written");
    }
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
