package dev.catchwater.query.sql;

import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.TimeUnit;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A dataset as a statement sees it: its slices in the order of the chain, as of its head when this
/// was made, with the names and types of its schema.
///
/// @param select the query that reads it
/// @param files the slices it reads
/// @param notes what the user should know: columns that go by another name
record DatasetView(String select, List<Path> files, List<String> notes) {
  /// Stands for a dataset without a schema, which has no column; never shown.
  static final String NO_COLUMN = "__no_column__";

  DatasetView {
    files = List.copyOf(files);
    notes = List.copyOf(notes);
  }

  static DatasetView of(Dataset dataset) {
    ChainState state = dataset.state();
    DataSchema schema = state.schema();
    if (schema == null) {
      return new DatasetView(
          "SELECT NULL AS " + DuckType.quoted(NO_COLUMN) + " WHERE false", List.of(), List.of());
    }
    List<Path> files = new ArrayList<>();
    int schemas = 0;
    for (HashedBlock block : dataset.blocks()) {
      DataSlice slice = dev.catchwater.storage.Slices.of(block.block().event());
      if (slice != null) {
        files.add(dataset.slicePath(slice));
      }
      schemas += block.block().event() instanceof SetDataSchema ? 1 : 0;
    }
    Collections.reverse(files);
    List<String> names = DuckColumns.names(schema);
    List<String> notes = DuckColumns.notes(schema, dataset.name().toString());
    String select = files.isEmpty() ? empty(schema, names) : of(schema, names, files, schemas > 1);
    return new DatasetView(select, files, notes);
  }

  private static String empty(DataSchema schema, List<String> names) {
    StringBuilder select = new StringBuilder("SELECT ");
    for (int i = 0; i < names.size(); i++) {
      select
          .append(i == 0 ? "" : ", ")
          .append("CAST(NULL AS ")
          .append(DuckType.of(schema.fields().get(i).type()))
          .append(") AS ")
          .append(DuckType.quoted(names.get(i)));
    }
    return select.append(" WHERE false").toString();
  }

  private static String of(
      DataSchema schema, List<String> names, List<Path> files, boolean haveChanged) {
    StringBuilder select = new StringBuilder("SELECT ");
    StringBuilder columns = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      DataField field = schema.fields().get(i);
      String name = DuckType.quoted(names.get(i));
      // Columns go by their place, so that two that differ in case only are told apart; by name
      // where older slices have fewer.
      select.append(i == 0 ? "" : ", ").append(value(field.type(), name, haveChanged));
      columns.append(i == 0 ? "" : ", ").append(name);
    }
    select.append(" FROM read_parquet([");
    for (int i = 0; i < files.size(); i++) {
      select.append(i == 0 ? "" : ", ").append(DuckType.literal(pattern(files.get(i))));
    }
    select.append("], hive_partitioning = false, union_by_name = ").append(haveChanged).append(')');
    return haveChanged
        ? select.toString()
        : select.append(" AS t(").append(columns).append(')').toString();
  }

  private static String value(DataType type, String name, boolean haveChanged) {
    if (type.required() instanceof DataType.Timestamp time && time.unit() == TimeUnit.SECOND) {
      return "to_timestamp(" + name + ") AS " + name;
    }
    return haveChanged ? "CAST(" + name + " AS " + DuckType.of(type) + ") AS " + name : name;
  }

  /// The engine takes names of files for patterns.
  static String pattern(Path file) {
    StringBuilder pattern = new StringBuilder();
    for (char c : file.toString().toCharArray()) {
      if (c == '*' || c == '?' || c == '[') {
        pattern.append('[').append(c).append(']');
      } else {
        pattern.append(c);
      }
    }
    return pattern.toString();
  }
}
