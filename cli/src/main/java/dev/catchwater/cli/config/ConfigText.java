package dev.catchwater.cli.config;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Settings as text: a manifest of kind `CLIConfig` as kamu has it, in the small part of YAML that
/// nested keys and plain values need. Read by hand, because the common commands load no YAML
/// parser.
final class ConfigText {
  private static final String HEADER = "kind: CLIConfig\nversion: 1\ncontent:";

  private ConfigText() {}

  /// The values by their dotted keys.
  ///
  /// @param file the name for messages
  /// @throws CatchwaterException `BAD_MANIFEST` with the line
  static Map<String, String> read(String file, String text) {
    Map<String, String> values = new TreeMap<>();
    List<String> path = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String content = line.strip();
      if (content.isEmpty() || content.charAt(0) == '#') {
        continue;
      }
      int indent = line.indexOf(content.charAt(0));
      int colon = content.indexOf(':');
      boolean isOdd = indent % 2 != 0 || indent / 2 > path.size() || line.indexOf('\t') >= 0;
      if (colon <= 0 || isOdd) {
        throw bad(file, number, "`key: value` is expected, indented by two spaces a level");
      }
      while (path.size() > indent / 2) {
        path.removeLast();
      }
      String key = content.substring(0, colon);
      String value = unquoted(content.substring(colon + 1).strip());
      if (value.isEmpty()) {
        path.add(key);
      } else if (!value.equals("{}")) {
        path.add(key);
        values.put(String.join(".", path), value);
        path.removeLast();
      }
    }
    return content(file, values);
  }

  private static Map<String, String> content(String file, Map<String, String> values) {
    Map<String, String> content = new TreeMap<>();
    for (Map.Entry<String, String> entry : values.entrySet()) {
      String key = entry.getKey();
      if (key.startsWith("content.")) {
        content.put(key.substring(8), entry.getValue());
      } else if (!(key.equals("kind") && entry.getValue().equals("CLIConfig"))
          && !(key.equals("version") && entry.getValue().equals("1"))) {
        throw bad(file, 1, "kind: CLIConfig and version: 1 are expected, not " + key);
      }
    }
    return content;
  }

  private static String unquoted(String value) {
    boolean isQuoted =
        value.length() > 1
            && (value.charAt(0) == '"' || value.charAt(0) == '\'')
            && value.charAt(value.length() - 1) == value.charAt(0);
    return isQuoted ? value.substring(1, value.length() - 1) : value;
  }

  private static CatchwaterException bad(String file, int line, String message) {
    return CatchwaterException.at(ErrorCode.BAD_MANIFEST, new Place(file, line, 1, null), message);
  }

  /// The whole file.
  static String write(Map<String, String> values) {
    return values.isEmpty() ? HEADER + " {}\n" : HEADER + "\n" + nested(values, 1);
  }

  /// The values with their keys nested, `{}` where there is none.
  static String nested(Map<String, String> values) {
    return values.isEmpty() ? "{}\n" : nested(values, 0);
  }

  private static String nested(Map<String, String> values, int depth) {
    StringBuilder text = new StringBuilder();
    List<String> open = new ArrayList<>();
    for (Map.Entry<String, String> entry : new TreeMap<>(values).entrySet()) {
      List<String> words = List.of(entry.getKey().split("\\.", -1));
      int common = 0;
      while (common < open.size()
          && common < words.size() - 1
          && open.get(common).equals(words.get(common))) {
        common++;
      }
      open = words.subList(0, words.size() - 1);
      for (int level = common; level < words.size(); level++) {
        text.append("  ".repeat(depth + level)).append(words.get(level)).append(':');
        text.append(level == words.size() - 1 ? " " + entry.getValue() : "").append('\n');
      }
    }
    return text.toString();
  }
}
