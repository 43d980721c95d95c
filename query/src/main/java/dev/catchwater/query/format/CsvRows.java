package dev.catchwater.query.format;

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

  CsvRows(TextSink sink, @Nullable DataSchema schema) {
    this.sink = sink;
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
        columns[i].csv(sink, scratch, batch.column(i), row);
      }
    }
  }

  @Override
  public void finish() {
    sink.flush();
  }
}
