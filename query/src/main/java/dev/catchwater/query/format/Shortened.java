package dev.catchwater.query.format;

/// Long texts cut for a table cell, by code points: never inside a character.
public final class Shortened {
  private Shortened() {}

  /// The first `max` code points and `…`, or the text where it is not longer.
  public static String end(String text, int max) {
    if (text.length() <= max || text.codePointCount(0, text.length()) <= max) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, max)) + "…";
  }

  /// Half of `max` code points of the head, `…`, and as many of the tail, or the text where it is
  /// not longer.
  public static String middle(String text, int max) {
    if (text.length() <= max || text.codePointCount(0, text.length()) <= max) {
      return text;
    }
    int head = text.offsetByCodePoints(0, max / 2);
    int tail = text.offsetByCodePoints(text.length(), -(max / 2));
    return text.substring(0, head) + "…" + text.substring(tail);
  }
}
