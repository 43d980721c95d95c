package dev.catchwater.ingest.read;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.cell.Cell;
import dev.catchwater.ingest.read.cell.Tally;
import dev.catchwater.ingest.read.cell.TimeCell;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import java.util.ArrayList;
import java.util.List;

/// The columns that a reader fills. Used by one thread.
final class RowColumns {
  /// Rows in a batch.
  static final int BATCH_ROWS = 32_768;

  /// Input behind which a batch ends though it has fewer rows.
  static final long BATCH_BYTES = 16 << 20;

  final DataSchema schema;

  /// The names of the columns in the data; differs from the schema's where a column was renamed.
  final List<String> keys;

  final Cell[] cells;
  final Tally tally;

  /// Where rows began, of formats that have lines.
  final RowLines lines = new RowLines();

  /// Rows after which this batch is full.
  int batchRows = BATCH_ROWS;

  private long cutRows;
  private int rowCount;
  private long rowsBuilt;

  private RowColumns(DataSchema schema, List<String> keys, Cell[] cells, Tally tally) {
    this.schema = schema;
    this.keys = keys;
    this.cells = cells;
    this.tally = tally;
  }

  /// The columns of a declared schema. Top-level timestamps become milliseconds in UTC.
  static RowColumns of(DataSchema declared, Tally tally) {
    int count = declared.fields().size();
    List<DataField> fields = new ArrayList<>(count);
    List<String> keys = new ArrayList<>(count);
    Cell[] cells = new Cell[count];
    for (int i = 0; i < count; i++) {
      DataField field = declared.fields().get(i);
      DataType type = field.type();
      DataType stored = inMillis(type);
      fields.add(new DataField(field.name(), stored, field.extra()));
      keys.add(field.name());
      cells[i] =
          type.required() instanceof DataType.Timestamp timestamp
              ? new TimeCell.Point(
                  type,
                  new DataType.Timestamp(
                      DataType.Timestamp.MILLIS_UTC.unit(), timestamp.timezone()),
                  new ColumnBuilder.Longs(),
                  tally,
                  1)
              : Cell.of(type, field.name(), tally);
    }
    return new RowColumns(new DataSchema(fields, declared.extra()), keys, cells, tally);
  }

  /// Columns that were inferred.
  static RowColumns inferred(List<InferredColumn> columns, Tally tally) {
    List<DataField> fields = new ArrayList<>(columns.size());
    List<String> keys = new ArrayList<>(columns.size());
    Cell[] cells = new Cell[columns.size()];
    for (int i = 0; i < cells.length; i++) {
      InferredColumn column = columns.get(i);
      fields.add(DataField.of(column.name(), column.type()));
      keys.add(column.key());
      cells[i] = column.cell(tally);
    }
    return new RowColumns(DataSchema.of(fields), keys, cells, tally);
  }

  private static DataType inMillis(DataType type) {
    if (!(type.required() instanceof DataType.Timestamp)) {
      return type;
    }
    return type.isOptional()
        ? new DataType.Option(DataType.Timestamp.MILLIS_UTC)
        : DataType.Timestamp.MILLIS_UTC;
  }

  /// Makes batches end after each `rows` rows of the input too; 0 for no such cuts.
  void cutEvery(long rows) {
    cutRows = rows;
    limitBatch();
  }

  /// Whether batches end at cuts.
  boolean isCut() {
    return cutRows > 0;
  }

  private void limitBatch() {
    long room = cutRows > 0 ? cutRows - rowsBuilt % cutRows : BATCH_ROWS;
    batchRows = (int) Math.min(BATCH_ROWS, room);
  }

  /// Rows in the batch so far.
  int rowCount() {
    return rowCount;
  }

  /// Rows in this batch and those before.
  long rowsInAll() {
    return rowsBuilt + rowCount;
  }

  /// Every column has one value more.
  void endRow() {
    rowCount++;
  }

  /// The same of a row that began on a line.
  void endRow(long line) {
    rowCount++;
    lines.add(line);
  }

  /// Drops the values that a bad row has left in some columns.
  void undoRow() {
    for (Cell cell : cells) {
      cell.undoTo(rowCount);
    }
  }

  /// The rows so far; the columns are empty afterwards.
  RecordBatch build() {
    List<Column> columns = new ArrayList<>(cells.length);
    for (Cell cell : cells) {
      columns.add(cell.builder.build());
    }
    RecordBatch batch = new RecordBatch(schema, rowCount, columns);
    rowsBuilt += rowCount;
    rowCount = 0;
    limitBatch();
    return batch;
  }
}
