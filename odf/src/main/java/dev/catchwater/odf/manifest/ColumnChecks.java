package dev.catchwater.odf.manifest;

import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TypeText;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Columns that no slice could hold: names that collide, and types whose logical hash the format
/// does not define (odf-format §8.3).
final class ColumnChecks {
  private static final int COLUMNS_MAX = 5_000;

  private ColumnChecks() {}

  static void check(YamlField place, DataSchema schema) {
    if (schema.fields().size() > COLUMNS_MAX) {
      throw place.error("A schema has at most " + COLUMNS_MAX + " columns");
    }
    Map<String, String> names = new HashMap<>();
    for (DataField field : schema.fields()) {
      String name = field.name();
      if (name.isEmpty()) {
        throw place.error("A column name is empty");
      }
      String other = names.put(name.toLowerCase(Locale.ROOT), name);
      if (other != null) {
        throw place.error(
            other.equals(name)
                ? "Column '" + name + "' is there twice"
                : "Columns '" + other + "' and '" + name + "' differ only in case");
      }
      storable(place, name, field.type(), false);
    }
  }

  private static void storable(YamlField place, String column, DataType type, boolean inList) {
    switch (type.required()) {
      case DataType.Duration _, DataType.MapOf _ -> throw refused(place, column, type);
      case DataType.ListOf list -> storable(place, column, list.itemType(), true);
      case DataType.Struct struct -> {
        if (inList) {
          throw refused(place, column, type);
        }
        members(place, column, struct.fields());
      }
      case Scalar scalar -> {
        if (scalar == Scalar.NULL) {
          throw refused(place, column, type);
        }
      }
      case DataType.Binary _,
          DataType.Decimal _,
          DataType.Option _,
          DataType.Time _,
          DataType.Timestamp _ -> {}
    }
  }

  private static void members(YamlField place, String column, List<DataField> members) {
    Set<String> names = new HashSet<>();
    for (DataField member : members) {
      if (member.name().isEmpty() || !names.add(member.name())) {
        throw place.error(
            "Column '" + column + "' has the member '" + member.name() + "' twice or without name");
      }
      storable(place, column + "." + member.name(), member.type(), false);
    }
  }

  private static RuntimeException refused(YamlField place, String column, DataType type) {
    return place
        .error("Column '" + column + "' cannot be stored: " + TypeText.of(type))
        .withHint(
            "structs inside lists, maps, durations and nulls have no logical hash;"
                + " keep such values as JSON text in a String column");
  }
}
