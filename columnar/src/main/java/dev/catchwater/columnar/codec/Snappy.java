package dev.catchwater.columnar.codec;

import dev.catchwater.columnar.parquet.FileFooter;

/// Decompresses Snappy blocks (google/snappy, format_description.txt), which is what kamu writes.
/// Every length is checked before it is followed. Stateless.
final class Snappy {
  private Snappy() {}

  static void decompress(
      byte[] from, int offset, int length, byte[] into, int intoOffset, int size) {
    int end = offset + length;
    int at = offset;
    long declared = 0;
    for (int shift = 0; ; shift += 7) {
      if (at >= end || shift > 28) {
        throw damaged();
      }
      int b = from[at++];
      declared |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        break;
      }
    }
    if (declared != size) {
      throw damaged();
    }
    int out = intoOffset;
    int outEnd = intoOffset + size;
    while (at < end) {
      int tag = from[at++] & 0xff;
      if ((tag & 3) == 0) {
        int count = tag >> 2;
        if (count >= 60) {
          int bytes = count - 59;
          if (end - at < bytes) {
            throw damaged();
          }
          count = littleEndian(from, at, bytes);
          at += bytes;
        }
        count++;
        if (count <= 0 || count > end - at || count > outEnd - out) {
          throw damaged();
        }
        System.arraycopy(from, at, into, out, count);
        at += count;
        out += count;
        continue;
      }
      int bytes = (tag & 3) == 3 ? 4 : tag & 3;
      if (end - at < bytes) {
        throw damaged();
      }
      int back = littleEndian(from, at, bytes);
      int count = (tag >> 2) + 1;
      if (bytes == 1) {
        back |= (tag & 0xe0) << 3;
        count = (tag >> 2 & 7) + 4;
      }
      at += bytes;
      if (back <= 0 || back > out - intoOffset || count > outEnd - out) {
        throw damaged();
      }
      BackReference.copy(into, out, back, count);
      out += count;
    }
    if (out != outEnd) {
      throw damaged();
    }
  }

  private static int littleEndian(byte[] from, int at, int bytes) {
    int value = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      value = value << 8 | (from[at + i] & 0xff);
    }
    return value;
  }

  private static RuntimeException damaged() {
    return FileFooter.damaged("a page is no Snappy block");
  }
}
