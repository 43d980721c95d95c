package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.TimeUnit;
import java.util.ArrayList;
import java.util.List;

/// Values as a slice stores them: times of day in seconds become milliseconds, which is the
/// coarsest unit Parquet has; all others stay. Immutable.
final class StoredValues {
  private static final int MILLIS_A_SECOND = 1_000;

  private final List<DataType> types;
  private final boolean[] changed;

  private StoredValues(List<DataType> types, boolean[] changed) {
    this.types = types;
    this.changed = changed;
  }

  static StoredValues of(DataSchema schema) {
    List<DataType> types = new ArrayList<>(schema.fields().size());
    boolean[] changed = new boolean[schema.fields().size()];
    for (int i = 0; i < changed.length; i++) {
      types.add(schema.fields().get(i).type());
      changed[i] = hasSeconds(types.get(i));
    }
    return new StoredValues(types, changed);
  }

  private static boolean hasSeconds(DataType type) {
    DataType required = type.required();
    if (required instanceof DataType.Struct(List<DataField> fields)) {
      for (DataField field : fields) {
        if (hasSeconds(field.type())) {
          return true;
        }
      }
    }
    return required instanceof DataType.ListOf list
        ? hasSeconds(list.itemType())
        : required instanceof DataType.Time time && time.unit() == TimeUnit.SECOND;
  }

  Column convert(int index, Column column) {
    return changed[index] ? convert(types.get(index), column) : column;
  }

  private static Column convert(DataType type, Column column) {
    if (!hasSeconds(type)) {
      return column;
    }
    if (column instanceof Column.Ints(int rowCount, int[] values, long[] validity)) {
      int[] millis = new int[rowCount];
      for (int i = 0; i < rowCount; i++) {
        millis[i] = values[i] * MILLIS_A_SECOND;
      }
      return new Column.Ints(rowCount, millis, validity);
    }
    if (column instanceof Column.Lists lists && type.required() instanceof DataType.ListOf list) {
      Column items = convert(list.itemType(), lists.items());
      return new Column.Lists(lists.rowCount(), lists.offsets(), items, lists.validity());
    }
    if (column instanceof Column.Structs structs
        && type.required() instanceof DataType.Struct(List<DataField> fields)) {
      List<Column> children = new ArrayList<>(fields.size());
      for (int i = 0; i < fields.size(); i++) {
        children.add(convert(fields.get(i).type(), structs.children().get(i)));
      }
      return new Column.Structs(structs.rowCount(), children, structs.validity());
    }
    throw new IllegalArgumentException("no times in the column");
  }
}
