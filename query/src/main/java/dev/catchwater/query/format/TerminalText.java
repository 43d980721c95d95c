package dev.catchwater.query.format;

/// Foreign text made harmless for a terminal: control characters and marks of writing direction are
/// shown as `\u001b`, so that no row, name or message can move the cursor, change colours or
/// reorder what is read (reliability TH43).
public final class TerminalText {
  private TerminalText() {}

  /// The text with everything invisible and harmful written out; line feeds stay.
  public static String visible(String text) {
    int at = 0;
    while (at < text.length() && !isHarmful(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16).append(text, 0, at);
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (isHarmful(c)) {
        shown.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          shown.append(Character.forDigit((c >> shift) & 15, 16));
        }
      } else {
        shown.append(c);
      }
    }
    return shown.toString();
  }

  /// Whether a terminal would obey this character instead of showing it.
  public static boolean isHarmful(int c) {
    if (c < 0xa0) {
      return (c < 0x20 && c != '\n') || c >= 0x7f;
    }
    return c == 0x61c
        || (c >= 0x200e && c <= 0x200f)
        || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0xfeff;
  }
}
