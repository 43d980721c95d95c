package dev.catchwater.query.format;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Collects UTF-8 text and passes it on in large pieces. Without a stream behind it, it keeps
/// everything. Used by one thread; a failing stream surfaces as [UncheckedIOException].
final class TextSink {
  private static final int PIECE_BYTES = 1 << 16;

  private final @org.jspecify.annotations.Nullable OutputStream out;
  private byte[] bytes = new byte[1024];
  private int length;

  /// A sink that passes on to a stream.
  TextSink(OutputStream out) {
    this.out = out;
  }

  /// A sink that keeps everything for [#take()].
  TextSink() {
    this.out = null;
  }

  TextSink put(char ascii) {
    reserve(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  /// ASCII text.
  TextSink ascii(String text) {
    int count = text.length();
    reserve(count);
    for (int i = 0; i < count; i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
    return this;
  }

  /// Any text.
  TextSink text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return utf8(utf8, 0, utf8.length);
  }

  /// Text that is UTF-8 already.
  TextSink utf8(byte[] from, int offset, int count) {
    reserve(count);
    System.arraycopy(from, offset, bytes, length, count);
    length += count;
    return this;
  }

  TextSink number(long value) {
    if (value < 0) {
      if (value == Long.MIN_VALUE) {
        return ascii("-9223372036854775808");
      }
      put('-');
      return number(-value);
    }
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    return padded(value, digits);
  }

  /// The last `digits` digits of a number that is not negative, with leading zeros.
  TextSink padded(long value, int digits) {
    reserve(digits);
    long rest = value;
    for (int i = length + digits - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
    return this;
  }

  /// Bytes as lower-case hexadecimal digits.
  TextSink hex(byte[] from, int offset, int count) {
    reserve(2 * count);
    for (int i = 0; i < count; i++) {
      int value = from[offset + i];
      bytes[length++] = (byte) Character.forDigit((value >> 4) & 15, 16);
      bytes[length++] = (byte) Character.forDigit(value & 15, 16);
    }
    return this;
  }

  /// What was kept, and starts anew.
  byte[] take() {
    byte[] taken = Arrays.copyOf(bytes, length);
    length = 0;
    return taken;
  }

  /// What was kept as a string, and starts anew.
  String takeText() {
    String taken = new String(bytes, 0, length, StandardCharsets.UTF_8);
    length = 0;
    return taken;
  }

  /// Passes everything on and flushes the stream.
  void flush() {
    if (out != null) {
      try {
        out.write(bytes, 0, length);
        out.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      length = 0;
    }
  }

  private void reserve(int count) {
    if (out != null && length >= PIECE_BYTES) {
      try {
        out.write(bytes, 0, length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      length = 0;
    }
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length * 2));
    }
  }
}
