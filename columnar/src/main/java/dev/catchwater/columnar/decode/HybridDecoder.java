package dev.catchwater.columnar.decode;

import java.util.Arrays;

/// The RLE / bit-packing hybrid, see the encoder.
final class HybridDecoder {
  private HybridDecoder() {}

  /// Reads `count` numbers of `width` bits, none above `max`.
  static void read(PageBytes in, int width, int count, int max, int[] into) {
    int done = 0;
    while (done < count) {
      long head = in.varint();
      if ((head & 1) == 0) {
        int value = 0;
        for (int shift = 0; shift < width; shift += 8) {
          value |= in.next() << shift;
        }
        long run = Math.min(head >>> 1, count - done);
        if (run <= 0) {
          throw PageBytes.damaged("a run of " + (head >>> 1) + " values");
        }
        check(value, max);
        Arrays.fill(into, done, done + (int) run, value);
        done += (int) run;
      } else {
        done += readPacked(in, width, head >>> 1, count - done, max, into, done);
      }
    }
  }

  private static int readPacked(
      PageBytes in, int width, long groups, int wanted, int max, int[] into, int offset) {
    if (groups <= 0 || groups > Integer.MAX_VALUE / 8) {
      throw PageBytes.damaged("a run of " + groups + " groups");
    }
    int count = (int) Math.min(groups * 8, wanted);
    // Some writers leave out what nobody reads at the end of the last group.
    long size = Math.min(groups * width, in.remaining());
    if (size * 8 < (long) count * width) {
      throw PageBytes.damaged("a page ends too early");
    }
    int start = in.take(size);
    PageBytes.unpack(in.array(), start, width, into, offset, count);
    int seen = 0;
    for (int i = offset; i < offset + count; i++) {
      seen = Math.max(seen, into[i]);
      if (into[i] < 0) {
        check(into[i], max);
      }
    }
    check(seen, max);
    return count;
  }

  /// The one value that the next `count` numbers are all equal to, or -1 if the next run is not a
  /// run of all of them; the position then stays.
  static int readIfOneRun(PageBytes all, int width, int count) {
    PageBytes in = new PageBytes(all.array(), all.position(), all.position() + all.remaining());
    if (in.remaining() == 0) {
      return -1;
    }
    long head = in.varint();
    if ((head & 1) != 0 || head >>> 1 < count) {
      return -1;
    }
    int value = 0;
    for (int shift = 0; shift < width; shift += 8) {
      value |= in.next() << shift;
    }
    return value;
  }

  private static void check(int value, int max) {
    if (value < 0 || value > max) {
      throw PageBytes.damaged("a level or index " + value + " above " + max);
    }
  }
}
