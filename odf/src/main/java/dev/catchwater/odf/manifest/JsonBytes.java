package dev.catchwater.odf.manifest;

import java.util.Arrays;
import java.util.Map;

/// JSON as bytes of UTF-8, in one line without spaces: what [JsonTree#write] and an encoding give,
/// without the text between them. Not thread-safe.
public final class JsonBytes {
  private static final int GROWTH = 2;
  // The most that a character takes: an escape of a control character.
  private static final int CHAR_BYTES_MAX = 6;
  private static final String HEX = "0123456789abcdef";

  private byte[] bytes;
  private int count;

  private JsonBytes(int expected) {
    bytes = new byte[expected];
  }

  /// The bytes of a document.
  ///
  /// @param expected how many they may be; more is no harm
  public static byte[] of(Tree document, int expected) {
    JsonBytes out = new JsonBytes(expected);
    out.write(document);
    return Arrays.copyOf(out.bytes, out.count);
  }

  private void write(Tree tree) {
    switch (tree) {
      case Tree.Text text -> quote(text.value());
      case Tree.Literal literal -> raw(literal.spelling());
      case Tree.Items items -> {
        octet('[');
        boolean isFirst = true;
        for (Tree item : items.items()) {
          if (!isFirst) {
            octet(',');
          }
          isFirst = false;
          write(item);
        }
        octet(']');
      }
      case Tree.Fields fields -> {
        octet('{');
        boolean isFirst = true;
        for (Map.Entry<String, Tree> field : fields.fields().entrySet()) {
          if (!isFirst) {
            octet(',');
          }
          isFirst = false;
          quote(field.getKey());
          octet(':');
          write(field.getValue());
        }
        octet('}');
      }
    }
  }

  private void octet(char c) {
    room(1);
    bytes[count++] = (byte) c;
  }

  /// Letters, digits and signs of ASCII, as literals are.
  private void raw(String ascii) {
    room(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      bytes[count++] = (byte) ascii.charAt(i);
    }
  }

  private void quote(String text) {
    int length = text.length();
    room(CHAR_BYTES_MAX * length + 2);
    byte[] to = bytes;
    int at = count;
    to[at++] = '"';
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x80 && c != '"' && c != '\\') {
        to[at++] = (byte) c;
      } else if (c < 0x80) {
        at = escape(to, at, c);
      } else if (c < 0x800) {
        to[at++] = (byte) (0xC0 | c >> 6);
        to[at++] = (byte) (0x80 | (c & 0x3F));
      } else if (!Character.isSurrogate(c)) {
        to[at++] = (byte) (0xE0 | c >> 12);
        to[at++] = (byte) (0x80 | (c >> 6 & 0x3F));
        to[at++] = (byte) (0x80 | (c & 0x3F));
      } else if (Character.isHighSurrogate(c)
          && i + 1 < length
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        int code = Character.toCodePoint(c, text.charAt(++i));
        to[at++] = (byte) (0xF0 | code >> 18);
        to[at++] = (byte) (0x80 | (code >> 12 & 0x3F));
        to[at++] = (byte) (0x80 | (code >> 6 & 0x3F));
        to[at++] = (byte) (0x80 | (code & 0x3F));
      } else {
        to[at++] = '?'; // half of a pair is no character; the JDK writes it so too
      }
    }
    to[at++] = '"';
    count = at;
  }

  private static int escape(byte[] to, int from, char c) {
    int at = from;
    to[at++] = '\\';
    switch (c) {
      case '"', '\\' -> to[at++] = (byte) c;
      case '\n' -> to[at++] = 'n';
      case '\r' -> to[at++] = 'r';
      case '\t' -> to[at++] = 't';
      case '\b' -> to[at++] = 'b';
      case '\f' -> to[at++] = 'f';
      default -> {
        to[at++] = 'u';
        to[at++] = '0';
        to[at++] = '0';
        to[at++] = (byte) HEX.charAt(c >> 4);
        to[at++] = (byte) HEX.charAt(c & 15);
      }
    }
    return at;
  }

  private void room(int more) {
    if (bytes.length - count < more) {
      bytes = Arrays.copyOf(bytes, Math.max(GROWTH * bytes.length, count + more));
    }
  }
}
