package dev.catchwater.query.cage;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.TimeUnit;
import dev.catchwater.query.sql.Steps.StepColumn;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows that steps made of a piece: columns that came back, beside those that were kept. Used
/// by one thread.
final class PieceResult implements Closeable {
  private final SliceReader reader;
  private final SliceRows found;
  private final ColumnChoice choice;
  private final List<RecordBatch> kept;
  private List<Column> back = List.of();
  private int backRows;
  private int backRow;
  private int keptBatch;
  private int keptRow;
  private long truncatedTimes;

  /// @param reader over what came back; closed with this
  /// @param kept the rows that went, whole; none where every column comes back
  PieceResult(SliceReader reader, ColumnChoice choice, List<RecordBatch> kept) {
    this.reader = reader;
    this.choice = choice;
    this.kept = kept;
    found = reader.read(0, reader.rowCount(), null);
    if (!choice.keepsNone() && rowCount(kept) != reader.rowCount()) {
      throw new IllegalStateException("the steps made other rows than they got");
    }
  }

  private static long rowCount(List<RecordBatch> batches) {
    long count = 0;
    for (RecordBatch batch : batches) {
      count += batch.rowCount();
    }
    return count;
  }

  /// The columns of the rows.
  ///
  /// @param input those that the steps were given
  /// @param columns names of the result, and which of them are never null
  DataSchema schema(DataSchema input, List<StepColumn> columns) {
    List<DataField> fields = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < columns.size(); i++) {
      int source = choice.keepsNone() ? -1 : choice.kept().get(i);
      DataType came =
          source < 0
              ? reader.schema().fields().get(at++).type()
              : input.fields().get(source).type();
      DataType type = stored(came.required());
      String name = columns.get(i).name();
      fields.add(DataField.of(name, columns.get(i).isRequired() ? type : type.optional()));
    }
    return DataSchema.of(fields);
  }

  private static DataType stored(DataType type) {
    return type instanceof DataType.Timestamp ? DataType.Timestamp.MILLIS_UTC : type;
  }

  /// The steps give every piece the same columns.
  void requireSame(DataSchema other) {
    if (!reader.schema().equals(other)) {
      throw new IllegalStateException("the steps gave two pieces different columns");
    }
  }

  /// The next rows, or null after the last.
  ///
  /// @param schema from [#schema]
  @Nullable RecordBatch next(DataSchema schema) throws IOException {
    while (backRow == backRows) {
      RecordBatch from = found.next();
      if (from == null) {
        return null;
      }
      back = millis(from);
      backRows = from.rowCount();
      backRow = 0;
    }
    if (choice.keepsNone()) {
      backRow = backRows;
      return new RecordBatch(schema, backRows, back);
    }
    while (keptRow == kept.get(keptBatch).rowCount()) {
      keptBatch++;
      keptRow = 0;
    }
    RecordBatch beside = kept.get(keptBatch);
    int count = Math.min(backRows - backRow, beside.rowCount() - keptRow);
    List<Column> columns = new ArrayList<>();
    int at = 0;
    for (int source : choice.kept()) {
      columns.add(
          source < 0
              ? part(back.get(at++), backRow, count)
              : part(beside.column(source), keptRow, count));
    }
    backRow += count;
    keptRow += count;
    return new RecordBatch(schema, count, columns);
  }

  private static Column part(Column column, int from, int count) {
    return from == 0 && count == column.rowCount()
        ? column
        : RowSelection.slice(column, from, count);
  }

  /// How many times were cut since the last call.
  long takeTruncatedTimes() {
    long count = truncatedTimes;
    truncatedTimes = 0;
    return count;
  }

  private List<Column> millis(RecordBatch batch) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < batch.columns().size(); i++) {
      DataType type = reader.schema().fields().get(i).type().required();
      columns.add(millis(type, batch.column(i)));
    }
    return columns;
  }

  /// Finer times are cut, as everywhere, and counted.
  private Column millis(DataType type, Column column) {
    if (!(type instanceof DataType.Timestamp time)
        || time.unit() == TimeUnit.MILLISECOND
        || !(column instanceof Column.Longs(int rowCount, long[] values, long[] validity))) {
      return column;
    }
    long unit = time.unit() == TimeUnit.MICROSECOND ? 1_000 : 1_000_000;
    long[] millis = new long[rowCount];
    for (int i = 0; i < rowCount; i++) {
      millis[i] = Math.floorDiv(values[i], unit);
      if (millis[i] * unit != values[i] && !column.isNull(i)) {
        truncatedTimes++;
      }
    }
    return new Column.Longs(rowCount, millis, validity);
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      // a file that was only read
    }
  }
}
