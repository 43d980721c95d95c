package dev.catchwater.ingest.live.record;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Bytes that grow: numbers as LEB128 (zigzag where they may be negative), texts and arrays with
/// their length before them. Used by one thread.
final class ByteWriter {
  private byte[] bytes;
  private int size;

  ByteWriter(int capacity) {
    bytes = new byte[capacity];
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  int size() {
    return size;
  }

  ByteWriter octet(int value) {
    room(1);
    bytes[size++] = (byte) value;
    return this;
  }

  ByteWriter number(long value) {
    room(10);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  ByteWriter raw(byte[] from, int offset, int length) {
    room(length);
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
    return this;
  }

  ByteWriter array(byte[] value) {
    return number(value.length).raw(value, 0, value.length);
  }

  ByteWriter text(String value) {
    return array(value.getBytes(StandardCharsets.UTF_8));
  }

  /// A text that may be absent: its length and one, or 0.
  ByteWriter optionalText(@Nullable String value) {
    if (value == null) {
      return number(0);
    }
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    return number(utf8.length + 1L).raw(utf8, 0, utf8.length);
  }

  ByteWriter time(Instant value) {
    return number(value.getEpochSecond()).number(value.getNano());
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }
}
