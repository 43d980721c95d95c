package dev.catchwater.odf.schema;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The columns of a dataset or of a source, in stored order. Immutable.
public record DataSchema(List<DataField> fields, @Nullable ExtraAttributes extra) {
  public DataSchema {
    fields = List.copyOf(fields);
  }

  /// A schema without annotations.
  public static DataSchema of(List<DataField> fields) {
    return new DataSchema(fields, null);
  }

  /// The position of the field with exactly this name, or -1.
  public int indexOf(String name) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DataSchema that
        && fields.equals(that.fields)
        && Objects.equals(extra, that.extra);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }
}
