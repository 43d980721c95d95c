package dev.catchwater.server.http;

import dev.catchwater.server.access.TokenText;
import java.util.Locale;
import java.util.Set;

/// Keeps tokens that stand where they should not out of logs and answers. Stateless.
public final class Redaction {
  private static final Set<String> KEYS =
      Set.of(
          "token", "access_token", "accesstoken", "api_key", "apikey", "authorization", "bearer");
  // Shorter ones are words; a token, also one that was cut off, has more.
  private static final int LENGTH_MIN = 16;

  private Redaction() {}

  /// Whether a token, or a parameter named as one, stands in an address.
  ///
  /// @param pathQuery as it came
  static boolean isTelling(String pathQuery) {
    if (next(pathQuery, 0) >= 0) {
      return true;
    }
    int mark = pathQuery.indexOf('?');
    int start = mark < 0 ? pathQuery.length() : mark + 1;
    while (start < pathQuery.length()) {
      int and = pathQuery.indexOf('&', start);
      int end = and < 0 ? pathQuery.length() : and;
      int equals = pathQuery.indexOf('=', start);
      if (equals >= 0
          && equals < end
          && KEYS.contains(pathQuery.substring(start, equals).toLowerCase(Locale.ROOT))) {
        return true;
      }
      start = end + 1;
    }
    return false;
  }

  /// A text without the tokens in it.
  public static String of(String text) {
    int at = next(text, 0);
    if (at < 0) {
      return text;
    }
    StringBuilder kept = new StringBuilder();
    int from = 0;
    while (at >= 0) {
      kept.append(text, from, at).append(TokenText.PREFIX).append("...");
      from = end(text, at + TokenText.PREFIX.length());
      at = next(text, from);
    }
    return kept.append(text, from, text.length()).toString();
  }

  private static int next(String text, int from) {
    int at = text.indexOf(TokenText.PREFIX, from);
    while (at >= 0) {
      int start = at + TokenText.PREFIX.length();
      if (end(text, start) - start >= LENGTH_MIN) {
        return at;
      }
      at = text.indexOf(TokenText.PREFIX, start);
    }
    return -1;
  }

  private static int end(String text, int start) {
    int end = start;
    while (end < text.length() && isOfToken(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isOfToken(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7');
  }
}
