package dev.catchwater.ingest.read.geo;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes a geometry as GeoJSON text, its names in order, numbers as kamu writes them: the shortest
/// digits that are the number, always with a point or an exponent. Used by one thread.
public final class GeometryText {
  private static final int DECIMAL_MIN = -5;
  private static final int DECIMAL_MAX = 16;

  private byte[] bytes = new byte[1_024];
  private int length;

  /// Begins a geometry: what follows are its coordinates.
  public void begin() {
    length = 0;
    ascii("{\"coordinates\":");
  }

  /// Ends the geometry.
  public void end(String type) {
    ascii(",\"type\":\"");
    ascii(type);
    ascii("\"}");
  }

  /// A bracket or comma.
  public void put(char c) {
    reserve(1);
    bytes[length++] = (byte) c;
  }

  /// A finite number.
  public void number(double value) {
    ascii(text(value));
  }

  static String text(double value) {
    String text = Double.toString(value);
    int e = text.indexOf('E');
    if (e < 0) {
      return text;
    }
    int exponent = Integer.parseInt(text, e + 1, text.length(), 10);
    boolean isNegative = text.charAt(0) == '-';
    int first = isNegative ? 1 : 0;
    String fraction = text.substring(first + 2, e);
    String digits = text.charAt(first) + (fraction.equals("0") ? "" : fraction);
    StringBuilder written = new StringBuilder(isNegative ? "-" : "");
    if (exponent < DECIMAL_MIN || exponent >= DECIMAL_MAX) {
      written.append(digits.charAt(0));
      if (digits.length() > 1) {
        written.append('.').append(digits, 1, digits.length());
      }
      return written.append('e').append(exponent).toString();
    }
    if (exponent < 0) {
      return written.append("0.").repeat('0', -exponent - 1).append(digits).toString();
    }
    int whole = exponent + 1;
    if (digits.length() <= whole) {
      return written.append(digits).repeat('0', whole - digits.length()).append(".0").toString();
    }
    return written
        .append(digits, 0, whole)
        .append('.')
        .append(digits, whole, digits.length())
        .toString();
  }

  private void ascii(String text) {
    byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1);
    reserve(ascii.length);
    System.arraycopy(ascii, 0, bytes, length, ascii.length);
    length += ascii.length;
  }

  private void reserve(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
  }

  /// The text so far: `bytes()[0]` to `bytes()[length() - 1]`.
  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return length;
  }
}
