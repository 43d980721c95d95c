package dev.catchwater.columnar.decode;

import dev.catchwater.columnar.parquet.FileFooter;
import dev.catchwater.odf.error.CatchwaterException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The bytes of one page and how far they were read. The array is at least [#SLACK] bytes longer
/// than the page, so that packed numbers can be read a long at a time. Used by one thread.
final class PageBytes {
  static final int SLACK = 16;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int end;
  private int position;

  PageBytes(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.position = from;
    this.end = end;
  }

  byte[] array() {
    return bytes;
  }

  int position() {
    return position;
  }

  int remaining() {
    return end - position;
  }

  /// Passes over `count` bytes and returns where they begin.
  int take(long count) {
    if (count < 0 || count > remaining()) {
      throw damaged("a page ends too early");
    }
    int start = position;
    position += (int) count;
    return start;
  }

  /// The next `count` bytes on their own.
  PageBytes part(int count) {
    int start = take(count);
    return new PageBytes(bytes, start, position);
  }

  int next() {
    return bytes[take(1)] & 0xff;
  }

  int int32() {
    return (int) INT.get(bytes, take(4));
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int b = next();
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw damaged("a number without end");
  }

  long zigzag() {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  void longs(long[] into, int count) {
    int start = take((long) count << 3);
    ByteBuffer.wrap(bytes, start, count << 3)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asLongBuffer()
        .get(into, 0, count);
  }

  /// Numbers of four bytes, with sign.
  void ints(long[] into, int count) {
    int at = take((long) count << 2);
    for (int i = 0; i < count; i++, at += 4) {
      into[i] = (int) INT.get(bytes, at);
    }
  }

  /// Unpacks `count` numbers of `width` bits (at most 57) from a position that was taken.
  static void unpack(byte[] bytes, int from, int width, int[] into, int offset, int count) {
    int mask = (int) ((1L << width) - 1);
    long bit = (long) from << 3;
    for (int i = 0; i < count; i++, bit += width) {
      into[offset + i] = (int) ((long) LONG.get(bytes, (int) (bit >> 3)) >>> (bit & 7)) & mask;
    }
  }

  /// Unpacks `count` numbers of `width` bits (at most 64) from a position that was taken.
  static void unpack(byte[] bytes, int from, int width, long[] into, int offset, int count) {
    long mask = width == 64 ? -1L : (1L << width) - 1;
    long bit = (long) from << 3;
    for (int i = 0; i < count; i++, bit += width) {
      int at = (int) (bit >> 3);
      int shift = (int) (bit & 7);
      long value = (long) LONG.get(bytes, at) >>> shift;
      if (shift + width > 64) {
        value |= (long) LONG.get(bytes, at + 8) << (64 - shift);
      }
      into[offset + i] = value & mask;
    }
  }

  static CatchwaterException damaged(String how) {
    return FileFooter.damaged(how);
  }
}
