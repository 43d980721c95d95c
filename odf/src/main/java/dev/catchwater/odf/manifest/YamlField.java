package dev.catchwater.odf.manifest;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.error.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A node of a manifest together with the path that leads to it, and how it is read: strictly, by
/// what the field is, never by what YAML takes a value for. The wording of the errors is serde's,
/// which users of kamu know.
///
/// @param path such as `content.metadata[0].read.kind`
record YamlField(String file, String path, YamlNode node) {

  /// An error at this place.
  CatchwaterException error(String message) {
    return error(ErrorCode.BAD_MANIFEST, message);
  }

  CatchwaterException error(ErrorCode code, String message) {
    return CatchwaterException.at(code, place(), message);
  }

  Place place() {
    return new Place(file, node.line(), node.column(), path.isEmpty() ? null : path);
  }

  /// Refuses anything but a mapping with some of these keys.
  YamlField only(String... known) {
    List<String> names = List.of(known);
    for (YamlNode.Entry entry : mapping().entries()) {
      String key = entry.key().text();
      if (!names.contains(key)) {
        CatchwaterException unknown =
            new YamlField(file, child(key), entry.key())
                .error("unknown field `" + YamlNode.shown(key) + "`, expected " + choice(names));
        String closest = Suggestion.closest(key, names);
        throw closest == null ? unknown : unknown.withHint("did you mean '" + closest + "'?");
      }
    }
    return this;
  }

  private YamlNode.Mapping mapping() {
    if (node instanceof YamlNode.Mapping mapping) {
      return mapping;
    }
    throw error("invalid type: " + node.what() + ", expected a mapping");
  }

  /// The entries of a mapping whose keys are free.
  List<YamlNode.Entry> entries() {
    return mapping().entries();
  }

  /// The value of a key, or null where the key is absent or its value is null.
  @Nullable YamlField find(String key) {
    for (YamlNode.Entry entry : mapping().entries()) {
      if (entry.key().text().equals(key)) {
        return entry.value() instanceof YamlNode.Scalar scalar && scalar.isNull()
            ? null
            : new YamlField(file, child(key), entry.value());
      }
    }
    return null;
  }

  YamlField require(String key) {
    YamlField value = find(key);
    if (value == null) {
      YamlField written = written(key);
      throw written == null
          ? new YamlField(file, child(key), node).error("missing field `" + key + "`")
          : written.refuseNull("missing field `" + key + "`: ");
    }
    return value;
  }

  /// The value of a key where it is a word that YAML takes for null: `null`, `Null` or `NULL`.
  private @Nullable YamlField written(String key) {
    for (YamlNode.Entry entry : mapping().entries()) {
      if (entry.key().text().equals(key)
          && entry.value() instanceof YamlNode.Scalar scalar
          && scalar.isNullWord()) {
        return new YamlField(file, child(key), scalar);
      }
    }
    return null;
  }

  private CatchwaterException refuseNull(String what) {
    String word = node instanceof YamlNode.Scalar scalar ? scalar.text() : "null";
    return error(what + word + " without quotes is YAML's null, not a text")
        .withHint("write \"" + word + "\" for the text, or leave the line out");
  }

  String text(String key) {
    return require(key).text();
  }

  /// A text, or null where the key is absent, its value nothing, `~` or `null`. `NULL` and `Null`
  /// are refused: nobody writes them to say nothing.
  @Nullable String optionalText(String key) {
    YamlField value = find(key);
    if (value == null) {
      YamlField written = written(key);
      if (written != null && !written.isWord("null")) {
        throw written.refuseNull("");
      }
      return null;
    }
    return value.text();
  }

  /// A text for which the word `null` is as good as any other, so that it has to be quoted.
  @Nullable String optionalTextEvenNull(String key) {
    YamlField written = written(key);
    if (written != null) {
      throw written.refuseNull("");
    }
    return optionalText(key);
  }

  private boolean isWord(String word) {
    return node instanceof YamlNode.Scalar scalar && scalar.text().equals(word);
  }

  @Nullable Boolean optionalFlag(String key) {
    YamlField value = find(key);
    return value == null ? null : (Boolean) value.flag();
  }

  @Nullable List<String> optionalTexts(String key) {
    YamlField value = find(key);
    return value == null ? null : value.texts();
  }

  /// Any scalar as it is written: `no`, `1_000` and `2024-01-01` are texts where a text is asked.
  String text() {
    if (node instanceof YamlNode.Scalar scalar && !scalar.isNull()) {
      return scalar.text();
    }
    if (node instanceof YamlNode.Scalar scalar && scalar.isNullWord()) {
      throw refuseNull("");
    }
    throw error("invalid type: " + node.what() + ", expected a string");
  }

  List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (YamlField item : items()) {
      texts.add(item.text());
    }
    return texts;
  }

  List<YamlField> items() {
    if (!(node instanceof YamlNode.Sequence sequence)) {
      throw error("invalid type: " + node.what() + ", expected a list");
    }
    List<YamlField> items = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      items.add(new YamlField(file, path + "[" + i + "]", sequence.items().get(i)));
    }
    return items;
  }

  boolean flag() {
    if (node instanceof YamlNode.Scalar scalar && scalar.plain()) {
      switch (scalar.text()) {
        case "true", "True", "TRUE" -> {
          return true;
        }
        case "false", "False", "FALSE" -> {
          return false;
        }
        default -> {}
      }
    }
    throw error("invalid type: " + node.what() + ", expected true or false");
  }

  long number(long min, long max) {
    if (node instanceof YamlNode.Scalar scalar && scalar.plain()) {
      try {
        long value = Long.parseLong(scalar.text());
        if (value >= min && value <= max) {
          return value;
        }
        throw error("Value " + value + " is out of range").withHint(min + " to " + max);
      } catch (NumberFormatException e) {
        throw error("invalid type: " + node.what() + ", expected a whole number").withCause(e);
      }
    }
    throw error("invalid type: " + node.what() + ", expected a whole number");
  }

  /// One of the names, which may be written `PascalCase`, `camelCase` or `lowercase`.
  String variant(List<String> names) {
    String given = text();
    for (String name : names) {
      if (given.equals(name)
          || given.equals(Character.toLowerCase(name.charAt(0)) + name.substring(1))
          || given.equals(name.toLowerCase(Locale.ROOT))) {
        return name;
      }
    }
    CatchwaterException unknown =
        error("unknown variant `" + YamlNode.shown(given) + "`, expected " + choice(names));
    String closest = Suggestion.closest(given, names);
    throw closest == null ? unknown : unknown.withHint("did you mean '" + closest + "'?");
  }

  private String child(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static String choice(List<String> names) {
    return switch (names.size()) {
      case 0 -> "nothing";
      case 1 -> "`" + names.getFirst() + "`";
      case 2 -> "`" + names.getFirst() + "` or `" + names.getLast() + "`";
      default -> "one of `" + String.join("`, `", names) + "`";
    };
  }
}
