package dev.catchwater.query.format;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataSchema;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The three JSON forms that go row by row.
final class JsonRows implements RowWriter {
  /// What stands around rows and values.
  enum Shape {
    OBJECTS,
    LINES,
    ARRAYS
  }

  private final TextSink sink;
  private final Shape shape;
  private final ColumnText[] columns;
  private final byte[][] keys;
  private boolean hasRows;

  JsonRows(TextSink sink, @Nullable DataSchema schema, Shape shape) {
    this.sink = sink;
    this.shape = shape;
    this.columns = CsvRows.columns(schema);
    this.keys = keys(schema);
    if (shape != Shape.LINES) {
      sink.put('[');
    }
  }

  /// `"name":` for each field.
  static byte[][] keys(@Nullable DataSchema schema) {
    if (schema == null) {
      return new byte[0][];
    }
    byte[][] keys = new byte[schema.fields().size()][];
    TextSink scratch = new TextSink();
    for (int i = 0; i < keys.length; i++) {
      byte[] name = schema.fields().get(i).name().getBytes(StandardCharsets.UTF_8);
      ColumnText.jsonString(scratch, name, 0, name.length);
      keys[i] = scratch.put(':').take();
    }
    return keys;
  }

  @Override
  public void write(RecordBatch batch) {
    boolean arrays = shape == Shape.ARRAYS;
    for (int row = 0; row < batch.rowCount(); row++) {
      if (hasRows) {
        sink.put(shape == Shape.LINES ? '\n' : ',');
      }
      hasRows = true;
      sink.put(arrays ? '[' : '{');
      for (int i = 0; i < columns.length; i++) {
        if (i > 0) {
          sink.put(',');
        }
        if (!arrays) {
          sink.utf8(keys[i], 0, keys[i].length);
        }
        columns[i].json(sink, batch.column(i), row);
      }
      sink.put(arrays ? ']' : '}');
    }
  }

  @Override
  public void finish() {
    if (shape != Shape.LINES) {
      sink.put(']');
    }
    sink.flush();
  }
}
