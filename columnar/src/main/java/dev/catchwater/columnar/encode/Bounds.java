package dev.catchwater.columnar.encode;

import dev.catchwater.columnar.parquet.ColumnIndex;
import dev.catchwater.columnar.parquet.Statistics;
import dev.catchwater.columnar.parquet.ValueOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bounds of the pages of one chunk. Text and binary bounds are cut to 64 bytes: a lower bound
/// by leaving the rest away, an upper one by counting up what is left (parquet-format,
/// PageIndex.md).
final class Bounds {
  private static final int LENGTH_MAX = 64;

  private final ValueOrder order;
  private final boolean text;
  private final boolean cut;
  private final List<Statistics> pages = new ArrayList<>();
  private byte @Nullable [] min;
  private byte @Nullable [] max;
  private boolean allBounded = true;

  /// @param text whether bounds are UTF-8, which must stay whole
  /// @param cut whether bounds may be cut at all
  Bounds(ValueOrder order, boolean text, boolean cut) {
    this.order = order;
    this.text = text;
    this.cut = cut;
  }

  /// Notes a page with nulls only.
  void addNullPage(int nulls) {
    pages.add(new Statistics(null, null, true, nulls));
  }

  /// Notes a page with values that have no bounds: all NaN, or an order that has none.
  void addUnbounded() {
    allBounded = false;
  }

  void addPage(byte[] pageMin, byte[] pageMax, int nulls) {
    if (min == null || compare(pageMin, min) < 0) {
      min = pageMin;
    }
    if (max == null || compare(pageMax, max) > 0) {
      max = pageMax;
    }
    pages.add(bounded(pageMin, pageMax, nulls));
  }

  private Statistics bounded(byte[] least, byte[] most, long nulls) {
    boolean tooLong = cut && (least.length > LENGTH_MAX || most.length > LENGTH_MAX);
    return tooLong
        ? new Statistics(cutDown(least), cutUp(most), false, nulls)
        : new Statistics(least, most, true, nulls);
  }

  Statistics ofChunk(long nulls) {
    if (min == null || max == null || order == ValueOrder.NONE) {
      return new Statistics(null, null, true, nulls);
    }
    return bounded(min, max, nulls);
  }

  @Nullable ColumnIndex columnIndex() {
    if (!allBounded || order == ValueOrder.NONE) {
      return null;
    }
    boolean ascending = true;
    boolean descending = true;
    Statistics before = null;
    for (Statistics page : pages) {
      byte[] pageMin = page.min();
      byte[] pageMax = page.max();
      if (pageMin == null || pageMax == null) {
        continue;
      }
      if (before != null && before.min() != null && before.max() != null) {
        int least = compare(before.min(), pageMin);
        int most = compare(before.max(), pageMax);
        ascending &= least <= 0 && most <= 0;
        descending &= least >= 0 && most >= 0;
      }
      before = page;
    }
    return new ColumnIndex(
        pages,
        ascending
            ? ColumnIndex.BoundaryOrder.ASCENDING
            : descending
                ? ColumnIndex.BoundaryOrder.DESCENDING
                : ColumnIndex.BoundaryOrder.UNORDERED);
  }

  private int compare(byte[] left, byte[] right) {
    return switch (order) {
      case BYTES, BOOLEAN -> Arrays.compareUnsigned(left, right);
      case BIG_ENDIAN -> compareBigEndian(left, right);
      case FLOAT16 -> Float.compare(half(left), half(right));
      case SIGNED -> Long.compare(number(left), number(right));
      case UNSIGNED -> Long.compareUnsigned(number(left), number(right));
      case FLOAT -> Double.compare(real(left), real(right));
      case NONE -> 0;
    };
  }

  /// Values of one length: the sign is in the first byte.
  static int compareBigEndian(byte[] left, byte[] right) {
    if ((left[0] < 0) != (right[0] < 0)) {
      return left[0] < 0 ? -1 : 1;
    }
    return Arrays.compareUnsigned(left, right);
  }

  static float half(byte[] bytes) {
    return Float.float16ToFloat((short) ((bytes[0] & 0xff) | bytes[1] << 8));
  }

  private static long number(byte[] bytes) {
    long value = bytes.length < 8 ? bytes[bytes.length - 1] : 0;
    for (int i = bytes.length - 1; i >= 0; i--) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }

  private static double real(byte[] bytes) {
    long bits = number(bytes);
    return bytes.length == 4 ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
  }

  private byte[] cutDown(byte[] bound) {
    return bound.length <= LENGTH_MAX ? bound : Arrays.copyOf(bound, cutLength(bound));
  }

  /// Whole characters only, as far as the bytes are UTF-8.
  private int cutLength(byte[] bound) {
    int length = LENGTH_MAX;
    if (text) {
      while (length > LENGTH_MAX - 4 && (bound[length] & 0xc0) == 0x80) {
        length--;
      }
    }
    return length;
  }

  private byte[] cutUp(byte[] bound) {
    if (bound.length <= LENGTH_MAX) {
      return bound;
    }
    byte[] up = Arrays.copyOf(bound, cutLength(bound));
    return text ? countUpText(up, bound) : countUpBytes(up, bound);
  }

  private static byte[] countUpBytes(byte[] up, byte[] whole) {
    for (int i = up.length - 1; i >= 0; i--) {
      if (up[i] != -1) {
        up[i]++;
        return Arrays.copyOf(up, i + 1);
      }
    }
    return whole;
  }

  /// Counts up the last character that can be, so that the bound stays text.
  private static byte[] countUpText(byte[] up, byte[] whole) {
    String cut = new String(up, StandardCharsets.UTF_8);
    for (int end = cut.length(); end > 0; ) {
      int last = cut.codePointBefore(end);
      int start = end - Character.charCount(last);
      int next = last + 1 == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : last + 1;
      if (next <= Character.MAX_CODE_POINT) {
        String counted = cut.substring(0, start) + Character.toString(next);
        byte[] bytes = counted.getBytes(StandardCharsets.UTF_8);
        // Bytes that are no UTF-8 were replaced on the way: then the order may not hold.
        return Arrays.compareUnsigned(bytes, whole) > 0 ? bytes : whole;
      }
      end = start;
    }
    return whole;
  }
}
