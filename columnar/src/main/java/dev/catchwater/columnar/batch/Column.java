package dev.catchwater.columnar.batch;

import org.jspecify.annotations.Nullable;

/// The values of one field. Which record holds which type:
///
/// | record | types |
/// |---|---|
/// | [Bools] | Bool |
/// | [Ints] | Int8-32, UInt8-32 (as the same bits), Date (days since 1970), Time(s, ms), Float16 (bits) |
/// | [Longs] | Int64, UInt64, Timestamp, Time(us, ns), Duration, Decimal of up to 18 digits (unscaled) |
/// | [Floats], [Doubles] | Float32, Float64 |
/// | [Bytes] | String (UTF-8), Binary, Decimal of more digits (big-endian two's complement of the fewest bytes that hold the precision) |
/// | [Lists] | List |
/// | [Structs] | Struct |
/// | [Nulls] | Null |
///
/// `validity` holds a bit a row, set where there is a value; null means every row has one. The slot
/// of a null row holds anything. Arrays may be longer than the rows. Nothing is copied.
public sealed interface Column {

  int rowCount();

  long @Nullable [] validity();

  default boolean isNull(int row) {
    long[] bits = validity();
    return bits != null && (bits[row >> 6] & (1L << row)) == 0;
  }

  default boolean hasNulls() {
    return nullCount() > 0;
  }

  default int nullCount() {
    long[] bits = validity();
    if (bits == null) {
      return 0;
    }
    int valid = 0;
    int whole = rowCount() >> 6;
    for (int i = 0; i < whole; i++) {
      valid += Long.bitCount(bits[i]);
    }
    int rest = rowCount() & 63;
    if (rest > 0) {
      valid += Long.bitCount(bits[whole] & ((1L << rest) - 1));
    }
    return rowCount() - valid;
  }

  /// One byte a row, 0 or 1.
  record Bools(int rowCount, byte[] values, long @Nullable [] validity) implements Column {}

  /// Values of up to 32 bits.
  record Ints(int rowCount, int[] values, long @Nullable [] validity) implements Column {}

  /// Values of 64 bits.
  record Longs(int rowCount, long[] values, long @Nullable [] validity) implements Column {}

  /// Values of Float32.
  record Floats(int rowCount, float[] values, long @Nullable [] validity) implements Column {}

  /// Values of Float64.
  record Doubles(int rowCount, double[] values, long @Nullable [] validity) implements Column {}

  /// Row `i` is `data[offsets[i]] … data[offsets[i + 1] - 1]`; a null row is empty.
  record Bytes(int rowCount, int[] offsets, byte[] data, long @Nullable [] validity)
      implements Column {}

  /// Row `i` is the items `offsets[i] … offsets[i + 1] - 1`; a null row is empty.
  record Lists(int rowCount, int[] offsets, Column items, long @Nullable [] validity)
      implements Column {}

  /// One child column a field; where the struct is null, so is every child.
  record Structs(int rowCount, java.util.List<Column> children, long @Nullable [] validity)
      implements Column {
    // Spelled out: of a compact constructor javac loses the parameter's @Nullable in the class
    // file.
    public Structs(int rowCount, java.util.List<Column> children, long @Nullable [] validity) {
      this.rowCount = rowCount;
      this.children = java.util.List.copyOf(children);
      this.validity = validity;
    }
  }

  /// Every row is null.
  record Nulls(int rowCount) implements Column {
    @Override
    public long @Nullable [] validity() {
      return new long[(rowCount + 63) >> 6];
    }
  }
}
