package dev.catchwater.ingest;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.merge.KeyText;
import dev.catchwater.ingest.merge.RowSink;
import dev.catchwater.ingest.merge.RowSource;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.OperationType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Notes the first rows that a dry run would store, as lines for a person, on their way to the
/// slice. A correction is one line. Used by one thread.
final class Differences implements RowSink {
  private static final int COLUMNS_MAX = 8;
  private static final int TEXT_CHARS_MAX = 40;

  private final RowSink sink;
  private final List<String> key;
  private final List<String> shown;
  private final int dataColumns;
  private final int roomBefore;
  private final List<PushReport.Difference> noted;
  private final int most;
  private @Nullable RecordBatch correctedFrom;
  private int correctedRow;

  /// @param key names of the key columns, shown first
  /// @param source the columns that the source has; others are not shown
  /// @param dataColumns event time and data columns of a row; an operation type may follow
  /// @param noted where the lines go
  /// @param most how many lines there are at most
  Differences(
      RowSink sink,
      List<String> key,
      DataSchema source,
      int dataColumns,
      List<PushReport.Difference> noted,
      int most) {
    this.sink = sink;
    this.key = key;
    this.dataColumns = dataColumns;
    this.noted = noted;
    this.most = most;
    this.roomBefore = noted.size();
    shown = new ArrayList<>();
    source.fields().forEach(field -> shown.add(field.name()));
    shown.removeAll(key);
  }

  @Override
  public void accept(RecordBatch rows) throws IOException {
    int[] operations =
        rows.columns().size() == dataColumns
            ? null
            : ((Column.Ints) rows.column(dataColumns)).values();
    for (int row = 0; row < rows.rowCount() && noted.size() < most; row++) {
      note(rows, row, operations == null ? 0 : operations[row]);
    }
    sink.accept(rows);
  }

  @Override
  public long nextOffset() {
    return sink.nextOffset();
  }

  @Override
  public RowSource takeBack() throws IOException {
    noted.subList(roomBefore, noted.size()).clear();
    return sink.takeBack();
  }

  private void note(RecordBatch rows, int row, int operation) {
    if (operation == OperationType.CORRECT_FROM.code()) {
      correctedFrom = rows;
      correctedRow = row;
      return;
    }
    RecordBatch before = correctedFrom;
    correctedFrom = null;
    String values;
    if (operation == OperationType.CORRECT_TO.code() && before != null) {
      values = changes(before, correctedRow, rows, row);
    } else {
      values = values(rows, row);
    }
    noted.add(new PushReport.Difference(sign(operation), keyText(rows, row), values));
  }

  private static char sign(int operation) {
    if (operation == OperationType.APPEND.code()) {
      return '+';
    }
    return operation == OperationType.RETRACT.code() ? '-' : '~';
  }

  private String keyText(RecordBatch rows, int row) {
    StringBuilder text = new StringBuilder();
    for (String name : key) {
      int column = rows.schema().indexOf(name);
      text.append(text.isEmpty() ? "" : " ").append(name).append('=');
      text.append(cut(KeyText.plain(rows, column, row)));
    }
    return text.toString();
  }

  private String values(RecordBatch rows, int row) {
    List<String> parts = new ArrayList<>();
    for (String name : shown) {
      int column = rows.schema().indexOf(name);
      if (column >= 0 && column < dataColumns && !rows.column(column).isNull(row)) {
        parts.add(name + " " + cut(KeyText.plain(rows, column, row)));
      }
    }
    return joined(parts);
  }

  private String changes(RecordBatch before, int rowBefore, RecordBatch rows, int row) {
    List<String> parts = new ArrayList<>();
    for (String name : shown) {
      int column = rows.schema().indexOf(name);
      if (column >= 0 && column < dataColumns) {
        String from = KeyText.plain(before, column, rowBefore);
        String to = KeyText.plain(rows, column, row);
        if (!from.equals(to)) {
          parts.add(name + " " + cut(from) + " → " + cut(to));
        }
      }
    }
    return joined(parts);
  }

  private static String joined(List<String> parts) {
    return parts.size() <= COLUMNS_MAX
        ? String.join(", ", parts)
        : String.join(", ", parts.subList(0, COLUMNS_MAX)) + ", …";
  }

  private static String cut(String text) {
    return text.codePointCount(0, text.length()) <= TEXT_CHARS_MAX
        ? text
        : text.substring(0, text.offsetByCodePoints(0, TEXT_CHARS_MAX)) + "…";
  }
}
