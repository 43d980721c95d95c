package dev.catchwater.odf.manifest;

import dev.catchwater.odf.schema.DataSchema;

/// A schema as `inspect schema -o odf-yaml|odf-json` prints it.
@SuppressWarnings("DoNotCallSuggester")
public final class SchemaText {
  private SchemaText() {}

  /// `fields:` and the fields as YAML, with a newline at the end.
  public static String odfYaml(DataSchema schema) {
    throw new UnsupportedOperationException("soon");
  }

  /// `{"fields":[…]}` in one line, without a newline.
  public static String odfJson(DataSchema schema) {
    throw new UnsupportedOperationException("soon");
  }
}
