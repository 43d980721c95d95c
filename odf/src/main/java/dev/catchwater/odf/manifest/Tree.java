package dev.catchwater.odf.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A document before it becomes YAML or JSON, or after JSON was read. Texts, literals and items are
/// immutable; [Fields] grows until it is written.
public sealed interface Tree {

  /// A text.
  record Text(String value) implements Tree {}

  /// A number, flag or null, spelled the same in YAML and JSON.
  record Literal(String spelling) implements Tree {}

  /// Items in their order.
  record Items(List<Tree> items) implements Tree {}

  /// Fields in their order. Built up by its `put` methods, which leave out what is null.
  record Fields(Map<String, Tree> fields) implements Tree {
    public Fields() {
      this(new LinkedHashMap<>());
    }

    /// Fields that begin with `kind`.
    public static Fields ofKind(String kind) {
      return new Fields().put("kind", kind);
    }

    public Fields put(String name, @Nullable Tree value) {
      if (value != null) {
        fields.put(name, value);
      }
      return this;
    }

    public Fields put(String name, @Nullable String value) {
      return put(name, value == null ? null : new Text(value));
    }

    /// Hashes, ids and times: by their text.
    public Fields putText(String name, @Nullable Object value) {
      return put(name, value == null ? null : new Text(value.toString()));
    }

    public Fields put(String name, @Nullable Long value) {
      return put(name, value == null ? null : new Literal(Long.toString(value)));
    }

    public Fields put(String name, @Nullable Boolean value) {
      return put(name, value == null ? null : new Literal(Boolean.toString(value)));
    }

    public Fields put(String name, @Nullable List<String> values) {
      return put(name, values == null ? null : texts(values));
    }
  }

  /// A list of texts.
  static Tree texts(List<String> values) {
    List<Tree> items = new ArrayList<>(values.size());
    for (String value : values) {
      items.add(new Text(value));
    }
    return new Items(items);
  }
}
