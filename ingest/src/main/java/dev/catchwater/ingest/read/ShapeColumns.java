package dev.catchwater.ingest.read;

import dev.catchwater.ingest.read.cell.Tally;
import dev.catchwater.ingest.read.geo.FeatureRow;
import dev.catchwater.ingest.read.shape.Table;
import dev.catchwater.ingest.read.shape.TableField;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which field of a shapefile's table becomes which column. Used by one thread.
final class ShapeColumns {
  final RowColumns columns;

  /// The field of each column; null for the geometry and for what the table lacks.
  final @Nullable TableField[] fields;

  /// Fields that nothing declares.
  final List<String> ignored = new ArrayList<>();

  private ShapeColumns(Table table, RowColumns columns, DataSchema declared, ReadOptions options) {
    this.columns = columns;
    this.fields = new @Nullable TableField[columns.cells.length];
    Map<String, TableField> byName = new HashMap<>();
    for (TableField field : table.fields()) {
      byName.put(field.name(), field);
    }
    for (int i = 0; i < fields.length; i++) {
      String key = columns.keys.get(i);
      if (key.equals(FeatureRow.GEOMETRY)) {
        continue;
      }
      TableField field = byName.remove(key);
      if (field == null) {
        requireOptional(declared.fields().get(i), table);
      } else if (field.dataType() == null) {
        throw refused(
            "The field \""
                + key
                + "\" of the .dbf is of kind "
                + field.type()
                + ", which is not read",
            "take it out of the source's columns");
      }
      fields[i] = field;
    }
    for (TableField field : table.fields()) {
      if (byName.containsKey(field.name())) {
        refuse(field.name(), options);
        ignored.add(field.name());
      }
    }
  }

  /// @throws CatchwaterException BAD_DATA
  static ShapeColumns of(Table table, @Nullable DataSchema schema, ReadOptions options) {
    Tally tally = new Tally(null, null);
    if (schema != null) {
      return new ShapeColumns(table, RowColumns.of(schema, tally), schema, options).cut(options);
    }
    RowColumns inferred = RowColumns.inferred(infer(table, options), tally);
    return new ShapeColumns(table, inferred, inferred.schema, options).cut(options);
  }

  private ShapeColumns cut(ReadOptions options) {
    columns.cutEvery(options.cutRows());
    return this;
  }

  private static void requireOptional(DataField field, Table table) {
    if (field.type().isOptional()) {
      return;
    }
    StringBuilder names = new StringBuilder("it has ");
    for (TableField other : table.fields()) {
      names.append(other.name()).append(", ");
    }
    throw refused(
        "The .dbf has no field \"" + field.name() + "\", which is required",
        names.append(FeatureRow.GEOMETRY).toString());
  }

  private static void refuse(String name, ReadOptions options) {
    if (options.reservedColumns().contains(name)) {
      throw refused(
          "The column \"" + name + "\" is reserved for the system",
          "remove it; catchwater fills it itself");
    }
    if (options.isStrict()) {
      throw CatchwaterException.of(
          ErrorCode.BAD_DATA, "The field \"" + name + "\" is not declared by the source");
    }
  }

  private static CatchwaterException refused(String message, String hint) {
    return CatchwaterException.of(ErrorCode.BAD_DATA, message).withHint(hint);
  }

  /// All fields that are read and the geometry, by the order of their names as in other formats.
  private static List<InferredColumn> infer(Table table, ReadOptions options) {
    Map<String, DataType> types = new HashMap<>();
    types.put(FeatureRow.GEOMETRY, Scalar.STRING);
    for (TableField field : table.fields()) {
      DataType type = field.dataType();
      if (type != null) {
        types.putIfAbsent(field.name(), type);
      }
    }
    List<String> names = new ArrayList<>(types.keySet());
    names.sort((one, other) ->
        Arrays.compareUnsigned(
            one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8)));
    List<InferredColumn> columns = new ArrayList<>();
    for (String key : names) {
      DataType type = types.getOrDefault(key, Scalar.STRING);
      boolean isTime =
          key.equals(options.eventTimeColumn()) && (type == Scalar.STRING || type == Scalar.INT64);
      InferredColumn column =
          new InferredColumn(
              key,
              InferredColumn.free(key, options.reservedColumns(), names),
              (isTime ? DataType.Timestamp.MILLIS_UTC : type).optional(),
              isTime ? InferredColumn.Kind.EVENT_TIME : InferredColumn.Kind.PLAIN);
      columns.add(column.in(options));
    }
    return columns;
  }
}
