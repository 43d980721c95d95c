package dev.catchwater.odf.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON to trees and back. Reading is for annotations as they are stored: what is no JSON gives no
/// tree, for a foreign chain may hold anything there. Stateless and thread-safe.
public final class JsonTree {
  private static final int DEPTH_MAX = 128;

  private final String text;
  private int position;

  private JsonTree(String text) {
    this.text = text;
  }

  /// The value, or null where the text is no JSON.
  public static @Nullable Tree read(String json) {
    JsonTree reader = new JsonTree(json);
    Tree tree = reader.value(0);
    reader.space();
    return reader.position == json.length() ? tree : null;
  }

  /// The tree in one line without spaces.
  public static void write(StringBuilder to, Tree tree) {
    switch (tree) {
      case Tree.Text text -> JsonText.quote(to, text.value());
      case Tree.Literal literal -> to.append(literal.spelling());
      case Tree.Items items -> {
        to.append('[');
        String separator = "";
        for (Tree item : items.items()) {
          to.append(separator);
          write(to, item);
          separator = ",";
        }
        to.append(']');
      }
      case Tree.Fields fields -> {
        to.append('{');
        String separator = "";
        for (Map.Entry<String, Tree> field : fields.fields().entrySet()) {
          to.append(separator);
          JsonText.quote(to, field.getKey());
          to.append(':');
          write(to, field.getValue());
          separator = ",";
        }
        to.append('}');
      }
    }
  }

  private @Nullable Tree value(int depth) {
    space();
    if (depth > DEPTH_MAX || position >= text.length()) {
      return null;
    }
    return switch (text.charAt(position)) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> text();
      default -> literal();
    };
  }

  private @Nullable Tree object(int depth) {
    Tree.Fields fields = new Tree.Fields();
    position++;
    if (accept('}')) {
      return fields;
    }
    do {
      space();
      String name = position < text.length() && text.charAt(position) == '"' ? string() : null;
      if (name == null || !accept(':')) {
        return null;
      }
      Tree value = value(depth + 1);
      if (value == null) {
        return null;
      }
      fields.put(name, value);
    } while (accept(','));
    return accept('}') ? fields : null;
  }

  private @Nullable Tree array(int depth) {
    List<Tree> items = new ArrayList<>();
    position++;
    if (accept(']')) {
      return new Tree.Items(items);
    }
    do {
      Tree item = value(depth + 1);
      if (item == null) {
        return null;
      }
      items.add(item);
    } while (accept(','));
    return accept(']') ? new Tree.Items(items) : null;
  }

  private @Nullable Tree literal() {
    int start = position;
    while (position < text.length() && ",]} \t\r\n".indexOf(text.charAt(position)) < 0) {
      position++;
    }
    String word = text.substring(start, position);
    return switch (word) {
      case "true", "false", "null" -> new Tree.Literal(word);
      default -> YamlJson.isNumber(word) ? new Tree.Literal(word) : null;
    };
  }

  private @Nullable Tree text() {
    String string = string();
    return string == null ? null : new Tree.Text(string);
  }

  private @Nullable String string() {
    StringBuilder string = new StringBuilder();
    position++;
    while (position < text.length()) {
      char c = text.charAt(position++);
      if (c == '"') {
        return string.toString();
      }
      if (c != '\\') {
        string.append(c);
      } else if (!escape(string)) {
        return null;
      }
    }
    return null;
  }

  private boolean escape(StringBuilder to) {
    int next = JsonText.unescape(to, text, position);
    position = Math.max(next, position);
    return next >= 0;
  }

  private boolean accept(char expected) {
    space();
    if (position < text.length() && text.charAt(position) == expected) {
      position++;
      return true;
    }
    return false;
  }

  private void space() {
    while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }
}
