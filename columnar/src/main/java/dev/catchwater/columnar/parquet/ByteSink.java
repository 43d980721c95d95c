package dev.catchwater.columnar.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Bytes being put together, little-endian, in an array that grows. Used by one thread.
public final class ByteSink {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int size;

  public ByteSink(int capacity) {
    bytes = new byte[capacity];
  }

  /// Bytes put so far.
  public int size() {
    return size;
  }

  /// The array, of which the first [#size()] bytes count; replaced when the sink grows.
  public byte[] array() {
    return bytes;
  }

  /// A copy of what was put.
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /// Forgets what was put after the first `size` bytes.
  public void truncate(int size) {
    this.size = size;
  }

  /// Makes room for `count` more bytes.
  public void reserve(int count) {
    if (bytes.length - size < count) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, count), bytes.length * 2));
    }
  }

  /// Leaves `count` bytes for the caller to fill in [#array()]; returns where they begin.
  public int skip(int count) {
    reserve(count);
    int start = size;
    size += count;
    return start;
  }

  public void put(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  public void put(byte[] from, int offset, int length) {
    reserve(length);
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
  }

  public void putInt(int value) {
    reserve(4);
    INT.set(bytes, size, value);
    size += 4;
  }

  /// Overwrites four bytes put before.
  public void setInt(int position, int value) {
    INT.set(bytes, position, value);
  }

  public void putLong(long value) {
    reserve(8);
    LONG.set(bytes, size, value);
    size += 8;
  }

  public void putLongs(long[] values, int offset, int count) {
    reserve(count << 3);
    ByteBuffer.wrap(bytes, size, count << 3)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asLongBuffer()
        .put(values, offset, count);
    size += count << 3;
  }

  public void putInts(int[] values, int offset, int count) {
    reserve(count << 2);
    ByteBuffer.wrap(bytes, size, count << 2)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asIntBuffer()
        .put(values, offset, count);
    size += count << 2;
  }

  public void putFloats(float[] values, int offset, int count) {
    reserve(count << 2);
    ByteBuffer.wrap(bytes, size, count << 2)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .put(values, offset, count);
    size += count << 2;
  }

  public void putDoubles(double[] values, int offset, int count) {
    reserve(count << 3);
    ByteBuffer.wrap(bytes, size, count << 3)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asDoubleBuffer()
        .put(values, offset, count);
    size += count << 3;
  }

  /// The low half of each value, four bytes each.
  public void putLowInts(long[] values, int offset, int count) {
    reserve(count << 2);
    byte[] into = bytes;
    int at = size;
    for (int i = 0; i < count; i++, at += 4) {
      INT.set(into, at, (int) values[offset + i]);
    }
    size = at;
  }

  /// Unsigned LEB128.
  public void putVarint(long value) {
    reserve(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /// Zigzag, then unsigned LEB128.
  public void putZigzag(long value) {
    putVarint(value << 1 ^ value >> 63);
  }
}
