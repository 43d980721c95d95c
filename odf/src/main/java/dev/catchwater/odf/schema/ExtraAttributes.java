package dev.catchwater.odf.schema;

import org.jspecify.annotations.Nullable;

/// Annotations of a field, schema or data block: a JSON object as compact text with sorted keys,
/// kept as it was read (ODF `ExtraAttributes`).
public record ExtraAttributes(String json) {
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ExtraAttributes that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }
}
