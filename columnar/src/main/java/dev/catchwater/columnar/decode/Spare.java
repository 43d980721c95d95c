package dev.catchwater.columnar.decode;

import dev.catchwater.columnar.batch.Column;
import org.jspecify.annotations.Nullable;

/// Stands in where a leaf has no value: zero, or no bytes.
final class Spare {
  private Spare() {}

  /// One row like those of a leaf's column.
  static Column of(Column like) {
    if (like instanceof Column.Bools) {
      return new Column.Bools(1, new byte[1], null);
    }
    if (like instanceof Column.Ints) {
      return new Column.Ints(1, new int[1], null);
    }
    if (like instanceof Column.Longs) {
      return new Column.Longs(1, new long[1], null);
    }
    if (like instanceof Column.Floats) {
      return new Column.Floats(1, new float[1], null);
    }
    if (like instanceof Column.Doubles) {
      return new Column.Doubles(1, new double[1], null);
    }
    return new Column.Bytes(1, new int[2], new byte[0], null);
  }

  /// The same leaf column with other validity bits.
  static Column withValidity(Column column, long @Nullable [] bits) {
    int rows = column.rowCount();
    if (column instanceof Column.Bools c) {
      return new Column.Bools(rows, c.values(), bits);
    }
    if (column instanceof Column.Ints c) {
      return new Column.Ints(rows, c.values(), bits);
    }
    if (column instanceof Column.Longs c) {
      return new Column.Longs(rows, c.values(), bits);
    }
    if (column instanceof Column.Floats c) {
      return new Column.Floats(rows, c.values(), bits);
    }
    if (column instanceof Column.Doubles c) {
      return new Column.Doubles(rows, c.values(), bits);
    }
    Column.Bytes c = (Column.Bytes) column;
    return new Column.Bytes(rows, c.offsets(), c.data(), bits);
  }
}
