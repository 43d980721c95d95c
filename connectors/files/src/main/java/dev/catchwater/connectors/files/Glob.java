package dev.catchwater.connectors.files;

/// Patterns of paths: `*` any characters of one name, `?` one of them, `[a-c]` one of those,
/// `[!a-c]` none of those, `**` any characters, also over folders. Stateless.
final class Glob {
  private static final String SIGNS = "*?[";

  private Glob() {}

  /// Whether a text is a pattern and not a path.
  static boolean isPattern(String text) {
    return signAt(text) < text.length();
  }

  /// What all paths of a pattern begin with.
  static String prefix(String pattern) {
    return pattern.substring(0, signAt(pattern));
  }

  private static int signAt(String text) {
    int at = 0;
    while (at < text.length() && SIGNS.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return at;
  }

  static boolean matches(String pattern, String path) {
    return matches(pattern, 0, path, 0);
  }

  // A star is tried from its shortest run on; patterns are short and typed by people.
  private static boolean matches(String pattern, int patternFrom, String path, int pathFrom) {
    int p = patternFrom;
    int t = pathFrom;
    while (p < pattern.length()) {
      char sign = pattern.charAt(p);
      if (sign == '*') {
        boolean isDeep = pattern.startsWith("**", p);
        int next = isDeep ? p + 2 : p + 1;
        for (int end = t; end <= path.length(); end++) {
          if (matches(pattern, next, path, end)) {
            return true;
          }
          if (end < path.length() && path.charAt(end) == '/' && !isDeep) {
            return false;
          }
        }
        return false;
      }
      if (t == path.length()) {
        return false;
      }
      char c = path.charAt(t);
      int close = sign == '[' ? pattern.indexOf(']', p + 2) : -1;
      if (close > 0) {
        if (c == '/' || !isOneOf(pattern, p + 1, close, c)) {
          return false;
        }
        p = close + 1;
      } else if (sign == '?' ? c == '/' : c != sign) {
        return false;
      } else {
        p++;
      }
      t++;
    }
    return t == path.length();
  }

  private static boolean isOneOf(String pattern, int from, int to, char c) {
    boolean isNot = pattern.charAt(from) == '!' || pattern.charAt(from) == '^';
    boolean isFound = false;
    for (int i = isNot ? from + 1 : from; i < to; i++) {
      char low = pattern.charAt(i);
      boolean isRange = i + 2 < to && pattern.charAt(i + 1) == '-';
      char high = isRange ? pattern.charAt(i + 2) : low;
      isFound |= low <= c && c <= high;
      i += isRange ? 2 : 0;
    }
    return isFound != isNot;
  }
}
