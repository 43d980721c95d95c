package dev.catchwater.ingest.read.cast;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.Utf8;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Whether the bytes of texts are UTF-8. Stateless.
final class Utf8Check {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private Utf8Check() {}

  /// Notes the rows that are not UTF-8.
  static void check(Column.Bytes texts, Faults faults) {
    int[] offsets = texts.offsets();
    int rows = texts.rowCount();
    if (isAscii(texts.data(), offsets[0], offsets[rows])) {
      return;
    }
    for (int row = 0; row < rows; row++) {
      int bad = badAt(texts.data(), offsets[row], offsets[row + 1]);
      if (bad >= 0) {
        faults.add(row, refused(bad - offsets[row]));
      }
    }
  }

  /// Where the first byte is that belongs to no character, -1 for nowhere.
  static int badAt(byte[] data, int start, int end) {
    int p = start;
    while (p < end) {
      int count = data[p] >= 0 ? 1 : Utf8.length(data, p);
      if (count == 0 || count > end - p) {
        return p;
      }
      p += count;
    }
    return -1;
  }

  static BadValue refused(int at) {
    return BadValue.of("The text is not UTF-8 at its byte " + at, null);
  }

  private static boolean isAscii(byte[] data, int start, int end) {
    int p = start;
    while (p + 8 <= end) {
      if (((long) LONG.get(data, p) & HIGH_BITS) != 0) {
        return false;
      }
      p += 8;
    }
    while (p < end) {
      if (data[p++] < 0) {
        return false;
      }
    }
    return true;
  }
}
