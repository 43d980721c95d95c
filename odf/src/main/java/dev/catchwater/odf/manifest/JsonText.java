package dev.catchwater.odf.manifest;

/// JSON as text: the escapes of RFC 8259, nothing else escaped. Stateless.
public final class JsonText {
  private static final String HEX = "0123456789abcdef";

  private JsonText() {}

  /// The text in quotes.
  public static void quote(StringBuilder to, String text) {
    to.append('"');
    int plain = plainLength(text);
    // Most texts need no escape, and are copied at once.
    to.append(text, 0, plain);
    for (int i = plain; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> to.append("\\\"");
        case '\\' -> to.append("\\\\");
        case '\n' -> to.append("\\n");
        case '\r' -> to.append("\\r");
        case '\t' -> to.append("\\t");
        case '\b' -> to.append("\\b");
        case '\f' -> to.append("\\f");
        default -> {
          if (c < ' ') {
            to.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
          } else {
            to.append(c);
          }
        }
      }
    }
    to.append('"');
  }

  /// Reads an escape.
  ///
  /// @param to gets the character that is meant
  /// @param at where the character behind the backslash is, or would be
  /// @return where the text goes on behind the escape, -1 where it is none
  public static int unescape(StringBuilder to, String text, int at) {
    int next = at + 1;
    switch (at < text.length() ? text.charAt(at) : 0) {
      case '"', '\\', '/' -> to.append(text.charAt(at));
      case 'b' -> to.append('\b');
      case 'f' -> to.append('\f');
      case 'n' -> to.append('\n');
      case 'r' -> to.append('\r');
      case 't' -> to.append('\t');
      case 'u' -> {
        int code = 0;
        int end = next + 4;
        for (; next < end; next++) {
          char digit = next < text.length() ? text.charAt(next) : 0;
          int value = digit < 0x80 ? Character.digit(digit, 16) : -1;
          if (value < 0) {
            return -1;
          }
          code = code << 4 | value;
        }
        to.append((char) code);
      }
      default -> {
        return -1;
      }
    }
    return next;
  }

  /// How much of a text stands as it is before the first character that needs an escape.
  private static int plainLength(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\') {
        return i;
      }
    }
    return length;
  }
}
