package dev.catchwater.columnar.encode;

import dev.catchwater.columnar.parquet.ByteSink;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// DELTA_BINARY_PACKED (parquet-format, Encodings.md): numbers that grow evenly, as offsets and
/// times do, take a few bits each.
///
/// ```
/// header: varint block size | varint miniblocks | varint count | zigzag first value
/// block:  zigzag least delta | bit widths of 4 miniblocks | 4 × 32 packed (delta - least delta)
/// ```
final class DeltaEncoder {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int BLOCK = 128;
  private static final int MINIBLOCKS = 4;
  private static final int MINIBLOCK = BLOCK / MINIBLOCKS;

  private final long[] deltas = new long[BLOCK];
  private final boolean narrow;

  /// @param narrow whether values have 32 bits: differences wrap around there
  DeltaEncoder(boolean narrow) {
    this.narrow = narrow;
  }

  void put(ByteSink sink, long[] values, int count) {
    sink.putVarint(BLOCK);
    sink.putVarint(MINIBLOCKS);
    sink.putVarint(count);
    sink.putZigzag(count == 0 ? 0 : values[0]);
    for (int from = 1; from < count; from += BLOCK) {
      putBlock(sink, values, from, Math.min(count, from + BLOCK));
    }
  }

  private void putBlock(ByteSink sink, long[] values, int from, int to) {
    int count = to - from;
    long least = Long.MAX_VALUE;
    long before = values[from - 1];
    for (int i = 0; i < count; i++) {
      long value = values[from + i];
      long delta = value - before;
      if (narrow) {
        delta = delta << 32 >> 32;
      }
      before = value;
      deltas[i] = delta;
      least = Math.min(least, delta);
    }
    sink.putZigzag(least);
    int widths = sink.skip(MINIBLOCKS);
    for (int mini = 0; mini < MINIBLOCKS; mini++) {
      int start = mini * MINIBLOCK;
      int end = Math.min(count, start + MINIBLOCK);
      // Packing may replace the array: the width is put afterwards.
      int width = start < end ? putMiniblock(sink, start, end, least) : 0;
      sink.array()[widths + mini] = (byte) width;
    }
  }

  private int putMiniblock(ByteSink sink, int start, int end, long least) {
    long all = 0;
    for (int i = start; i < end; i++) {
      long above = deltas[i] - least;
      if (narrow) {
        above &= 0xffff_ffffL;
      }
      deltas[i] = above;
      all |= above;
    }
    int width = 64 - Long.numberOfLeadingZeros(all);
    int size = MINIBLOCK / 8 * width;
    int position = sink.skip(size + 8);
    byte[] into = sink.array();
    int stop = position + size;
    long bits = 0;
    int filled = 0;
    for (int i = start; i < end && width > 0; i++) {
      long value = deltas[i];
      bits |= value << filled;
      filled += width;
      if (filled >= 64) {
        LONG.set(into, position, bits);
        position += 8;
        filled -= 64;
        bits = filled == 0 ? 0 : value >>> (width - filled);
      }
    }
    while (position < stop) {
      LONG.set(into, position, bits);
      bits = 0;
      position += 8;
    }
    sink.truncate(stop);
    return width;
  }
}
