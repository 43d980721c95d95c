package dev.catchwater.connectors.files;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Texts in addresses: what RFC 3986 calls unreserved stands as it is, everything else as `%XX` of
/// its UTF-8. Stateless.
final class PercentText {
  private static final String PLAIN = "-._~";

  private PercentText() {}

  /// @param keepsSlashes whether it is a path, and not one name
  static String of(String text, boolean keepsSlashes) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean isDigit = c >= '0' && c <= '9';
      if (isLetter || isDigit || PLAIN.indexOf(c) >= 0 || (keepsSlashes && c == '/')) {
        out.append(c);
      } else {
        String hex = Integer.toHexString(c).toUpperCase(Locale.ROOT);
        out.append('%').append(hex.length() == 1 ? "0" : "").append(hex);
      }
    }
    return out.toString();
  }
}
