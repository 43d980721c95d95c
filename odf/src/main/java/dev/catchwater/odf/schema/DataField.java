package dev.catchwater.odf.schema;

import org.jspecify.annotations.Nullable;

/// A named column with its type. Names are compared exactly, case included.
public record DataField(String name, DataType type, @Nullable ExtraAttributes extra) {
  /// A field without annotations.
  public static DataField of(String name, DataType type) {
    return new DataField(name, type, null);
  }
}
