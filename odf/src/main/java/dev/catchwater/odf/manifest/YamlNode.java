package dev.catchwater.odf.manifest;

import java.util.List;

/// A node of a manifest with the place where it begins. Lines and columns count from 1. Immutable.
sealed interface YamlNode {
  int line();

  int column();

  /// How many nodes there are in this one, aliases unfolded.
  long size();

  /// A text, number, flag or null: which of them, the reader of the field decides.
  ///
  /// @param plain whether it was written without quotes
  record Scalar(String text, boolean plain, int line, int column) implements YamlNode {
    @Override
    public long size() {
      return 1;
    }

    /// Whether it is YAML's null: nothing at all, `~` or `null`.
    boolean isNull() {
      return plain
          && switch (text) {
            case "", "~", "null", "Null", "NULL" -> true;
            default -> false;
          };
    }

    /// Whether it is a word that YAML takes for null and its writer perhaps for a text.
    boolean isNullWord() {
      return isNull() && text.length() > 1;
    }
  }

  record Sequence(List<YamlNode> items, int line, int column, long size) implements YamlNode {}

  /// Entries in their order; no key is there twice.
  record Mapping(List<Entry> entries, int line, int column, long size) implements YamlNode {}

  /// One entry of a mapping.
  record Entry(Scalar key, YamlNode value) {}

  /// What it is, for messages.
  default String what() {
    return switch (this) {
      case Scalar scalar -> scalar.isNull() ? "nothing" : "'" + shown(scalar.text()) + "'";
      case Sequence _ -> "a list";
      case Mapping _ -> "a mapping";
    };
  }

  /// The beginning of a text, control characters replaced.
  static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    int end = text.offsetByCodePoints(0, Math.min(80, text.codePointCount(0, text.length())));
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      shown.append(c < ' ' || c == 0x7f ? '?' : c);
    }
    return end < text.length() ? shown.append('…').toString() : shown.toString();
  }
}
