package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.decode.ColumnReader;
import dev.catchwater.columnar.decode.PageMemory;
import dev.catchwater.columnar.parquet.FileFooter;
import dev.catchwater.columnar.parquet.RowGroup;
import dev.catchwater.columnar.parquet.SchemaNode;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of a slice from one row to another, row group by row group. A batch ends where the page
/// of some column ends, so that no more than a page of each is in memory.
final class SliceScan implements SliceRows {
  private static final int BATCH_ROWS_MAX = 20_000;

  private final DiskFile file;
  private final FileFooter footer;
  private final List<SchemaNode> columns;
  private final DataSchema schema;
  private final long memoryMax;
  private final List<ColumnReader> readers = new ArrayList<>();
  private int group;
  private long groupRowsLeft;
  private long rowsToSkip;
  private long rowsLeft;

  SliceScan(
      DiskFile file,
      FileFooter footer,
      List<SchemaNode> columns,
      long firstRow,
      long rowCount,
      long memoryMax) {
    this.memoryMax = memoryMax;
    this.file = file;
    this.footer = footer;
    this.columns = columns;
    this.rowsToSkip = Math.max(0, firstRow);
    this.rowsLeft = Math.max(0, Math.min(rowCount, footer.rowCount() - rowsToSkip));
    List<DataField> fields = new ArrayList<>(columns.size());
    for (SchemaNode column : columns) {
      fields.add(DataField.of(column.name(), column.type()));
    }
    this.schema = DataSchema.of(fields);
  }

  @Override
  public @Nullable RecordBatch next() throws IOException {
    if (rowsLeft == 0) {
      return null;
    }
    while (groupRowsLeft == 0) {
      openGroup();
    }
    int rows = (int) Math.min(Math.min(groupRowsLeft, rowsLeft), BATCH_ROWS_MAX);
    for (ColumnReader reader : readers) {
      rows = Math.min(rows, Math.max(1, reader.rowsAtHand()));
    }
    List<Column> read = new ArrayList<>(readers.size());
    for (ColumnReader reader : readers) {
      read.add(reader.read(rows));
    }
    groupRowsLeft -= rows;
    rowsLeft -= rows;
    return new RecordBatch(schema, rows, read);
  }

  private void openGroup() throws IOException {
    readers.clear();
    RowGroup next = footer.rowGroups().get(group++);
    if (rowsToSkip >= next.rowCount()) {
      rowsToSkip -= next.rowCount();
      return;
    }
    PageMemory memory =
        memoryMax == Long.MAX_VALUE ? PageMemory.UNLIMITED : new PageMemory(memoryMax);
    for (SchemaNode column : columns) {
      readers.add(new ColumnReader(file, column, next.chunks(), rowsToSkip, memory));
    }
    groupRowsLeft = next.rowCount() - rowsToSkip;
    rowsToSkip = 0;
  }
}
