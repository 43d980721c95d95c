package dev.catchwater.server.http;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A media type with its parameters (RFC 9110 §8.3.1). Type, subtype and names of parameters are
/// lower case. Immutable.
///
/// @param name `application/x-ndjson`
public record MediaType(String name, Map<String, String> parameters) {
  private static final String TOKEN = "!#$%&'*+-.^_`|~";

  public MediaType {
    parameters = Map.copyOf(parameters);
  }

  /// The type of a header, or null where the header is no media type.
  public static @Nullable MediaType find(String header) {
    String[] parts = header.split(";", -1);
    String name = parts[0].strip().toLowerCase(Locale.ROOT);
    int slash = name.indexOf('/');
    if (slash < 1 || !isToken(name.substring(0, slash)) || !isToken(name.substring(slash + 1))) {
      return null;
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i].strip();
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      String key = equals < 0 ? part : part.substring(0, equals);
      String value = equals < 0 ? "" : part.substring(equals + 1);
      if (value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")) {
        value = value.substring(1, value.length() - 1);
      }
      if (!isToken(key) || value.isEmpty()) {
        return null;
      }
      if (parameters.put(key.toLowerCase(Locale.ROOT), value) != null) {
        return null;
      }
    }
    return new MediaType(name, parameters);
  }

  private static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!isLetter && (c < '0' || c > '9') && TOKEN.indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
