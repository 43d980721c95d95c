package dev.catchwater.odf.schema;

import java.util.List;

/// The DDL notation of a schema: a list of column definitions such as `city STRING NOT NULL`
/// (odf-format §5.2). Everything is optional unless `NOT NULL`, but `DATE` and `DECIMAL` are
/// required; `TIMESTAMP` means milliseconds in UTC.
@SuppressWarnings("DoNotCallSuggester")
public final class DdlSchema {
  private DdlSchema() {}

  /// Reads the definitions; an error names the definition, the position in it and the column.
  public static DataSchema parse(List<String> definitions) {
    throw new UnsupportedOperationException("soon");
  }
}
