package dev.catchwater.columnar.encode;

import dev.catchwater.columnar.parquet.ByteSink;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The RLE / bit-packing hybrid (parquet-format, Encodings.md): levels and dictionary indexes.
///
/// A run of at least eight equal values is `varint(count << 1)` and the value in the fewest whole
/// bytes; what is between runs is `varint(groups << 1 | 1)` and groups of eight packed values.
final class HybridEncoder {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int RUN_MIN = 8;

  private HybridEncoder() {}

  /// Bits that hold every value up to `max`.
  static int bitWidth(int max) {
    return 32 - Integer.numberOfLeadingZeros(max);
  }

  static void putRun(ByteSink sink, int value, int count, int width) {
    sink.putVarint((long) count << 1);
    for (int bits = 0; bits < width; bits += 8) {
      sink.put(value >>> bits);
    }
  }

  static void put(ByteSink sink, int[] values, int count, int width) {
    int packedFrom = 0;
    int at = 0;
    while (at < count) {
      int value = values[at];
      int end = at + 1;
      while (end < count && values[end] == value) {
        end++;
      }
      // What was left to pack before the run is filled up to a whole group from the run.
      int fill = -(at - packedFrom) & 7;
      if (end - at - fill >= RUN_MIN) {
        putPacked(sink, values, packedFrom, at + fill, width);
        putRun(sink, value, end - at - fill, width);
        packedFrom = end;
      }
      at = end;
    }
    putPacked(sink, values, packedFrom, count, width);
  }

  private static void putPacked(ByteSink sink, int[] values, int from, int to, int width) {
    if (from == to) {
      return;
    }
    int groups = (to - from + 7) >> 3;
    sink.putVarint((long) groups << 1 | 1);
    int size = groups * width;
    int start = sink.skip(size + 8);
    pack(values, from, to, width, sink.array(), start);
    sink.truncate(start + size);
  }

  /// Packs from the lowest bit up; what is missing in the last group is zero. Writes whole longs:
  /// there are eight bytes of room behind.
  private static void pack(int[] values, int from, int to, int width, byte[] into, int start) {
    long bits = 0;
    int filled = 0;
    int position = start;
    for (int i = from; i < to; i++) {
      long value = values[i];
      bits |= value << filled;
      filled += width;
      if (filled >= 64) {
        LONG.set(into, position, bits);
        position += 8;
        filled -= 64;
        bits = filled == 0 ? 0 : value >>> (width - filled);
      }
    }
    int end = start + ((to - from + 7) >> 3) * width;
    while (position < end) {
      LONG.set(into, position, bits);
      bits = 0;
      position += 8;
    }
  }
}
