package dev.catchwater.odf.manifest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// JSON as bytes of UTF-8, in one line without spaces: what [JsonTree#write] and an encoding give,
/// without the text between them. Not thread-safe.
public final class JsonBytes {
  private static final int GROWTH = 2;
  // Of a control character.
  private static final int ESCAPE_BYTES_MAX = 6;
  private static final String HEX = "0123456789abcdef";
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long TOPS = 0x8080_8080_8080_8080L;

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
    byte[] from = text.getBytes(StandardCharsets.UTF_8);
    octet('"');
    for (int i = 0; i < from.length; ) {
      int end = plainEnd(from, i);
      room(end - i + ESCAPE_BYTES_MAX);
      System.arraycopy(from, i, bytes, count, end - i);
      count += end - i;
      if (end < from.length) {
        count = escape(bytes, count, from[end++]);
      }
      i = end;
    }
    octet('"');
  }

  /// Where the first byte stands from `start` on that is to be escaped; eight are looked at at once
  /// (Hacker's Delight, 6-1).
  private static int plainEnd(byte[] from, int start) {
    int at = start;
    for (; at + Long.BYTES <= from.length; at += Long.BYTES) {
      long eight = (long) EIGHT.get(from, at);
      long quote = eight ^ ONES * '"';
      long slash = eight ^ ONES * '\\';
      long found = below(eight, ' ') | below(quote, 1) | below(slash, 1);
      if ((found & TOPS) != 0) {
        break;
      }
    }
    while (at < from.length && isPlain(from[at])) {
      at++;
    }
    return at;
  }

  /// Sets the top bit of the first byte that is below a limit; bits of bytes behind it say nothing.
  private static long below(long eight, int limit) {
    return (eight - ONES * limit) & ~eight;
  }

  private static boolean isPlain(byte b) {
    return (b >= ' ' || b < 0) && b != '"' && b != '\\';
  }

  private static int escape(byte[] to, int from, byte b) {
    int at = from;
    to[at++] = '\\';
    switch (b) {
      case '"', '\\' -> to[at++] = b;
      case '\n' -> to[at++] = 'n';
      case '\r' -> to[at++] = 'r';
      case '\t' -> to[at++] = 't';
      case '\b' -> to[at++] = 'b';
      case '\f' -> to[at++] = 'f';
      default -> {
        to[at++] = 'u';
        to[at++] = '0';
        to[at++] = '0';
        to[at++] = (byte) HEX.charAt(b >> 4);
        to[at++] = (byte) HEX.charAt(b & 15);
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
