package dev.catchwater.flight;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import java.math.BigInteger;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.util.DecimalUtility;

/// Rows of a batch of ours in Arrow's vectors, copied. Stateless.
final class ArrowRows {
  private ArrowRows() {}

  /// Puts `count` rows from row `from` on into vectors of the same types, in place of what was
  /// there.
  static void fill(VectorSchemaRoot root, RecordBatch batch, int from, int count) {
    for (int i = 0; i < batch.columns().size(); i++) {
      FieldVector vector = root.getVector(i);
      vector.clear();
      fill(vector, batch.column(i), from, count);
    }
    root.setRowCount(count);
  }

  /// About how many bytes rows take.
  static long bytes(RecordBatch batch, int from, int to) {
    long bytes = 0;
    for (Column column : batch.columns()) {
      bytes += bytes(column, from, to);
    }
    return bytes;
  }

  private static long bytes(Column column, int from, int to) {
    long rows = (long) to - from;
    return switch (column) {
      case Column.Bools _, Column.Nulls _ -> rows;
      case Column.Ints _, Column.Floats _ -> 4 * rows;
      case Column.Longs _, Column.Doubles _ -> 8 * rows;
      case Column.Bytes c -> 4 * rows + c.offsets()[to] - c.offsets()[from];
      case Column.Lists c -> 4 * rows + bytes(c.items(), c.offsets()[from], c.offsets()[to]);
      case Column.Structs c -> {
        long bytes = rows;
        for (Column child : c.children()) {
          bytes += bytes(child, from, to);
        }
        yield bytes;
      }
    };
  }

  private static void fill(FieldVector vector, Column column, int from, int count) {
    switch (vector) {
      case DecimalVector decimals -> fillDecimals(decimals, column, from, count);
      case Decimal256Vector decimals -> fillDecimals(decimals, column, from, count);
      case BaseFixedWidthVector fixed -> fillFixed(fixed, column, from, count);
      case BaseVariableWidthVector bytes -> fillBytes(bytes, (Column.Bytes) column, from, count);
      case ListVector lists -> fillLists(lists, (Column.Lists) column, from, count);
      case StructVector structs -> fillStructs(structs, (Column.Structs) column, from, count);
      default -> vector.setValueCount(count);
    }
  }

  private static void fillFixed(BaseFixedWidthVector vector, Column column, int from, int count) {
    vector.allocateNew(count);
    ArrowBuf data = vector.getDataBuffer();
    switch (column) {
      case Column.Bools c -> {
        for (int i = 0; i < count; i++) {
          if (c.values()[from + i] != 0) {
            BitVectorHelper.setBit(data, i);
          }
        }
      }
      case Column.Ints c -> fillInts(data, vector.getTypeWidth(), c, from, count);
      case Column.Longs c -> {
        for (int i = 0; i < count; i++) {
          data.setLong(8L * i, c.values()[from + i]);
        }
      }
      case Column.Floats c -> {
        for (int i = 0; i < count; i++) {
          data.setFloat(4L * i, c.values()[from + i]);
        }
      }
      case Column.Doubles c -> {
        for (int i = 0; i < count; i++) {
          data.setDouble(8L * i, c.values()[from + i]);
        }
      }
      case Column.Bytes _, Column.Lists _, Column.Structs _, Column.Nulls _ ->
          throw new IllegalStateException("no column of " + vector.getField());
    }
    setValidity(vector.getValidityBuffer(), column, from, count);
    vector.setValueCount(count);
  }

  private static void fillInts(ArrowBuf data, int width, Column.Ints column, int from, int count) {
    int[] values = column.values();
    for (int i = 0; i < count; i++) {
      int value = values[from + i];
      switch (width) {
        case 1 -> data.setByte(i, value);
        case 2 -> data.setShort(2L * i, value);
        default -> data.setInt(4L * i, value);
      }
    }
  }

  private static void fillDecimals(
      BaseFixedWidthVector vector, Column column, int from, int count) {
    vector.allocateNew(count);
    ArrowBuf data = vector.getDataBuffer();
    int width = vector.getTypeWidth();
    for (int i = 0; i < count; i++) {
      int row = from + i;
      if (column.isNull(row)) {
        continue;
      }
      if (column instanceof Column.Longs c) {
        DecimalUtility.writeLongToArrowBuf(c.values()[row], data, i, width);
      } else if (column instanceof Column.Bytes c) {
        int start = c.offsets()[row];
        BigInteger unscaled = new BigInteger(c.data(), start, c.offsets()[row + 1] - start);
        DecimalUtility.writeByteArrayToArrowBuf(unscaled.toByteArray(), data, i, width);
      } else {
        throw new IllegalStateException("no column of " + vector.getField());
      }
    }
    setValidity(vector.getValidityBuffer(), column, from, count);
    vector.setValueCount(count);
  }

  private static void fillBytes(
      BaseVariableWidthVector vector, Column.Bytes column, int from, int count) {
    int[] offsets = column.offsets();
    vector.allocateNew((long) offsets[from + count] - offsets[from], count);
    for (int i = 0; i < count; i++) {
      int row = from + i;
      if (column.isNull(row)) {
        vector.setNull(i);
      } else {
        vector.set(i, column.data(), offsets[row], offsets[row + 1] - offsets[row]);
      }
    }
    vector.setValueCount(count);
  }

  private static void fillLists(ListVector vector, Column.Lists column, int from, int count) {
    int[] offsets = column.offsets();
    vector.allocateNew();
    for (int i = 0; i < count; i++) {
      int row = from + i;
      if (column.isNull(row)) {
        vector.setNull(i);
      } else {
        vector.startNewValue(i);
        vector.endValue(i, offsets[row + 1] - offsets[row]);
      }
    }
    fill(
        vector.getDataVector(),
        column.items(),
        offsets[from],
        offsets[from + count] - offsets[from]);
    vector.setLastSet(count - 1);
    vector.setValueCount(count);
  }

  private static void fillStructs(StructVector vector, Column.Structs column, int from, int count) {
    vector.allocateNew();
    for (int i = 0; i < column.children().size(); i++) {
      FieldVector child = (FieldVector) vector.getChildByOrdinal(i);
      child.clear();
      fill(child, column.children().get(i), from, count);
    }
    vector.setValueCount(count);
    for (int i = 0; i < count; i++) {
      if (column.isNull(from + i)) {
        vector.setNull(i);
      } else {
        vector.setIndexDefined(i);
      }
    }
  }

  private static void setValidity(ArrowBuf bits, Column column, int from, int count) {
    for (int i = 0; i < count; i++) {
      if (!column.isNull(from + i)) {
        BitVectorHelper.setBit(bits, i);
      }
    }
  }
}
