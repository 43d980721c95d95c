package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.util.Arrays;
import java.util.List;

/// By some columns in turn, nulls first (odf-format §12): numbers by value, NaN last and -0.0 equal
/// to 0.0, texts and bytes by their bytes, false before true. Stateless.
final class KeyOrder implements RowOrder {
  private final int[] columns;
  private final DataType[] types;

  /// @param names of the columns
  /// @throws CatchwaterException `UNSUPPORTED` for one that is a list or struct
  KeyOrder(DataSchema schema, List<String> names) {
    columns = new int[names.size()];
    types = new DataType[names.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = schema.indexOf(names.get(i));
      if (columns[i] < 0) {
        throw new IllegalArgumentException("no column " + names.get(i));
      }
      types[i] = schema.fields().get(columns[i]).type().required();
      if (types[i] instanceof DataType.ListOf || types[i] instanceof DataType.Struct) {
        throw CatchwaterException.of(
            ErrorCode.UNSUPPORTED,
            "Column " + names.get(i) + " is a " + types[i].odfName() + " and cannot be a key");
      }
    }
  }

  /// The first column as a number in the same order, as far as a number can tell.
  @Override
  public long[] ranks(RecordBatch rows) {
    Column column = rows.column(columns[0]);
    long[] ranks = new long[rows.rowCount()];
    for (int row = 0; row < ranks.length; row++) {
      ranks[row] = column.isNull(row) ? Long.MIN_VALUE : rank(column, row, types[0]);
    }
    return ranks;
  }

  @Override
  public boolean isDecidedByRank() {
    return false;
  }

  @Override
  public int compare(RecordBatch one, int row, RecordBatch other, int otherRow) {
    for (int i = 0; i < columns.length; i++) {
      Column a = one.column(columns[i]);
      Column b = other.column(columns[i]);
      boolean isNull = a.isNull(row);
      if (isNull || b.isNull(otherRow)) {
        if (isNull != b.isNull(otherRow)) {
          return isNull ? -1 : 1;
        }
        continue;
      }
      int order = compare(a, row, b, otherRow, types[i]);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static long rank(Column column, int row, DataType type) {
    return switch (column) {
      case Column.Bools c -> c.values()[row];
      case Column.Ints c -> number(c.values()[row], type);
      case Column.Longs c ->
          type == Scalar.UINT64 ? c.values()[row] ^ Long.MIN_VALUE : c.values()[row];
      case Column.Floats c -> ordered(Double.doubleToLongBits(c.values()[row] + 0.0));
      case Column.Doubles c -> ordered(Double.doubleToLongBits(c.values()[row] + 0.0));
      case Column.Bytes c -> type instanceof DataType.Decimal ? 0 : firstBytes(c, row);
      case Column.Lists _, Column.Structs _, Column.Nulls _ -> 0;
    };
  }

  private static long firstBytes(Column.Bytes column, int row) {
    int start = column.offsets()[row];
    int count = Math.min(8, column.offsets()[row + 1] - start);
    long rank = 0;
    for (int i = 0; i < count; i++) {
      rank |= (column.data()[start + i] & 0xffL) << (56 - 8 * i);
    }
    return rank ^ Long.MIN_VALUE;
  }

  private static int compare(Column one, int row, Column other, int otherRow, DataType type) {
    return switch (one) {
      case Column.Bools a ->
          Byte.compare(a.values()[row], ((Column.Bools) other).values()[otherRow]);
      case Column.Ints a ->
          Long.compare(
              number(a.values()[row], type),
              number(((Column.Ints) other).values()[otherRow], type));
      case Column.Longs a -> {
        long left = a.values()[row];
        long right = ((Column.Longs) other).values()[otherRow];
        yield type == Scalar.UINT64 ? Long.compareUnsigned(left, right) : Long.compare(left, right);
      }
      case Column.Floats a ->
          Float.compare(a.values()[row] + 0.0f, ((Column.Floats) other).values()[otherRow] + 0.0f);
      case Column.Doubles a ->
          Double.compare(a.values()[row] + 0.0, ((Column.Doubles) other).values()[otherRow] + 0.0);
      case Column.Bytes a -> compareBytes(a, row, (Column.Bytes) other, otherRow, type);
      case Column.Lists _, Column.Structs _, Column.Nulls _ -> 0;
    };
  }

  private static int compareBytes(
      Column.Bytes one, int row, Column.Bytes other, int otherRow, DataType type) {
    int from = one.offsets()[row];
    int to = one.offsets()[row + 1];
    int otherFrom = other.offsets()[otherRow];
    int otherTo = other.offsets()[otherRow + 1];
    if (type instanceof DataType.Decimal && from < to && otherFrom < otherTo) {
      // Two's complement, big-endian, all of one length: the sign decides, then the bytes.
      int sign = Boolean.compare(other.data()[otherFrom] < 0, one.data()[from] < 0);
      if (sign != 0) {
        return sign;
      }
    }
    return Arrays.compareUnsigned(one.data(), from, to, other.data(), otherFrom, otherTo);
  }

  private static long number(int value, DataType type) {
    if (!(type instanceof Scalar scalar)) {
      return value;
    }
    return switch (scalar) {
      case UINT8 -> value & 0xff;
      case UINT16 -> value & 0xffff;
      case UINT32 -> value & 0xffff_ffffL;
      case FLOAT16 -> ordered(Double.doubleToLongBits(Float.float16ToFloat((short) value) + 0.0));
      default -> value;
    };
  }

  private static long ordered(long bits) {
    return bits >= 0 ? bits : bits ^ Long.MAX_VALUE;
  }
}
