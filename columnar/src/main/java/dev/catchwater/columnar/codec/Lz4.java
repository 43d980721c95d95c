package dev.catchwater.columnar.codec;

import dev.catchwater.columnar.parquet.FileFooter;

/// Decompresses LZ4 blocks (lz4_Block_format.md), bare or in the frames that Hadoop puts around
/// them. Every length is checked before it is followed. Stateless.
final class Lz4 {
  private static final int FRAME_HEAD = 8;
  private static final int MATCH_MIN = 4;
  private static final int MORE = 15;

  private Lz4() {}

  /// A bare block (`LZ4_RAW`).
  static void decompress(
      byte[] from, int offset, int length, byte[] into, int intoOffset, int size) {
    if (!block(from, offset, offset + length, into, intoOffset, intoOffset + size)) {
      throw damaged();
    }
  }

  /// What is called `LZ4` in old files: frames of decompressed size, compressed size (both
  /// big-endian), block; by some writers a bare block.
  static void decompressFramed(
      byte[] from, int offset, int length, byte[] into, int intoOffset, int size) {
    if (!frames(from, offset, length, into, intoOffset, size)) {
      decompress(from, offset, length, into, intoOffset, size);
    }
  }

  private static boolean frames(
      byte[] from, int offset, int length, byte[] into, int intoOffset, int size) {
    int at = offset;
    int end = offset + length;
    int out = intoOffset;
    int outEnd = intoOffset + size;
    while (end - at >= FRAME_HEAD) {
      int unpacked = bigEndian(from, at);
      int packed = bigEndian(from, at + 4);
      at += FRAME_HEAD;
      if (unpacked < 0 || unpacked > outEnd - out || packed < 0 || packed > end - at) {
        return false;
      }
      if (!block(from, at, at + packed, into, out, out + unpacked)) {
        return false;
      }
      at += packed;
      out += unpacked;
    }
    return at == end && out == outEnd;
  }

  private static int bigEndian(byte[] from, int at) {
    return from[at] << 24
        | (from[at + 1] & 0xff) << 16
        | (from[at + 2] & 0xff) << 8
        | (from[at + 3] & 0xff);
  }

  /// Whether the block is whole and fills its room exactly.
  private static boolean block(byte[] from, int start, int end, byte[] into, int first, int last) {
    int at = start;
    int out = first;
    while (at < end) {
      int token = from[at++] & 0xff;
      long literals = token >> 4;
      if (literals == MORE) {
        int next;
        do {
          if (at == end) {
            return false;
          }
          next = from[at++] & 0xff;
          literals += next;
        } while (next == 0xff);
      }
      if (literals > end - at || literals > last - out) {
        return false;
      }
      System.arraycopy(from, at, into, out, (int) literals);
      at += (int) literals;
      out += (int) literals;
      if (at == end) {
        // The last sequence has no match.
        return out == last;
      }
      if (end - at < 2) {
        return false;
      }
      int back = (from[at] & 0xff) | (from[at + 1] & 0xff) << 8;
      at += 2;
      long count = token & MORE;
      if (count == MORE) {
        int next;
        do {
          if (at == end) {
            return false;
          }
          next = from[at++] & 0xff;
          count += next;
        } while (next == 0xff);
      }
      count += MATCH_MIN;
      if (back == 0 || back > out - first || count > last - out) {
        return false;
      }
      BackReference.copy(into, out, back, (int) count);
      out += (int) count;
    }
    return start == end && first == last;
  }

  private static RuntimeException damaged() {
    return FileFooter.damaged("a page is no LZ4 block");
  }
}
