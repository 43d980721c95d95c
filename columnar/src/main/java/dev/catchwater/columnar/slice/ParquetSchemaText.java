package dev.catchwater.columnar.slice;

import dev.catchwater.odf.schema.DataSchema;

/// A schema as text, as kamu's `inspect schema` prints it for each output format.
@SuppressWarnings("DoNotCallSuggester")
public final class ParquetSchemaText {
  private ParquetSchemaText() {}

  /// `message arrow_schema { … }`, ends with a line feed.
  public static String parquet(DataSchema schema) {
    if (schema.fields().isEmpty()) {
      return "";
    }
    throw new UnsupportedOperationException();
  }

  /// The Parquet schema as JSON.
  public static String parquetJson(DataSchema schema) {
    if (schema.fields().isEmpty()) {
      return "";
    }
    throw new UnsupportedOperationException();
  }

  /// Spark-like DDL, one column a line, each line ends with a comma and a line feed.
  public static String ddl(DataSchema schema) {
    if (schema.fields().isEmpty()) {
      return "";
    }
    throw new UnsupportedOperationException();
  }

  /// The Arrow schema as JSON.
  public static String arrowJson(DataSchema schema) {
    if (schema.fields().isEmpty()) {
      return "";
    }
    throw new UnsupportedOperationException();
  }
}
