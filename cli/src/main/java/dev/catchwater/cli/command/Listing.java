package dev.catchwater.cli.command;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import dev.catchwater.query.format.RowFormat;
import dev.catchwater.query.format.RowWriter;
import dev.catchwater.query.format.TableStyle;
import dev.catchwater.query.format.TerminalText;
import dev.catchwater.query.format.TextTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows that a command makes itself (datasets, slices): for people as a table of shown texts, for
/// programs as the values behind them in every other format. Used by one thread.
final class Listing {
  private static final DataType MICROS = new DataType.Timestamp(TimeUnit.MICROSECOND, "UTC");

  private final List<DataField> fields = new ArrayList<>();
  private final List<TextTable.Align> aligns = new ArrayList<>();
  private final List<ColumnBuilder> values = new ArrayList<>();
  private final List<String> shown = new ArrayList<>();
  private int rowCount;

  /// A column of texts.
  Listing text(String name, TextTable.Align align) {
    return column(name, Scalar.STRING, align);
  }

  /// A column of numbers that are not negative.
  Listing number(String name) {
    return column(name, Scalar.UINT64, TextTable.Align.RIGHT);
  }

  /// A column of points in time that may be absent.
  Listing time(String name) {
    return column(name, new DataType.Option(MICROS), TextTable.Align.CENTER);
  }

  private Listing column(String name, DataType type, TextTable.Align align) {
    fields.add(DataField.of(name, type));
    aligns.add(align);
    values.add(ColumnBuilder.of(type));
    return this;
  }

  /// The next cell of the row, shown as it is.
  void add(String text) {
    ((ColumnBuilder.Bytes) next()).append(text.getBytes(StandardCharsets.UTF_8));
    shown.add(text);
  }

  /// The next cell of the row.
  void add(long value, String asShown) {
    ((ColumnBuilder.Longs) next()).append(value);
    shown.add(asShown);
  }

  /// The next cell of the row.
  void add(@Nullable Instant time, String asShown) {
    ColumnBuilder.Longs builder = (ColumnBuilder.Longs) next();
    if (time == null) {
      builder.appendNull();
    } else {
      builder.append(
          Math.addExact(
              Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1000));
    }
    shown.add(asShown);
  }

  private ColumnBuilder next() {
    int index = shown.size() % fields.size();
    rowCount += index == 0 ? 1 : 0;
    return values.get(index);
  }

  /// Prints all rows.
  void print(OutputOption output) throws IOException {
    if (output.format() == RowFormat.TABLE) {
      printTable(output);
      return;
    }
    DataSchema schema = DataSchema.of(fields);
    List<Column> columns = new ArrayList<>();
    for (ColumnBuilder builder : values) {
      columns.add(builder.build());
    }
    RowWriter writer = output.format().open(output.stream(), schema, TableStyle.PLAIN);
    writer.write(new RecordBatch(schema, rowCount, columns));
    writer.finish();
    output.end();
  }

  private void printTable(OutputOption output) {
    List<String> header = new ArrayList<>();
    for (DataField field : fields) {
      header.add(field.name());
    }
    TextTable table = new TextTable(header);
    for (int i = 0; i < aligns.size(); i++) {
      table.align(i, aligns.get(i));
    }
    for (int row = 0; row < rowCount; row++) {
      String[] cells = new String[fields.size()];
      for (int i = 0; i < cells.length; i++) {
        String cell = shown.get(row * cells.length + i);
        cells[i] = output.isTerminal() ? TerminalText.visible(cell) : cell;
      }
      table.add(cells);
    }
    table.write(output.stream(), output.boldHeader());
  }
}
