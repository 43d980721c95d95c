package dev.catchwater.query.format;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataSchema;
import org.jspecify.annotations.Nullable;

/// [RowFormat#JSON_SOA]: each column's text grows on its own until the end.
final class JsonColumns implements RowWriter {
  private final TextSink sink;
  private final ColumnText[] columns;
  private final byte[][] keys;
  private final TextSink[] arrays;
  private boolean hasRows;

  JsonColumns(TextSink sink, @Nullable DataSchema schema) {
    this.sink = sink;
    this.columns = CsvRows.columns(schema);
    this.keys = JsonRows.keys(schema);
    this.arrays = new TextSink[columns.length];
    for (int i = 0; i < arrays.length; i++) {
      arrays[i] = new TextSink();
    }
  }

  @Override
  public void write(RecordBatch batch) {
    for (int i = 0; i < columns.length; i++) {
      for (int row = 0; row < batch.rowCount(); row++) {
        if (hasRows || row > 0) {
          arrays[i].put(',');
        }
        columns[i].json(arrays[i], batch.column(i), row);
      }
    }
    hasRows |= batch.rowCount() > 0;
  }

  @Override
  public void finish() {
    sink.put('{');
    for (int i = 0; i < columns.length; i++) {
      if (i > 0) {
        sink.put(',');
      }
      byte[] values = arrays[i].take();
      sink.utf8(keys[i], 0, keys[i].length).put('[').utf8(values, 0, values.length).put(']');
    }
    sink.put('}').flush();
  }
}
