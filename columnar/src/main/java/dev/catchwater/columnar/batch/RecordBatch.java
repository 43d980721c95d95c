package dev.catchwater.columnar.batch;

import dev.catchwater.odf.schema.DataSchema;
import java.util.List;

/// Some rows of a schema, column by column. The arrays are shared, not copied: whoever made the
/// batch must not write to them any more. A batch may be read by many threads.
///
/// @param rowCount rows in every column; may be 0
public record RecordBatch(DataSchema schema, int rowCount, List<Column> columns) {
  public RecordBatch {
    columns = List.copyOf(columns);
    if (columns.size() != schema.fields().size()) {
      throw new IllegalArgumentException(
          columns.size() + " columns for " + schema.fields().size() + " fields");
    }
    for (Column column : columns) {
      if (column.rowCount() != rowCount) {
        throw new IllegalArgumentException(column.rowCount() + " rows in a batch of " + rowCount);
      }
    }
  }

  /// The column at a position of the schema.
  public Column column(int index) {
    return columns.get(index);
  }
}
