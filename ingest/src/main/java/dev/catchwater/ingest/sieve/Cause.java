package dev.catchwater.ingest.sieve;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Why rows were set aside: those with one code, field and shape of the message are one cause.
/// Immutable.
///
/// @param shape the message with `…` for each quoted value and `#` for each number
/// @param count rows
/// @param example place and message of the first of them
public record Cause(String code, @Nullable String field, String shape, long count, String example) {
  /// How many causes a report tells.
  public static final int SHOWN_MAX = 10;

  private record Key(String code, @Nullable String field, String shape) {}

  /// The causes of rows, the one with most rows first.
  public static List<Cause> of(List<RefusedRow> rows) {
    Map<Key, Cause> byKey = new LinkedHashMap<>();
    for (RefusedRow row : rows) {
      Key key = new Key(row.code(), row.field(), shape(row.message()));
      Cause known = byKey.get(key);
      byKey.put(
          key,
          known == null
              ? new Cause(key.code, key.field, key.shape, 1, row.text())
              : new Cause(key.code, key.field, key.shape, known.count + 1, known.example));
    }
    List<Cause> causes = new ArrayList<>(byKey.values());
    causes.sort((one, other) -> Long.compare(other.count, one.count));
    return causes;
  }

  /// The first of them, for a report.
  public static List<Cause> shown(List<RefusedRow> rows) {
    List<Cause> causes = of(rows);
    return List.copyOf(causes.subList(0, Math.min(SHOWN_MAX, causes.size())));
  }

  /// A message without what differs from row to row.
  public static String shape(String message) {
    StringBuilder shape = new StringBuilder(message.length());
    int i = 0;
    while (i < message.length()) {
      char c = message.charAt(i);
      int end = c == '"' || c == '\'' ? message.indexOf(c, i + 1) : -1;
      if (end > 0) {
        // A value may have quotes of its own: up to the last one of the message.
        end = Math.max(end, message.lastIndexOf(c));
        shape.append(c).append('…').append(c);
        i = end + 1;
      } else if (isDigit(c) && (i == 0 || !isPartOfWord(message.charAt(i - 1)))) {
        shape.append('#');
        while (i < message.length() && isPartOfNumber(message.charAt(i))) {
          i++;
        }
      } else {
        shape.append(c);
        i++;
      }
    }
    return shape.toString();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isPartOfNumber(char c) {
    return isDigit(c) || c == '.';
  }

  // The digits of a word, such as Float64, are the same in all rows.
  private static boolean isPartOfWord(char c) {
    return isDigit(c) || c == '_' || Character.isLetter(c);
  }
}
