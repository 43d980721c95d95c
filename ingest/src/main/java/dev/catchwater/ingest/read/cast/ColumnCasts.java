package dev.catchwater.ingest.read.cast;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.Cell;
import dev.catchwater.ingest.read.cell.Tally;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Chooses how a column of a file becomes a declared one. Thread-safe.
public final class ColumnCasts {
  private static final long MILLIS_PER_SECOND = 1_000;
  private static final long MILLIS_MIN = -62_135_596_800_000L;
  private static final long MILLIS_MAX = 253_402_300_799_999L;
  private static final int DAY_MIN = -719_162;
  private static final int DAY_MAX = 2_932_896;

  /// Seconds beyond any year that is taken.
  private static final long FAR = 1L << 40;

  private ColumnCasts() {}

  /// The cast between two types, optional or not.
  ///
  /// @param from the file's type
  /// @param declared the type the source declares
  /// @param cell of the declared column
  /// @return null where no value of the one type can be meant by the other
  public static @Nullable ColumnCast of(DataType from, DataType declared, Cell cell, Tally tally) {
    DataType has = from.required();
    DataType wants = declared.required();
    if (has == Scalar.NULL) {
      return new CellCast(from, cell);
    }
    if (has instanceof DataType.Timestamp at
        && wants instanceof DataType.Timestamp to
        && (!at.timezone().isEmpty() || isUtc(to))) {
      return millis(at.unit(), tally);
    }
    if (wants == Scalar.STRING && (has == Scalar.STRING || has instanceof DataType.Binary)) {
      return ColumnCasts::text;
    }
    if (isFraction(has) && isWhole(wants)) {
      return null;
    }
    ColumnCast number = number(has, wants);
    if (number != null) {
      return number;
    }
    if (has.equals(wants)) {
      ColumnCast checked = checked(has);
      if (checked != null) {
        return checked;
      }
    }
    if (has instanceof DataType.Binary && wants.equals(new DataType.Binary(null))) {
      return ColumnCasts::same;
    }
    return new CellCast(from, cell);
  }

  private static boolean isUtc(DataType.Timestamp type) {
    return type.timezone().equals("UTC") || type.timezone().isEmpty();
  }

  private static boolean isFraction(DataType type) {
    return type == Scalar.FLOAT16 || type == Scalar.FLOAT32 || type == Scalar.FLOAT64;
  }

  private static boolean isWhole(DataType type) {
    return isSmall(type) || type == Scalar.INT64 || type == Scalar.UINT64;
  }

  private static boolean isSmall(DataType type) {
    return type == Scalar.INT8
        || type == Scalar.INT16
        || type == Scalar.INT32
        || type == Scalar.UINT8
        || type == Scalar.UINT16
        || type == Scalar.UINT32;
  }

  /// What is left to see where the types are the same: a file can hold values that its types do not
  /// allow. Null for types with parts.
  private static @Nullable ColumnCast checked(DataType type) {
    return switch (type) {
      case Scalar scalar ->
          switch (scalar) {
            case INT8 -> within(scalar, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case INT16 -> within(scalar, Short.MIN_VALUE, Short.MAX_VALUE);
            case UINT8 -> within(scalar, 0, 0xff);
            case UINT16 -> within(scalar, 0, 0xffff);
            case DATE -> within(scalar, DAY_MIN, DAY_MAX);
            case STRING -> ColumnCasts::text;
            default -> ColumnCasts::same;
          };
      case DataType.Decimal decimal -> new DecimalCheck(decimal);
      case DataType.Binary _ -> ColumnCasts::same;
      default -> null;
    };
  }

  private static ColumnCast within(Scalar type, int least, int most) {
    return (from, faults) -> {
      Column.Ints ints = (Column.Ints) from;
      for (int i = 0; i < ints.rowCount(); i++) {
        int value = ints.values()[i];
        if ((value < least || value > most) && !ints.isNull(i)) {
          faults.add(i, BadValue.of("The value " + value + " is outside " + type.odfName(), null));
        }
      }
      return from;
    };
  }

  private static Column same(Column from, Faults faults) {
    return from;
  }

  private static Column text(Column from, Faults faults) {
    Utf8Check.check((Column.Bytes) from, faults);
    return from;
  }

  private static @Nullable ColumnCast number(DataType has, DataType wants) {
    if (wants == Scalar.FLOAT64 && has == Scalar.FLOAT32) {
      return ColumnCasts::doubleOfFloat;
    }
    boolean isSigned = has == Scalar.INT8 || has == Scalar.INT16 || has == Scalar.INT32;
    boolean isUnsigned = has == Scalar.UINT8 || has == Scalar.UINT16;
    if (wants == Scalar.FLOAT64 && (isSigned || isUnsigned)) {
      return ColumnCasts::doubleOfInt;
    }
    if (wants == Scalar.INT64 && (isSigned || isUnsigned)) {
      return ColumnCasts::longOfInt;
    }
    if (wants == Scalar.INT64 && has == Scalar.UINT32) {
      return ColumnCasts::longOfUnsigned;
    }
    if (wants == Scalar.INT32 && (isSigned || isUnsigned)) {
      return ColumnCasts::same;
    }
    if (wants == Scalar.INT32 && has == Scalar.INT64) {
      return ColumnCasts::intOfLong;
    }
    return null;
  }

  private static Column doubleOfFloat(Column from, Faults faults) {
    Column.Floats floats = (Column.Floats) from;
    double[] values = new double[floats.rowCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats.values()[i];
    }
    return new Column.Doubles(values.length, values, floats.validity());
  }

  private static Column doubleOfInt(Column from, Faults faults) {
    Column.Ints ints = (Column.Ints) from;
    double[] values = new double[ints.rowCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = ints.values()[i];
    }
    return new Column.Doubles(values.length, values, ints.validity());
  }

  private static Column longOfInt(Column from, Faults faults) {
    Column.Ints ints = (Column.Ints) from;
    long[] values = new long[ints.rowCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = ints.values()[i];
    }
    return new Column.Longs(values.length, values, ints.validity());
  }

  private static Column longOfUnsigned(Column from, Faults faults) {
    Column.Ints ints = (Column.Ints) from;
    long[] values = new long[ints.rowCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Integer.toUnsignedLong(ints.values()[i]);
    }
    return new Column.Longs(values.length, values, ints.validity());
  }

  private static Column intOfLong(Column from, Faults faults) {
    Column.Longs longs = (Column.Longs) from;
    int[] values = new int[longs.rowCount()];
    for (int i = 0; i < values.length; i++) {
      long value = longs.values()[i];
      values[i] = (int) value;
      if (values[i] != value && !longs.isNull(i)) {
        faults.add(
            i,
            BadValue.of(
                "Expected Int32 (-2147483648 to 2147483647), found \"" + value + "\"", null));
      }
    }
    return new Column.Ints(values.length, values, longs.validity());
  }

  private static ColumnCast millis(TimeUnit unit, Tally tally) {
    if (unit == TimeUnit.MILLISECOND) {
      return (from, faults) -> checked((Column.Longs) from, faults);
    }
    long units = ValueText.perSecond(unit);
    return (from, faults) -> {
      Column.Longs longs = (Column.Longs) from;
      long[] values = new long[longs.rowCount()];
      for (int i = 0; i < values.length; i++) {
        if (!longs.isNull(i)) {
          values[i] = inMillis(longs.values()[i], units, tally);
        }
      }
      return checked(new Column.Longs(values.length, values, longs.validity()), faults);
    };
  }

  private static long inMillis(long value, long units, Tally tally) {
    if (units < MILLIS_PER_SECOND) {
      return Math.clamp(value, -FAR, FAR) * MILLIS_PER_SECOND;
    }
    long divisor = units / MILLIS_PER_SECOND;
    long millis = Math.floorDiv(value, divisor);
    if (millis * divisor != value) {
      tally.truncatedTimes++;
    }
    return millis;
  }

  /// Years 0001 to 9999, as in every other format.
  private static Column checked(Column.Longs times, Faults faults) {
    long[] values = times.values();
    for (int i = 0; i < times.rowCount(); i++) {
      if ((values[i] < MILLIS_MIN || values[i] > MILLIS_MAX) && !times.isNull(i)) {
        faults.add(
            i,
            BadValue.of("The time is outside the years 0001 to 9999 (" + values[i] + " ms)", null));
      }
    }
    return times;
  }
}
