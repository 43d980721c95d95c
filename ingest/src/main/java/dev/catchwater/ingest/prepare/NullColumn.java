package dev.catchwater.ingest.prepare;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.odf.schema.DataType;

/// A column without any value.
public final class NullColumn {
  private NullColumn() {}

  /// So many nulls.
  public static Column of(DataType type, int rowCount) {
    ColumnBuilder builder = ColumnBuilder.of(type);
    for (int i = 0; i < rowCount; i++) {
      builder.appendNull();
    }
    return builder.build();
  }
}
