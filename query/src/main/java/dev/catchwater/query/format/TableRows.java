package dev.catchwater.query.format;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// [RowFormat#TABLE]: rows of a dataset as a box drawing.
final class TableRows implements RowWriter {
  private static final int CELL_CHARS_MAX = 90;
  private static final int BINARY_CHARS_MAX = 13;

  private final TextSink sink;
  private final TextSink scratch = new TextSink();
  private final TableStyle style;
  private final ColumnText[] columns;
  private final TextTable table;

  TableRows(TextSink sink, @Nullable DataSchema schema, TableStyle style) {
    this.sink = sink;
    this.style = style;
    this.columns = CsvRows.columns(schema);
    List<String> header = new ArrayList<>();
    if (schema != null) {
      for (DataField field : schema.fields()) {
        header.add(shown(field.name()));
      }
    }
    this.table = style.isAscii() ? TextTable.ascii(header) : new TextTable(header);
  }

  @Override
  public void write(RecordBatch batch) {
    for (int row = 0; row < batch.rowCount(); row++) {
      String[] cells = new String[columns.length];
      for (int i = 0; i < cells.length; i++) {
        cells[i] = cell(i, batch.column(i), row);
      }
      table.add(cells);
    }
  }

  private String cell(int index, Column column, int row) {
    if (index == style.operationColumn() && column instanceof Column.Ints ops) {
      return operation(ops.values()[row]);
    }
    columns[index].cell(scratch, column, row);
    String text = scratch.takeText();
    return columns[index].isBinary()
        ? Shortened.middle(text, BINARY_CHARS_MAX)
        : shown(Shortened.end(text, CELL_CHARS_MAX));
  }

  private static String operation(int code) {
    return switch (code) {
      case 0 -> "+A";
      case 1 -> "-R";
      case 2 -> "-C";
      case 3 -> "+C";
      default -> "??";
    };
  }

  private String shown(String text) {
    return style.visibleControls() ? TerminalText.visible(text) : text;
  }

  @Override
  public void finish() {
    table.write(sink, style.boldHeader());
    sink.flush();
  }
}
