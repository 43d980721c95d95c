package dev.catchwater.odf.manifest;

import java.util.Map;

/// Trees as YAML in block style, with the choices of libyaml and serde_yaml that kamu's output
/// shows: two spaces a level, lists not indented under their key, texts plain where they can be,
/// several lines as a literal block, no folding.
final class YamlWriter {
  private static final String INDICATORS = "#,[]{}&*!|>'\"%@`";

  private final StringBuilder to;

  private YamlWriter(StringBuilder to) {
    this.to = to;
  }

  /// Appends the tree, each line indented, the last one ended.
  static void write(StringBuilder to, Tree.Fields tree, int indent) {
    new YamlWriter(to).fields(tree, indent, false);
  }

  /// @param inLine whether the first field follows `- ` in the same line
  private void fields(Tree.Fields tree, int indent, boolean inLine) {
    boolean first = inLine;
    for (Map.Entry<String, Tree> field : tree.fields().entrySet()) {
      if (!first) {
        indent(indent);
      }
      first = false;
      text(field.getKey(), indent);
      to.append(':');
      value(field.getValue(), indent);
    }
  }

  private void value(Tree value, int indent) {
    switch (value) {
      case Tree.Fields fields when fields.fields().isEmpty() -> to.append(" {}\n");
      case Tree.Items items when items.items().isEmpty() -> to.append(" []\n");
      case Tree.Fields fields -> {
        to.append('\n');
        fields(fields, indent + 2, false);
      }
      case Tree.Items items -> {
        to.append('\n');
        items(items, indent, false);
      }
      case Tree.Text text -> {
        to.append(' ');
        text(text.value(), indent);
        to.append('\n');
      }
      case Tree.Literal literal -> to.append(' ').append(literal.spelling()).append('\n');
    }
  }

  private void items(Tree.Items items, int indent, boolean inLine) {
    boolean first = inLine;
    for (Tree item : items.items()) {
      if (!first) {
        indent(indent);
      }
      first = false;
      to.append('-');
      switch (item) {
        case Tree.Fields fields when !fields.fields().isEmpty() -> {
          to.append(' ');
          fields(fields, indent + 2, true);
        }
        case Tree.Items nested when !nested.items().isEmpty() -> {
          to.append(' ');
          items(nested, indent + 2, true);
        }
        case Tree.Fields _, Tree.Items _, Tree.Text _, Tree.Literal _ -> value(item, indent);
      }
    }
  }

  private void indent(int count) {
    to.repeat(' ', count);
  }

  private void text(String text, int indent) {
    boolean special = text.codePoints().anyMatch(c -> c != '\n' && !isPrintable(c));
    boolean spaceAtLineEnd = text.contains(" \n") || text.endsWith(" ");
    if (text.indexOf('\n') >= 0 && !special && !spaceAtLineEnd) {
      literal(text, indent + 2);
    } else if (special || text.indexOf('\n') >= 0) {
      doubleQuoted(text);
    } else if (isPlain(text)) {
      to.append(text);
    } else {
      to.append('\'').append(text.replace("'", "''")).append('\'');
    }
  }

  private void literal(String text, int indent) {
    to.append('|');
    if (text.startsWith(" ") || text.startsWith("\n")) {
      to.append('2');
    }
    String body = text;
    if (!text.endsWith("\n")) {
      to.append('-');
    } else {
      body = text.substring(0, text.length() - 1);
      if (body.isEmpty() || body.endsWith("\n")) {
        to.append('+');
      }
    }
    for (String line : body.split("\n", -1)) {
      to.append('\n');
      if (!line.isEmpty()) {
        indent(indent);
        to.append(line);
      }
    }
  }

  private void doubleQuoted(String text) {
    to.append('"');
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '"' -> to.append("\\\"");
            case '\\' -> to.append("\\\\");
            case '\n' -> to.append("\\n");
            case '\r' -> to.append("\\r");
            case '\t' -> to.append("\\t");
            case 0 -> to.append("\\0");
            case 0x1b -> to.append("\\e");
            case 0x85 -> to.append("\\N");
            case 0xfeff -> to.append("\\uFEFF");
            default -> {
              if (isPrintable(c)) {
                to.appendCodePoint(c);
              } else if (c <= 0xff) {
                to.append("\\x%02X".formatted(c));
              } else {
                to.append("\\u%04X".formatted(c));
              }
            }
          }
        });
    to.append('"');
  }

  /// What libyaml writes as it is; a tab is not among it.
  private static boolean isPrintable(int c) {
    return (c >= 0x20 && c <= 0x7e)
        || (c >= 0xa0 && c <= 0xd7ff && c != 0x2028 && c != 0x2029)
        || (c >= 0xe000 && c <= 0xfffd && c != 0xfeff)
        || c >= 0x1_0000;
  }

  /// Whether the text can stand without quotes and is not taken for anything but a text.
  private static boolean isPlain(String text) {
    if (text.isEmpty()
        || text.startsWith(" ")
        || text.endsWith(" ")
        || text.startsWith("---")
        || text.startsWith("...")
        || isTypedByYaml(text)) {
      return false;
    }
    char first = text.charAt(0);
    boolean blankFollows = text.length() == 1 || text.charAt(1) == ' ';
    if (INDICATORS.indexOf(first) >= 0
        || ((first == '?' || first == ':' || first == '-') && blankFollows)) {
      return false;
    }
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean endOrBlank = i + 1 == text.length() || text.charAt(i + 1) == ' ';
      if ((c == ':' && endOrBlank) || (c == '#' && text.charAt(i - 1) == ' ')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isTypedByYaml(String text) {
    return switch (text) {
      case "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE" -> true;
      case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF" -> true;
      case "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF" -> true;
      default -> isNumberLike(text);
    };
  }

  /// Decimal, hexadecimal, octal and binary numbers, with a sign and with leading zeros.
  private static boolean isNumberLike(String text) {
    String digits = text.startsWith("+") || text.startsWith("-") ? text.substring(1) : text;
    if (digits.isEmpty() || (!isAsciiDigit(digits.charAt(0)) && digits.charAt(0) != '.')) {
      return false;
    }
    if (digits.length() > 2 && digits.charAt(0) == '0') {
      int radix =
          switch (digits.charAt(1)) {
            case 'x' -> 16;
            case 'o' -> 8;
            case 'b' -> 2;
            default -> 10;
          };
      if (radix != 10) {
        return digits.substring(2).chars().allMatch(c -> Character.digit(c, radix) >= 0);
      }
    }
    if (digits.chars().allMatch(c -> isAsciiDigit((char) c))) {
      return true;
    }
    String number = digits.startsWith(".") ? "0" + digits : digits;
    String closed = number.endsWith(".") ? number + "0" : number;
    int zeros = 0;
    while (zeros + 1 < closed.length()
        && closed.charAt(zeros) == '0'
        && isAsciiDigit(closed.charAt(zeros + 1))) {
      zeros++;
    }
    return YamlJson.isNumber(closed.substring(zeros).replace(".e", ".0e").replace(".E", ".0E"));
  }

  private static boolean isAsciiDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
