package dev.catchwater.odf.manifest;

import dev.catchwater.odf.schema.DataSchema;

/// A schema as `inspect schema -o odf-yaml|odf-json` prints it, the same bytes as kamu's.
public final class SchemaText {
  private SchemaText() {}

  /// `fields:` and the fields as YAML, with a newline at the end.
  public static String odfYaml(DataSchema schema) {
    StringBuilder to = new StringBuilder();
    YamlWriter.write(to, EventTree.schema(schema), 0);
    return to.toString();
  }

  /// `{"fields":[…]}` in one line, without a newline.
  public static String odfJson(DataSchema schema) {
    StringBuilder to = new StringBuilder();
    JsonTree.write(to, EventTree.schema(schema));
    return to.toString();
  }
}
