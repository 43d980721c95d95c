package dev.catchwater.odf.manifest;

import dev.catchwater.odf.error.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A part of a manifest as JSON text: compact, keys sorted, plain values typed by the core schema
/// of YAML 1.2. Used for annotations, whose keys and values are free.
final class YamlJson {
  private static final int SIZE_MAX = 1 << 20;

  private YamlJson() {}

  /// The JSON of a mapping.
  static String text(YamlField field) {
    StringBuilder to = new StringBuilder();
    field.entries();
    write(to, field);
    return to.toString();
  }

  private static void write(StringBuilder to, YamlField field) {
    if (to.length() > SIZE_MAX) {
      throw field.error(
          ErrorCode.LIMIT_EXCEEDED, "Annotations have more than " + SIZE_MAX + " characters");
    }
    switch (field.node()) {
      case YamlNode.Scalar scalar -> write(to, scalar);
      case YamlNode.Sequence _ -> {
        to.append('[');
        String separator = "";
        for (YamlField item : field.items()) {
          to.append(separator);
          write(to, item);
          separator = ",";
        }
        to.append(']');
      }
      case YamlNode.Mapping mapping -> {
        List<YamlNode.Entry> entries = new ArrayList<>(mapping.entries());
        entries.sort(Comparator.comparing(entry -> entry.key().text()));
        to.append('{');
        String separator = "";
        for (YamlNode.Entry entry : entries) {
          to.append(separator);
          JsonText.quote(to, entry.key().text());
          to.append(':');
          write(to, new YamlField(field.file(), field.path(), entry.value()));
          separator = ",";
        }
        to.append('}');
      }
    }
  }

  private static void write(StringBuilder to, YamlNode.Scalar scalar) {
    String text = scalar.text();
    if (scalar.isNull()) {
      to.append("null");
    } else if (!scalar.plain()) {
      JsonText.quote(to, text);
    } else {
      switch (text) {
        case "true", "True", "TRUE" -> to.append("true");
        case "false", "False", "FALSE" -> to.append("false");
        default -> {
          if (isNumber(text)) {
            to.append(text);
          } else {
            JsonText.quote(to, text);
          }
        }
      }
    }
  }

  /// Whether the text is a number in JSON, so that it can stand as it is.
  static boolean isNumber(String text) {
    int at = text.startsWith("-") ? 1 : 0;
    int digits = digits(text, at);
    if (digits == 0 || (digits > 1 && text.charAt(at) == '0')) {
      return false;
    }
    at += digits;
    if (at < text.length() && text.charAt(at) == '.') {
      int fraction = digits(text, at + 1);
      if (fraction == 0) {
        return false;
      }
      at += 1 + fraction;
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      int exponent = digits(text, at);
      if (exponent == 0) {
        return false;
      }
      at += exponent;
    }
    return at == text.length();
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at - from;
  }
}
