package dev.catchwater.columnar.encode;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.codec.Compressors;
import dev.catchwater.columnar.parquet.ByteSink;
import dev.catchwater.columnar.parquet.Encoding;
import dev.catchwater.columnar.parquet.PhysicalType;
import dev.catchwater.columnar.parquet.SchemaNode;
import dev.catchwater.columnar.parquet.ValueOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Numbers of four and eight bytes, all held as longs: IEEE numbers as their bits, unsigned ones
/// without sign, so that one set of loops serves them all.
///
/// A chunk begins with a dictionary. It is given up when a page shows that it does not pay; whole
/// numbers are then written as differences if that makes them smaller, else plain.
final class FixedChunkEncoder extends ChunkEncoder {
  private static final int DICTIONARY_BYTES_MAX = 1 << 20;

  // A page of fewer values is plain: a dictionary of its own would cost more.
  private static final int DICTIONARY_VALUES_MIN = 8;

  private enum Mode {
    DICTIONARY,
    UNDECIDED,
    DELTA,
    PLAIN
  }

  private final int width;
  private final boolean real;
  private final boolean isPlain;
  private final NumberDictionary dictionary;
  private long[] values = {};
  private int[] indexes = {};
  private int count;
  private Mode mode;
  private Bounds bounds;
  private @Nullable DeltaEncoder delta;

  FixedChunkEncoder(SchemaNode.Leaf leaf, Compressors compressors, boolean isPlain) {
    super(leaf, compressors);
    this.isPlain = isPlain;
    this.mode = isPlain ? Mode.PLAIN : Mode.DICTIONARY;
    this.real = leaf.physical() == PhysicalType.FLOAT || leaf.physical() == PhysicalType.DOUBLE;
    this.width =
        leaf.physical() == PhysicalType.INT32 || leaf.physical() == PhysicalType.FLOAT ? 4 : 8;
    this.dictionary = new NumberDictionary(DICTIONARY_BYTES_MAX / width);
    this.bounds = newBounds();
  }

  private Bounds newBounds() {
    return new Bounds(leaf.order(), false, false);
  }

  private void reserve(int more) {
    if (values.length < count + more) {
      values = Arrays.copyOf(values, Math.max(count + more, values.length * 2));
    }
  }

  @Override
  void put(Column column, int from, int to) {
    int rows = to - from;
    reserve(rows);
    long[] into = values;
    int at = count;
    if (column instanceof Column.Longs c) {
      System.arraycopy(c.values(), from, into, at, rows);
    } else if (column instanceof Column.Doubles c) {
      double[] source = c.values();
      for (int i = 0; i < rows; i++) {
        into[at + i] = Double.doubleToRawLongBits(source[from + i]);
      }
    } else if (column instanceof Column.Ints c) {
      int[] source = c.values();
      for (int i = 0; i < rows; i++) {
        into[at + i] = source[from + i];
      }
      dropSign(at, at + rows);
    } else {
      float[] source = ((Column.Floats) column).values();
      for (int i = 0; i < rows; i++) {
        into[at + i] = Float.floatToRawIntBits(source[from + i]);
      }
    }
    count += rows;
  }

  @Override
  void put(Column column, int[] rows, int rowCount) {
    reserve(rowCount);
    long[] into = values;
    int at = count;
    if (column instanceof Column.Longs c) {
      long[] source = c.values();
      for (int i = 0; i < rowCount; i++) {
        into[at + i] = source[rows[i]];
      }
    } else if (column instanceof Column.Doubles c) {
      double[] source = c.values();
      for (int i = 0; i < rowCount; i++) {
        into[at + i] = Double.doubleToRawLongBits(source[rows[i]]);
      }
    } else if (column instanceof Column.Ints c) {
      int[] source = c.values();
      for (int i = 0; i < rowCount; i++) {
        into[at + i] = source[rows[i]];
      }
      dropSign(at, at + rowCount);
    } else if (rowCount > 0) {
      float[] source = ((Column.Floats) column).values();
      for (int i = 0; i < rowCount; i++) {
        into[at + i] = Float.floatToRawIntBits(source[rows[i]]);
      }
    }
    count += rowCount;
  }

  private void dropSign(int from, int to) {
    if (leaf.order() == ValueOrder.UNSIGNED) {
      for (int i = from; i < to; i++) {
        values[i] &= 0xffff_ffffL;
      }
    }
  }

  @Override
  int pageBytes() {
    return count * width;
  }

  @Override
  int flushValues(int nulls) {
    boolean constant = !isPlain && noteBounds(nulls);
    if (isPlain) {
      bounds.addUnbounded();
    }
    int encoding = Encoding.PLAIN;
    if (count == 0) {
      return encoding;
    }
    if (mode == Mode.DICTIONARY && putIndexes(constant)) {
      encoding = Encoding.RLE_DICTIONARY;
    } else if (mode == Mode.DELTA || mode == Mode.UNDECIDED) {
      encoding = putDeltas();
    } else {
      putPlain();
    }
    count = 0;
    return encoding;
  }

  private void putPlain() {
    if (width == 8) {
      page.putLongs(values, 0, count);
    } else {
      page.putLowInts(values, 0, count);
    }
  }

  private int putDeltas() {
    int start = page.size();
    DeltaEncoder encoder = delta;
    if (encoder == null) {
      encoder = new DeltaEncoder(width == 4);
      delta = encoder;
    }
    encoder.put(page, values, count);
    if (mode == Mode.UNDECIDED) {
      mode = page.size() - start < count * width * 3 / 4 ? Mode.DELTA : Mode.PLAIN;
      if (mode == Mode.PLAIN) {
        page.truncate(start);
        putPlain();
        return Encoding.PLAIN;
      }
    }
    return Encoding.DELTA_BINARY_PACKED;
  }

  /// Puts the page as indexes into the dictionary; if that does not pay, leaves the page alone,
  /// gives the dictionary up and returns false.
  private boolean putIndexes(boolean constant) {
    int known = dictionary.size();
    int[] found = indexes;
    if (known == 0 && count < DICTIONARY_VALUES_MIN) {
      return false;
    }
    if (constant) {
      int index = dictionary.add(values[0]);
      int bits = HybridEncoder.bitWidth(dictionary.size() - 1);
      page.put(bits);
      HybridEncoder.putRun(page, index, count, bits);
      return true;
    }
    if (found.length < count) {
      found = new int[values.length];
      indexes = found;
    }
    if (dictionary.addAll(values, count, found)) {
      int bits = HybridEncoder.bitWidth(dictionary.size() - 1);
      long cost = (long) (dictionary.size() - known) * width + (long) count * bits / 8;
      // Even where it comes out even, plain values are quicker to read.
      if (cost < (long) count * width * 3 / 4) {
        page.put(bits);
        HybridEncoder.put(page, found, count, bits);
        return true;
      }
    }
    dictionary.shrink(known);
    mode = real ? Mode.PLAIN : Mode.UNDECIDED;
    return false;
  }

  /// Returns whether all values of the page are the same bits.
  private boolean noteBounds(int nulls) {
    if (count == 0) {
      bounds.addNullPage(nulls);
      return true;
    }
    return switch (leaf.order()) {
      case SIGNED -> noteSigned(nulls, 0);
      case UNSIGNED -> noteSigned(nulls, width == 8 ? Long.MIN_VALUE : 0);
      case FLOAT -> noteReal(nulls);
      default -> {
        bounds.addUnbounded();
        yield false;
      }
    };
  }

  /// @param flip the sign bit where numbers have none: unsigned order is then the signed one
  private boolean noteSigned(int nulls, long flip) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    long[] all = values;
    for (int i = 0; i < count; i++) {
      long value = all[i] ^ flip;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    bounds.addPage(plain(min ^ flip), plain(max ^ flip), nulls);
    return min == max;
  }

  private boolean noteReal(int nulls) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    boolean any = false;
    long[] all = values;
    long first = all[0];
    long difference = 0;
    for (int i = 0; i < count; i++) {
      long bits = all[i];
      difference |= bits ^ first;
      double value = width == 8 ? Double.longBitsToDouble(bits) : Float.intBitsToFloat((int) bits);
      if (value <= min) {
        min = value;
        any = true;
      }
      if (value >= max) {
        max = value;
        any = true;
      }
    }
    if (any) {
      // Zero counts as both zeros, or a reader that tells them apart would miss one.
      bounds.addPage(plain(bits(min == 0 ? -0.0 : min)), plain(bits(max == 0 ? 0.0 : max)), nulls);
    } else {
      bounds.addUnbounded();
    }
    return difference == 0;
  }

  private long bits(double value) {
    return width == 8 ? Double.doubleToRawLongBits(value) : Float.floatToRawIntBits((float) value);
  }

  private byte[] plain(long value) {
    byte[] bytes = new byte[width];
    for (int i = 0; i < width; i++) {
      bytes[i] = (byte) (value >>> (8 * i));
    }
    return bytes;
  }

  @Override
  @Nullable ByteSink dictionaryValues() {
    if (dictionary.size() == 0) {
      return null;
    }
    ByteSink sink = new ByteSink(dictionary.size() * width);
    if (width == 8) {
      sink.putLongs(dictionary.values(), 0, dictionary.size());
    } else {
      sink.putLowInts(dictionary.values(), 0, dictionary.size());
    }
    return sink;
  }

  @Override
  int dictionarySize() {
    return dictionary.size();
  }

  @Override
  Bounds takeBounds() {
    Bounds taken = bounds;
    bounds = newBounds();
    return taken;
  }

  @Override
  void startAnew() {
    dictionary.clear();
    mode = isPlain ? Mode.PLAIN : Mode.DICTIONARY;
  }
}
