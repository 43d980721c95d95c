package dev.catchwater.ingest.read.cell;

/// The well-formed byte sequences of UTF-8 (Unicode 16, table 3-7): no overlong forms, no
/// surrogates, nothing above U+10FFFF.
public final class Utf8 {
  private Utf8() {}

  /// Length of the well-formed character at `p`, whose first byte is not ASCII, or 0.
  ///
  /// @param bytes ends behind `p` with an ASCII byte at the latest
  public static int length(byte[] bytes, int p) {
    int first = bytes[p] & 0xFF;
    if (first < 0xC2 || first > 0xF4) {
      return 0;
    }
    int second = p + 1 < bytes.length ? bytes[p + 1] & 0xFF : 0;
    if (first < 0xE0) {
      return isTail(second) ? 2 : 0;
    }
    int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (second < low || second > high || p + 2 >= bytes.length || !isTail(bytes[p + 2])) {
      return 0;
    }
    if (first < 0xF0) {
      return 3;
    }
    return p + 3 < bytes.length && isTail(bytes[p + 3]) ? 4 : 0;
  }

  private static boolean isTail(int b) {
    return (b & 0xC0) == 0x80;
  }

  /// The character of a well-formed sequence.
  public static int codePoint(byte[] bytes, int p, int length) {
    return switch (length) {
      case 1 -> bytes[p];
      case 2 -> (bytes[p] & 0x1F) << 6 | (bytes[p + 1] & 0x3F);
      case 3 -> (bytes[p] & 0x0F) << 12 | (bytes[p + 1] & 0x3F) << 6 | (bytes[p + 2] & 0x3F);
      default ->
          (bytes[p] & 0x07) << 18
              | (bytes[p + 1] & 0x3F) << 12
              | (bytes[p + 2] & 0x3F) << 6
              | (bytes[p + 3] & 0x3F);
    };
  }

  /// Writes a character, gives where it ends. There must be room for four bytes.
  public static int put(int codePoint, byte[] into, int p) {
    if (codePoint < 0x80) {
      into[p] = (byte) codePoint;
      return p + 1;
    }
    if (codePoint < 0x800) {
      into[p] = (byte) (0xC0 | codePoint >> 6);
      into[p + 1] = (byte) (0x80 | (codePoint & 0x3F));
      return p + 2;
    }
    if (codePoint < 0x1_0000) {
      into[p] = (byte) (0xE0 | codePoint >> 12);
      into[p + 1] = (byte) (0x80 | (codePoint >> 6 & 0x3F));
      into[p + 2] = (byte) (0x80 | (codePoint & 0x3F));
      return p + 3;
    }
    into[p] = (byte) (0xF0 | codePoint >> 18);
    into[p + 1] = (byte) (0x80 | (codePoint >> 12 & 0x3F));
    into[p + 2] = (byte) (0x80 | (codePoint >> 6 & 0x3F));
    into[p + 3] = (byte) (0x80 | (codePoint & 0x3F));
    return p + 4;
  }
}
