package dev.catchwater.columnar.decode;

/// DELTA_BINARY_PACKED, see the encoder.
final class DeltaDecoder {
  private static final int BLOCK_MAX = 1 << 16;

  private DeltaDecoder() {}

  /// Reads the numbers, exactly `count` of them.
  ///
  /// @param narrow whether they have 32 bits: sums wrap around there
  static void read(PageBytes in, int count, boolean narrow, long[] into) {
    long block = in.varint();
    long miniblocks = in.varint();
    long total = in.varint();
    long value = in.zigzag();
    if (block <= 0
        || block > BLOCK_MAX
        || miniblocks <= 0
        || block % miniblocks != 0
        || block / miniblocks % 32 != 0) {
      throw PageBytes.damaged("blocks of " + block + " in " + miniblocks);
    }
    if (total != count) {
      throw PageBytes.damaged(total + " numbers in a page of " + count);
    }
    int size = (int) (block / miniblocks);
    if (count > 0) {
      into[0] = narrow ? (int) value : value;
    }
    int done = 1;
    while (done < count) {
      long least = in.zigzag();
      int widths = in.take(miniblocks);
      for (int mini = 0; mini < miniblocks && done < count; mini++) {
        int width = in.array()[widths + mini] & 0xff;
        done = readMiniblock(in, width, size, least, count, narrow, into, done);
      }
    }
  }

  private static int readMiniblock(
      PageBytes in,
      int width,
      int size,
      long least,
      int count,
      boolean narrow,
      long[] into,
      int from) {
    if (width > 64) {
      throw PageBytes.damaged("numbers of " + width + " bits");
    }
    int to = Math.min(count, from + size);
    int start = in.take((long) size * width / 8);
    if (width > 0) {
      PageBytes.unpack(in.array(), start, width, into, from, to - from);
    }
    long value = into[from - 1];
    for (int i = from; i < to; i++) {
      value += least + (width == 0 ? 0 : into[i]);
      if (narrow) {
        value = value << 32 >> 32;
      }
      into[i] = value;
    }
    return to;
  }
}
