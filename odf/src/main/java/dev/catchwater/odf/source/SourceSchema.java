package dev.catchwater.odf.source;

import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DdlSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The columns a read step declares, whichever notation it is written in.
public final class SourceSchema {
  private SourceSchema() {}

  /// The ODF schema, or the DDL definitions read as one; null where columns are inferred.
  public static @Nullable DataSchema of(ReadStep step) {
    DataSchema schema = step.schema();
    if (schema != null) {
      return schema;
    }
    List<String> definitions = step.ddlSchema();
    return definitions == null ? null : DdlSchema.parse(definitions);
  }
}
