package dev.catchwater.ingest.read.cell;

import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.ingest.read.text.DoubleText;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/// The columns of numbers. Nothing is rounded but to the nearest float, nothing wraps around.
public abstract class NumberCell extends Cell {
  /// Digits that certainly fit a long.
  private static final int DIGITS_SAFE = 18;

  public NumberCell(DataType type, ColumnBuilder builder) {
    super(type, builder);
  }

  public static BigDecimal decimal(byte[] b, int start, int end) {
    return new BigDecimal(new String(b, start, end - start, StandardCharsets.ISO_8859_1));
  }

  /// Whole numbers.
  abstract static class Whole extends NumberCell {
    /// The number that [#scan] found.
    long scanned;

    Whole(DataType type, ColumnBuilder builder) {
      super(type, builder);
    }

    abstract long min();

    /// The largest value, unsigned.
    abstract long max();

    abstract void append(long value);

    @Override
    public String expectation() {
      return typeName + " (" + min() + " to " + Long.toUnsignedString(max()) + ")";
    }

    /// Reads digits that surely fit a long; gives where they end, or -1.
    final int scan(byte[] b, int start) {
      int p = start;
      boolean negative = b[p] == '-';
      if (negative) {
        p++;
      }
      int first = p;
      long number = 0;
      int digit = b[p] - '0';
      while (digit >= 0 && digit <= 9) {
        number = number * 10 + digit;
        digit = b[++p] - '0';
      }
      int digits = p - first;
      if (digits == 0 || digits > DIGITS_SAFE) {
        return -1;
      }
      scanned = negative ? -number : number;
      boolean fits = scanned >= min() && (max() < 0 || scanned <= max());
      return fits ? p : -1;
    }

    @Override
    public final int json(JsonScanner scanner, byte[] b, int start) {
      int end = scan(b, start);
      if (end < 0
          || b[end] == '.'
          || (b[end] | 0x20) == 'e'
          || (b[start] == '0' && end > start + 1)
          || (b[start] == '-' && b[start + 1] == '0')) {
        return super.json(scanner, b, start);
      }
      append(scanned);
      return end;
    }

    @Override
    public final int csv(byte[] b, int start, byte[] kinds) {
      int end = scan(b, start);
      if (end < 0 || kinds[b[end] & 0xFF] < FIELD_END) {
        return -1;
      }
      append(scanned);
      return end;
    }

    /// Only a minus and ASCII digits: `1.0` and `1e3` are numbers, but as texts they are something
    /// else that was pushed by mistake.
    @Override
    public final void text(byte[] b, int start, int end) {
      int p = start < end && b[start] == '-' ? start + 1 : start;
      boolean isWhole = p < end && end - p <= JsonScanner.DIGITS_MAX;
      for (; p < end; p++) {
        isWhole &= b[p] >= '0' && b[p] <= '9';
      }
      if (!isWhole) {
        throw expected(b, start, end);
      }
      exact(
          new BigInteger(new String(b, start, end - start, StandardCharsets.ISO_8859_1)),
          b,
          start,
          end);
    }

    @Override
    public final void number(byte[] b, int start, int end) {
      BigDecimal number = decimal(b, start, end);
      if (number.signum() != 0 && number.stripTrailingZeros().scale() > 0) {
        throw expected(b, start, end, "numbers are never rounded");
      }
      if (number.precision() - number.scale() > 20) {
        throw expected(b, start, end, "out of range");
      }
      exact(number.toBigIntegerExact(), b, start, end);
    }

    private void exact(BigInteger number, byte[] b, int start, int end) {
      if (number.compareTo(BigInteger.valueOf(min())) < 0
          || number.compareTo(new BigInteger(Long.toUnsignedString(max()))) > 0) {
        throw expected(b, start, end, "out of range");
      }
      append(number.longValue());
    }
  }

  /// Int8 to Int32, UInt8 to UInt32.
  static final class Small extends Whole {
    private final ColumnBuilder.Ints ints;
    private final long min;
    private final long max;

    Small(DataType type, Scalar scalar, ColumnBuilder.Ints ints) {
      super(type, ints);
      this.ints = ints;
      int bits =
          switch (scalar) {
            case INT8, UINT8 -> 8;
            case INT16, UINT16 -> 16;
            default -> 32;
          };
      boolean signed = scalar == Scalar.INT8 || scalar == Scalar.INT16 || scalar == Scalar.INT32;
      min = signed ? -1L << (bits - 1) : 0;
      max = (1L << (signed ? bits - 1 : bits)) - 1;
    }

    @Override
    long min() {
      return min;
    }

    @Override
    long max() {
      return max;
    }

    @Override
    void append(long value) {
      ints.append((int) value);
    }
  }

  /// Int64.
  static final class Large extends Whole {
    private final ColumnBuilder.Longs longs;

    Large(DataType type, ColumnBuilder.Longs longs) {
      super(type, longs);
      this.longs = longs;
    }

    @Override
    long min() {
      return Long.MIN_VALUE;
    }

    @Override
    long max() {
      return Long.MAX_VALUE;
    }

    @Override
    void append(long value) {
      longs.append(value);
    }
  }

  /// UInt64, as the same bits.
  static final class Unsigned extends Whole {
    private final ColumnBuilder.Longs longs;

    Unsigned(DataType type, ColumnBuilder.Longs longs) {
      super(type, longs);
      this.longs = longs;
    }

    @Override
    long min() {
      return 0;
    }

    @Override
    long max() {
      return -1;
    }

    @Override
    void append(long value) {
      longs.append(value);
    }
  }

  /// Floating-point numbers.
  abstract static class Floating extends NumberCell {
    final DoubleText reader = new DoubleText();
    final Tally tally;

    Floating(DataType type, ColumnBuilder builder, Tally tally) {
      super(type, builder);
      this.tally = tally;
    }

    @Override
    public String expectation() {
      return typeName;
    }

    @Override
    public final void text(byte[] b, int start, int end) {
      if (!isNumber(b, start, end)) {
        throw expected(b, start, end);
      }
      number(b, start, end);
    }

    /// Reads a number; true where it is zero though a digit is not.
    final boolean vanishes(byte[] b, int start, int end) {
      boolean vanished = reader.parse(b, start, end);
      if (Double.isInfinite(reader.value())) {
        throw beyond(b, start, end);
      }
      return vanished;
    }

    final BadValue beyond(byte[] b, int start, int end) {
      return expected(b, start, end, "out of range");
    }
  }

  /// Float64.
  static final class Real extends Floating {
    private final ColumnBuilder.Doubles doubles;

    Real(DataType type, ColumnBuilder.Doubles doubles, Tally tally) {
      super(type, doubles, tally);
      this.doubles = doubles;
    }

    @Override
    public int json(JsonScanner scanner, byte[] b, int start) {
      int end = reader.scan(b, start);
      if (end < 0) {
        return super.json(scanner, b, start);
      }
      doubles.append(reader.value());
      return end;
    }

    @Override
    public int csv(byte[] b, int start, byte[] kinds) {
      int end = reader.scan(b, start);
      if (end < 0 || kinds[b[end] & 0xFF] < FIELD_END) {
        return -1;
      }
      doubles.append(reader.value());
      return end;
    }

    @Override
    public void number(byte[] b, int start, int end) {
      if (vanishes(b, start, end)) {
        tally.vanishedNumbers++;
      }
      doubles.append(reader.value());
    }
  }

  /// Float32: the nearest one to the text, not to its double.
  static final class Single extends Floating {
    private final ColumnBuilder.Floats floats;

    Single(DataType type, ColumnBuilder.Floats floats, Tally tally) {
      super(type, floats, tally);
      this.floats = floats;
    }

    @Override
    public void number(byte[] b, int start, int end) {
      float value =
          Float.parseFloat(new String(b, start, end - start, StandardCharsets.ISO_8859_1));
      if (Float.isInfinite(value)) {
        throw beyond(b, start, end);
      }
      vanishes(b, start, end);
      if (value == 0 && (reader.value() != 0 || reader.parse(b, start, end))) {
        tally.vanishedNumbers++;
      }
      floats.append(value);
    }
  }

  /// Float16, as bits.
  static final class Half extends Floating {
    private final ColumnBuilder.Ints ints;

    Half(DataType type, ColumnBuilder.Ints ints, Tally tally) {
      super(type, ints, tally);
      this.ints = ints;
    }

    @Override
    public void number(byte[] b, int start, int end) {
      float value =
          Float.parseFloat(new String(b, start, end - start, StandardCharsets.ISO_8859_1));
      short bits = Float.floatToFloat16(value);
      if (Float.isInfinite(Float.float16ToFloat(bits))) {
        throw beyond(b, start, end);
      }
      if ((bits & 0x7FFF) == 0 && decimal(b, start, end).signum() != 0) {
        tally.vanishedNumbers++;
      }
      ints.append(bits & 0xFFFF);
    }
  }

  /// Decimal: unscaled, as a long of up to 18 digits or as big-endian bytes.
  static final class Exact extends NumberCell {
    private final DataType.Decimal type;
    private final int width;

    Exact(DataType declared, DataType.Decimal type, ColumnBuilder builder) {
      super(declared, builder);
      this.type = type;
      this.width = BigInteger.TEN.pow(type.precision()).bitLength() / 8 + 1;
    }

    @Override
    public String expectation() {
      return "Decimal(" + type.precision() + ", " + type.scale() + ")";
    }

    @Override
    public void text(byte[] b, int start, int end) {
      if (!isNumber(b, start, end)) {
        throw expected(b, start, end);
      }
      number(b, start, end);
    }

    @Override
    public void number(byte[] b, int start, int end) {
      if (!(builder instanceof ColumnBuilder.Longs longs && isShort(b, start, end, longs))) {
        BigDecimal number = decimal(b, start, end).stripTrailingZeros();
        if (number.signum() == 0) {
          number = BigDecimal.ZERO;
        }
        if (number.scale() > type.scale()) {
          throw expected(b, start, end, "numbers are never rounded");
        }
        if (number.precision() - number.scale() > type.precision() - type.scale()) {
          throw expected(b, start, end, "out of range");
        }
        append(number.setScale(type.scale()).unscaledValue());
      }
    }

    private void append(BigInteger unscaled) {
      switch (builder) {
        case ColumnBuilder.Longs longs -> longs.append(unscaled.longValueExact());
        case ColumnBuilder.Bytes bytes -> {
          byte[] few = unscaled.toByteArray();
          byte[] all = new byte[width];
          java.util.Arrays.fill(all, (byte) (unscaled.signum() < 0 ? -1 : 0));
          System.arraycopy(few, 0, all, width - few.length, few.length);
          bytes.append(all);
        }
        default -> throw new IllegalStateException("a decimal is a long or bytes");
      }
    }

    /// Takes a number without exponent and with no more decimals than there may be.
    private boolean isShort(byte[] b, int start, int end, ColumnBuilder.Longs longs) {
      int p = b[start] == '-' ? start + 1 : start;
      long unscaled = 0;
      int digits = 0;
      int decimals = -1;
      for (; p < end; p++) {
        if (b[p] == '.') {
          decimals = 0;
          continue;
        }
        if (b[p] < '0' || b[p] > '9') {
          return false;
        }
        unscaled = unscaled * 10 + b[p] - '0';
        digits++;
        if (decimals >= 0) {
          decimals++;
        }
      }
      int missing = type.scale() - Math.max(0, decimals);
      if (missing < 0 || digits + missing > type.precision()) {
        return false;
      }
      for (int i = 0; i < missing; i++) {
        unscaled *= 10;
      }
      longs.append(b[start] == '-' ? -unscaled : unscaled);
      return true;
    }
  }
}
