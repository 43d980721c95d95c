package dev.catchwater.server.http;

import dev.catchwater.odf.error.Suggestion;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The part of an address behind `?`, strictly: a key that the route does not know, a key twice and
/// a bad escape are refused. A mistyped `sourceName` that was passed over would send rows to
/// another source.
final class QueryText {
  private QueryText() {}

  /// The values by key.
  ///
  /// @param raw as it came, null where there is none
  /// @param known the keys of the route
  static Map<String, String> parse(@Nullable String raw, List<String> known) {
    Map<String, String> values = new LinkedHashMap<>();
    if (raw == null || raw.isEmpty()) {
      return values;
    }
    int start = 0;
    while (start <= raw.length()) {
      int and = raw.indexOf('&', start);
      int end = and < 0 ? raw.length() : and;
      if (end > start) {
        add(values, raw.substring(start, end), known);
      }
      start = end + 1;
    }
    return values;
  }

  private static void add(Map<String, String> values, String pair, List<String> known) {
    int equals = pair.indexOf('=');
    String key = decode(equals < 0 ? pair : pair.substring(0, equals), true);
    String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
    if (!known.contains(key)) {
      String hint =
          known.isEmpty() ? "this address takes none" : Suggestion.hint(shown(key), known);
      throw Refusal.of(
          400, "unknown-parameter", "Unknown query parameter '" + shown(key) + "' (" + hint + ")");
    }
    if (values.put(key, value) != null) {
      throw Refusal.of(
          400, "repeated-parameter", "The query parameter '" + key + "' is given twice");
    }
  }

  /// Text without its percent escapes.
  ///
  /// @param isForm whether `+` is a space
  static String decode(String text, boolean isForm) {
    if (text.indexOf('%') < 0 && (!isForm || text.indexOf('+') < 0)) {
      return text;
    }
    var bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
        if (low < 0) {
          throw badAddress();
        }
        bytes.write(high << 4 | low);
        i += 2;
      } else if (c == '+' && isForm) {
        bytes.write(' ');
      } else if (c < 0x80) {
        bytes.write(c);
      } else {
        throw badAddress();
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw badAddress();
    }
  }

  private static Refusal badAddress() {
    return Refusal.of(400, "bad-address", "The address has a percent escape that cannot be read");
  }

  /// A client's text for a message: printable ASCII, not long.
  static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length() && i < 80; i++) {
      char c = text.charAt(i);
      shown.append(c >= ' ' && c < 0x7f ? c : '?');
    }
    return shown.toString();
  }
}
