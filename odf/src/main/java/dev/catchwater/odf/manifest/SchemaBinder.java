package dev.catchwater.odf.manifest;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.DdlSchema;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads schemas of manifests: `fields` with types in their long or short form (odf-format §14).
final class SchemaBinder {
  private static final List<String> TYPES =
      List.of(
          "Binary",
          "Bool",
          "Date",
          "Decimal",
          "Duration",
          "Float16",
          "Float32",
          "Float64",
          "Int8",
          "Int16",
          "Int32",
          "Int64",
          "UInt8",
          "UInt16",
          "UInt32",
          "UInt64",
          "List",
          "Map",
          "Null",
          "Option",
          "Struct",
          "Time",
          "Timestamp",
          "String");
  private static final List<String> UNITS =
      List.of("Second", "Millisecond", "Microsecond", "Nanosecond");
  private static final int PRECISION_MAX = 76;

  private SchemaBinder() {}

  /// The ODF notation.
  static DataSchema schema(YamlField field) {
    field.only("fields", "extra");
    return new DataSchema(fields(field.require("fields")), extra(field.find("extra")));
  }

  /// The DDL notation, which is kept as text; each definition is tried at its place.
  static List<String> ddl(YamlField field) {
    List<YamlField> items = field.items();
    List<String> definitions = new ArrayList<>();
    for (YamlField item : items) {
      definitions.add(item.text());
      try {
        var _ = DdlSchema.parse(List.of(item.text()));
      } catch (CatchwaterException e) {
        throw e.withPlace(item.place());
      }
    }
    try {
      DataSchema all = DdlSchema.parse(definitions);
      if (all.fields().isEmpty()) {
        throw field.error("A schema needs at least one column");
      }
    } catch (CatchwaterException e) {
      throw e.place() == null ? e.withPlace(field.place()) : e;
    }
    return definitions;
  }

  private static List<DataField> fields(YamlField list) {
    List<DataField> fields = new ArrayList<>();
    for (YamlField item : list.items()) {
      item.only("name", "type", "extra");
      fields.add(
          new DataField(item.text("name"), type(item.require("type")), extra(item.find("extra"))));
    }
    if (fields.isEmpty()) {
      throw list.error("A schema needs at least one column");
    }
    return fields;
  }

  static @Nullable ExtraAttributes extra(@Nullable YamlField field) {
    return field == null ? null : new ExtraAttributes(YamlJson.text(field));
  }

  /// `Int64` and `{kind: Int64}` are the same.
  private static DataType type(YamlField field) {
    boolean brief = field.node() instanceof YamlNode.Scalar;
    String kind = (brief ? field : field.require("kind")).variant(TYPES);
    return switch (kind) {
      case "Binary" -> new DataType.Binary(brief ? null : length(field, "fixedLength"));
      case "Decimal" -> decimal(field, brief);
      case "Duration" -> new DataType.Duration(brief ? null : unit(field));
      case "Time" -> new DataType.Time(brief ? null : unit(field));
      case "Timestamp" -> timestamp(field, brief);
      case "List" -> {
        compound(field, brief, "itemType", "fixedLength");
        yield new DataType.ListOf(type(field.require("itemType")), number(field, "fixedLength"));
      }
      case "Map" -> {
        compound(field, brief, "keyType", "valueType", "keysSorted");
        yield new DataType.MapOf(
            type(field.require("keyType")),
            type(field.require("valueType")),
            field.optionalFlag("keysSorted"));
      }
      case "Option" -> {
        compound(field, brief, "inner");
        DataType inner = type(field.require("inner"));
        if (inner instanceof DataType.Option) {
          throw field.error("An option inside an option");
        }
        yield new DataType.Option(inner);
      }
      case "Struct" -> {
        compound(field, brief, "fields");
        yield new DataType.Struct(fields(field.require("fields")));
      }
      default -> scalar(field, brief, kind);
    };
  }

  private static DataType scalar(YamlField field, boolean brief, String kind) {
    if (!brief) {
      field.only("kind");
    }
    for (Scalar scalar : Scalar.values()) {
      if (scalar.odfName().equals(kind)) {
        return scalar;
      }
    }
    throw new IllegalStateException("no type for " + kind);
  }

  private static void compound(YamlField field, boolean brief, String first, String... others) {
    if (brief) {
      throw field
          .error("missing field `" + first + "`")
          .withHint("{kind: " + field.text() + ", " + first + ": …}");
    }
    List<String> known = new ArrayList<>(List.of("kind", first));
    known.addAll(List.of(others));
    field.only(known.toArray(String[]::new));
  }

  private static @Nullable Long number(YamlField field, String key) {
    YamlField value = field.find(key);
    return value == null ? null : (Long) value.number(1, Integer.MAX_VALUE);
  }

  private static @Nullable Long length(YamlField field, String key) {
    field.only("kind", key);
    return number(field, key);
  }

  private static DataType decimal(YamlField field, boolean brief) {
    compound(field, brief, "precision", "scale");
    int precision = (int) field.require("precision").number(1, PRECISION_MAX);
    return new DataType.Decimal(precision, (int) field.require("scale").number(0, precision));
  }

  private static DataType timestamp(YamlField field, boolean brief) {
    if (brief) {
      return new DataType.Timestamp(null, null);
    }
    field.only("kind", "unit", "timezone");
    YamlField unit = field.find("unit");
    return new DataType.Timestamp(
        unit == null ? null : unit(unit.variant(UNITS)), field.optionalText("timezone"));
  }

  private static @Nullable TimeUnit unit(YamlField field) {
    field.only("kind", "unit");
    YamlField unit = field.find("unit");
    return unit == null ? null : unit(unit.variant(UNITS));
  }

  private static TimeUnit unit(String name) {
    return switch (name) {
      case "Second" -> TimeUnit.SECOND;
      case "Millisecond" -> TimeUnit.MILLISECOND;
      case "Microsecond" -> TimeUnit.MICROSECOND;
      case "Nanosecond" -> TimeUnit.NANOSECOND;
      default -> throw new IllegalStateException("no unit " + name);
    };
  }
}
