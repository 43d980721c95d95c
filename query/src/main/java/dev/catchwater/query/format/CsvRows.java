package dev.catchwater.query.format;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// [RowFormat#CSV].
final class CsvRows implements RowWriter {
  private final TextSink sink;
  private final TextSink scratch = new TextSink();
  private final ColumnText[] columns;
  private final boolean isExcelSafe;

  CsvRows(TextSink sink, @Nullable DataSchema schema) {
    this(sink, schema, false);
  }

  /// @param isExcelSafe whether texts that a spreadsheet would take for formulas get a `'`
  CsvRows(TextSink sink, @Nullable DataSchema schema, boolean isExcelSafe) {
    this.sink = sink;
    this.isExcelSafe = isExcelSafe;
    this.columns = columns(schema);
    if (schema != null) {
      for (int i = 0; i < columns.length; i++) {
        if (i > 0) {
          sink.put(',');
        }
        byte[] name = schema.fields().get(i).name().getBytes(StandardCharsets.UTF_8);
        ColumnText.csvField(sink, name, 0, name.length);
      }
    }
  }

  static ColumnText[] columns(@Nullable DataSchema schema) {
    if (schema == null) {
      return new ColumnText[0];
    }
    ColumnText[] columns = new ColumnText[schema.fields().size()];
    int index = 0;
    for (DataField field : schema.fields()) {
      columns[index++] = ColumnText.of(field);
    }
    return columns;
  }

  @Override
  public void write(RecordBatch batch) {
    for (int row = 0; row < batch.rowCount(); row++) {
      sink.put('\n');
      for (int i = 0; i < columns.length; i++) {
        if (i > 0) {
          sink.put(',');
        }
        if (isExcelSafe && isFormula(batch.column(i), row)) {
          columns[i].csvQuoted(sink, batch.column(i), row);
        } else {
          columns[i].csv(sink, scratch, batch.column(i), row);
        }
      }
    }
  }

  /// Whether a text begins as formulas do (OWASP, CSV injection).
  private static boolean isFormula(Column column, int row) {
    if (!(column instanceof Column.Bytes bytes) || column.isNull(row)) {
      return false;
    }
    int from = bytes.offsets()[row];
    return from < bytes.offsets()[row + 1] && "=+-@\t\r".indexOf(bytes.data()[from]) >= 0;
  }

  @Override
  public void finish() {
    sink.flush();
  }
}
