package dev.catchwater.tables;

import java.util.Arrays;

/// JSON being put together, as bytes of UTF-8. Behind what is there it may be read over by a
/// [JsonScanner]. Used by one thread.
final class RowText {
  /// Bytes behind the end that a scanner may look at.
  static final int SLACK = 16;

  private static final String HEX = "0123456789abcdef";
  private static final int ESCAPE_BYTES = 6;

  private byte[] bytes = new byte[256];
  private int length;

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  void put(byte value) {
    room(1);
    bytes[length++] = value;
  }

  void put(byte[] from, int start, int end) {
    room(end - start);
    System.arraycopy(from, start, bytes, length, end - start);
    length += end - start;
  }

  /// Puts the end of a line behind all, where a scanner stops.
  void endLine() {
    room(SLACK);
    Arrays.fill(bytes, length, length + SLACK, (byte) '\n');
  }

  /// Puts a text of UTF-8 as a JSON string.
  void quote(byte[] text, int start, int end) {
    room(ESCAPE_BYTES * (end - start) + 2);
    byte[] to = bytes;
    int at = length;
    to[at++] = '"';
    for (int i = start; i < end; i++) {
      byte b = text[i];
      if (b == '"' || b == '\\') {
        to[at++] = '\\';
        to[at++] = b;
      } else if (b >= 0 && b < ' ') {
        to[at++] = '\\';
        to[at++] = 'u';
        to[at++] = '0';
        to[at++] = '0';
        to[at++] = (byte) HEX.charAt(b >> 4);
        to[at++] = (byte) HEX.charAt(b & 15);
      } else {
        to[at++] = b;
      }
    }
    to[at++] = '"';
    length = at;
  }

  /// Puts a JSON value that was scanned, without the white space between its parts.
  void compact(byte[] from, int start, int end) {
    room(end - start);
    byte[] to = bytes;
    int at = length;
    boolean inText = false;
    for (int p = start; p < end; p++) {
      byte b = from[p];
      if (b == '"') {
        inText = !inText;
      }
      if (inText || (b != ' ' && b != '\t' && b != '\n' && b != '\r')) {
        to[at++] = b;
      }
      if (inText && b == '\\') {
        to[at++] = from[++p];
      }
    }
    length = at;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      int needed = Math.addExact(length, more);
      bytes = Arrays.copyOf(bytes, Math.max(needed, Math.min(2 * needed, 1 << 30)));
    }
  }
}
