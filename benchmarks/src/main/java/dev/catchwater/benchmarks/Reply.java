package dev.catchwater.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The answer that a connection is getting. Not thread-safe.
final class Reply {
  private static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes = new byte[4 << 10];
  private int count;
  private int bodyAt;
  private int end;

  byte[] bytes() {
    return bytes;
  }

  int count() {
    return count;
  }

  void clear() {
    count = 0;
    bodyAt = 0;
    end = 0;
  }

  /// Notes that so many bytes came in behind [#count()].
  ///
  /// @return whether the answer is whole
  boolean came(int more) {
    count += more;
    if (count == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * count);
    }
    if (bodyAt == 0) {
      for (int i = Math.max(3, count - more); i < count; i++) {
        if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
          bodyAt = i + 1;
          break;
        }
      }
      if (bodyAt == 0) {
        return false;
      }
      int at = indexOf(LENGTH, 0, bodyAt);
      end = bodyAt;
      if (at >= 0) {
        int length = 0;
        for (int i = at + LENGTH.length; bytes[i] != '\r'; i++) {
          length = 10 * length + bytes[i] - '0';
        }
        end += length;
      } else if (status() != 204) {
        end = Integer.MAX_VALUE; // in chunks: until the empty one
      }
    }
    if (end == Integer.MAX_VALUE) {
      return count >= bodyAt + 5
          && bytes[count - 5] == '0'
          && bytes[count - 4] == '\r'
          && bytes[count - 1] == '\n';
    }
    return count >= end;
  }

  int status() {
    return 100 * (bytes[9] - '0') + 10 * (bytes[10] - '0') + bytes[11] - '0';
  }

  /// Whether the body has these bytes.
  boolean has(byte[] wanted) {
    return indexOf(wanted, bodyAt, count) >= 0;
  }

  /// Without regard to the case of letters of ASCII.
  private int indexOf(byte[] wanted, int from, int to) {
    for (int i = from; i + wanted.length <= to; i++) {
      int j = 0;
      while (j < wanted.length && lower(bytes[i + j]) == lower(wanted[j])) {
        j++;
      }
      if (j == wanted.length) {
        return i;
      }
    }
    return -1;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + 32 : b;
  }

  String text() {
    return new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
  }
}
