package dev.catchwater.ingest.live.record;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Reads what a [ByteWriter] wrote.
///
/// Every call throws a [RuntimeException] for bytes that no writer wrote; the checksum around them
/// makes that a defect of ours or another version.
final class ByteReader {
  private final ByteBuffer in;

  ByteReader(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
  }

  ByteBuffer buffer() {
    return in;
  }

  boolean isAtEnd() {
    return !in.hasRemaining();
  }

  int octet() {
    return in.get() & 0xFF;
  }

  long number() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new IllegalArgumentException("a number of more than ten bytes");
  }

  int count() {
    return Math.toIntExact(number());
  }

  byte[] array() {
    return raw(count());
  }

  byte[] raw(int length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] value = new byte[length];
    in.get(value);
    return value;
  }

  String text() {
    return new String(array(), StandardCharsets.UTF_8);
  }

  @Nullable String optionalText() {
    int length = count();
    return length == 0 ? null : new String(raw(length - 1), StandardCharsets.UTF_8);
  }

  Instant time() {
    long seconds = number();
    return Instant.ofEpochSecond(seconds, number());
  }
}
