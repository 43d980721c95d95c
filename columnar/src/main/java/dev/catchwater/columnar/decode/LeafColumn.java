package dev.catchwater.columnar.decode;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.parquet.ParquetSchema;
import dev.catchwater.columnar.parquet.SchemaNode;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A column put together from the values of pages, in the array that its type has in memory.
final class LeafColumn {
  private enum Kind {
    BOOLS,
    INTS,
    LONGS,
    FLOATS,
    DOUBLES,
    BYTES,
    NULLS,
    /// Half floats: two bytes to an int.
    HALVES,
    /// Short decimals that are stored as bytes, big-endian.
    BIG_ENDIAN,
    /// Long decimals, whose bytes are made as many as the precision needs.
    RESIZED,
    /// Nanoseconds of a day and Julian day, as INT96.
    JULIAN
  }

  private static final int LONG_DIGITS_MAX = 18;
  private static final long JULIAN_EPOCH = 2_440_588;
  private static final long NANOS_A_DAY = 86_400_000_000_000L;

  private final Kind kind;
  private final int width;
  private int rows;
  private byte[] bytes = {};
  private int[] ints = {};
  private long[] longs = {};
  private float[] floats = {};
  private double[] doubles = {};

  LeafColumn(SchemaNode.Leaf leaf, int rowsAbout) {
    this.kind = kind(leaf);
    this.width =
        leaf.requiredType() instanceof DataType.Decimal(int precision, int _)
            ? ParquetSchema.decimalLength(precision)
            : 0;
    reserve(rowsAbout);
  }

  private static Kind kind(SchemaNode.Leaf leaf) {
    DataType type = leaf.requiredType();
    if (type == Scalar.NULL) {
      return Kind.NULLS;
    }
    boolean decimal = type instanceof DataType.Decimal;
    return switch (leaf.physical()) {
      case BOOLEAN -> Kind.BOOLS;
      case INT32 -> decimal ? Kind.LONGS : Kind.INTS;
      case INT64 -> Kind.LONGS;
      case INT96 -> Kind.JULIAN;
      case FLOAT -> Kind.FLOATS;
      case DOUBLE -> Kind.DOUBLES;
      case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> {
        if (type instanceof DataType.Decimal(int precision, int _)) {
          yield precision <= LONG_DIGITS_MAX ? Kind.BIG_ENDIAN : Kind.RESIZED;
        }
        yield type == Scalar.FLOAT16 ? Kind.HALVES : Kind.BYTES;
      }
    };
  }

  private void reserve(int count) {
    int length = rows + count;
    switch (kind) {
      case BOOLS -> bytes = bytes.length < length ? Arrays.copyOf(bytes, grown(length)) : bytes;
      case INTS, HALVES -> ints = ints.length < length ? Arrays.copyOf(ints, grown(length)) : ints;
      case LONGS, BIG_ENDIAN, JULIAN ->
          longs = longs.length < length ? Arrays.copyOf(longs, grown(length)) : longs;
      case FLOATS ->
          floats = floats.length < length ? Arrays.copyOf(floats, grown(length)) : floats;
      case DOUBLES ->
          doubles = doubles.length < length ? Arrays.copyOf(doubles, grown(length)) : doubles;
      case BYTES, RESIZED ->
          ints = ints.length <= length ? Arrays.copyOf(ints, grown(length) + 1) : ints;
      case NULLS -> {}
    }
  }

  private int grown(int length) {
    return rows == 0 ? length : Math.max(length, rows * 2);
  }

  private void reserveBytes(int size) {
    if (bytes.length < size) {
      bytes = Arrays.copyOf(bytes, Math.max(size, bytes.length * 2));
    }
  }

  /// Adds `count` values from the one at `from`.
  void copy(PageValues page, int from, int count) {
    reserve(count);
    switch (kind) {
      case LONGS -> System.arraycopy(page.longs, from, longs, rows, count);
      case DOUBLES -> {
        long[] source = page.longs;
        for (int i = 0; i < count; i++) {
          doubles[rows + i] = Double.longBitsToDouble(source[from + i]);
        }
      }
      case INTS -> {
        long[] source = page.longs;
        for (int i = 0; i < count; i++) {
          ints[rows + i] = (int) source[from + i];
        }
      }
      case BYTES -> {
        int start = page.offsets[from];
        int size = page.offsets[from + count] - start;
        int shift = ints[rows] - start;
        reserveBytes(ints[rows] + size);
        System.arraycopy(page.data, start, bytes, ints[rows], size);
        for (int i = 1; i <= count; i++) {
          ints[rows + i] = page.offsets[from + i] + shift;
        }
      }
      case NULLS -> {}
      default -> {
        for (int i = 0; i < count; i++) {
          set(rows + i, page, from + i);
        }
      }
    }
    rows += count;
  }

  /// Adds `count` rows of which some are null, and sets the bits of the others.
  void spread(LeafReader reader, int entry, int value, int count, long[] bits, int firstRow) {
    reserve(count);
    int there = reader.leaf.definition();
    int[] definitions = reader.definitions;
    int next = value;
    for (int i = 0; i < count; i++) {
      int row = firstRow + i;
      if (definitions[entry + i] == there) {
        bits[row >> 6] |= 1L << row;
        set(row, reader.values, next++);
      } else if (kind == Kind.BYTES || kind == Kind.RESIZED) {
        ints[row + 1] = ints[row];
      }
    }
    rows += count;
  }

  private void set(int row, PageValues page, int at) {
    switch (kind) {
      case BOOLS -> bytes[row] = (byte) page.longs[at];
      case INTS -> ints[row] = (int) page.longs[at];
      case LONGS -> longs[row] = page.longs[at];
      case FLOATS -> floats[row] = Float.intBitsToFloat((int) page.longs[at]);
      case DOUBLES -> doubles[row] = Double.longBitsToDouble(page.longs[at]);
      case HALVES -> {
        int start = page.offsets[at];
        ints[row] = (short) ((page.data[start] & 0xff) | page.data[start + 1] << 8);
      }
      case BIG_ENDIAN -> longs[row] = bigEndian(page, at);
      case JULIAN -> {
        int start = page.offsets[at];
        long nanos = littleEndian(page.data, start, 8);
        long day = littleEndian(page.data, start + 8, 4);
        longs[row] = (day - JULIAN_EPOCH) * NANOS_A_DAY + nanos;
      }
      case BYTES -> {
        int start = page.offsets[at];
        int length = page.offsets[at + 1] - start;
        reserveBytes(ints[row] + length);
        System.arraycopy(page.data, start, bytes, ints[row], length);
        ints[row + 1] = ints[row] + length;
      }
      case RESIZED -> setResized(row, page, at);
      case NULLS -> {}
    }
  }

  private static long littleEndian(byte[] data, int from, int count) {
    long value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = value << 8 | (data[from + i] & 0xff);
    }
    return value;
  }

  private static long bigEndian(PageValues page, int at) {
    int start = page.offsets[at];
    int end = page.offsets[at + 1];
    long value = start < end && page.data[start] < 0 ? -1 : 0;
    for (int i = start; i < end; i++) {
      long next = value << 8 | (page.data[i] & 0xff);
      if (next >> 8 != value) {
        throw PageBytes.damaged("a decimal of more digits than its type");
      }
      value = next;
    }
    return value;
  }

  private void setResized(int row, PageValues page, int at) {
    int start = page.offsets[at];
    int length = page.offsets[at + 1] - start;
    byte sign = (byte) (length > 0 && page.data[start] < 0 ? -1 : 0);
    for (int i = 0; i < length - width; i++) {
      if (page.data[start + i] != sign) {
        throw PageBytes.damaged("a decimal of more digits than its type");
      }
    }
    int to = ints[row];
    reserveBytes(to + width);
    int kept = Math.min(length, width);
    Arrays.fill(bytes, to, to + width - kept, sign);
    System.arraycopy(page.data, start + length - kept, bytes, to + width - kept, kept);
    ints[row + 1] = to + width;
  }

  Column build(long @Nullable [] validity) {
    return switch (kind) {
      case BOOLS -> new Column.Bools(rows, bytes, validity);
      case INTS, HALVES -> new Column.Ints(rows, ints, validity);
      case LONGS, BIG_ENDIAN, JULIAN -> new Column.Longs(rows, longs, validity);
      case FLOATS -> new Column.Floats(rows, floats, validity);
      case DOUBLES -> new Column.Doubles(rows, doubles, validity);
      case BYTES, RESIZED -> new Column.Bytes(rows, ints, bytes, validity);
      case NULLS -> new Column.Nulls(rows);
    };
  }
}
