package dev.catchwater.odf.schema;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A named column with its type. Names are compared exactly, case included.
public record DataField(String name, DataType type, @Nullable ExtraAttributes extra) {
  /// A field without annotations.
  public static DataField of(String name, DataType type) {
    return new DataField(name, type, null);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DataField that
        && name.equals(that.name)
        && type.equals(that.type)
        && Objects.equals(extra, that.extra);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + type.hashCode();
  }
}
