package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Values of batches as plain Java objects, to compare: floats as their bits, bytes as lists.
final class Rows {
  private Rows() {}

  static List<List<@Nullable Object>> of(List<RecordBatch> batches) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (RecordBatch batch : batches) {
      for (int row = 0; row < batch.rowCount(); row++) {
        List<@Nullable Object> values = new ArrayList<>();
        for (Column column : batch.columns()) {
          values.add(value(column, row));
        }
        rows.add(values);
      }
    }
    return rows;
  }

  static @Nullable Object value(Column column, int row) {
    if (column.isNull(row)) {
      return null;
    }
    return switch (column) {
      case Column.Bools c -> c.values()[row] != 0;
      case Column.Ints c -> c.values()[row];
      case Column.Longs c -> c.values()[row];
      case Column.Floats c -> Float.floatToRawIntBits(c.values()[row]);
      case Column.Doubles c -> Double.doubleToRawLongBits(c.values()[row]);
      case Column.Bytes c ->
          Arrays.toString(Arrays.copyOfRange(c.data(), c.offsets()[row], c.offsets()[row + 1]));
      case Column.Lists c -> {
        List<@Nullable Object> items = new ArrayList<>();
        for (int i = c.offsets()[row]; i < c.offsets()[row + 1]; i++) {
          items.add(value(c.items(), i));
        }
        yield items;
      }
      case Column.Structs c -> {
        List<@Nullable Object> children = new ArrayList<>();
        for (Column child : c.children()) {
          children.add(value(child, row));
        }
        yield children;
      }
      case Column.Nulls _ -> null;
    };
  }
}
