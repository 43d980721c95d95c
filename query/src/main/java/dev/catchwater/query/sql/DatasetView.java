package dev.catchwater.query.sql;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.codec.Codec;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.columnar.slice.SliceWriter;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.TimeUnit;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A dataset as a statement sees it: its slices in the order of the chain, as of one moment, and a
/// file of the rows that were in no slice then, with the names and types of its schema.
///
/// @param select the query that reads it
/// @param files the slices it reads
/// @param notes what the user should know: columns that go by another name
public record DatasetView(String select, List<Path> files, List<String> notes) {
  /// Stands for a dataset without a schema, which has no column; never shown.
  static final String NO_COLUMN = "__no_column__";

  public DatasetView {
    files = List.copyOf(files);
    notes = List.copyOf(notes);
  }

  /// @param hot the dataset at the moment that the statement sees
  /// @param hotFile where to write rows that are in no slice
  static DatasetView of(Dataset dataset, HotRows hot, Path hotFile) throws IOException {
    DataSchema schema = hot.schema();
    List<Path> hotFiles = List.of();
    if (schema != null && !hot.isEmpty()) {
      write(dataset.disk(), schema, hot.batches(), hotFile);
      hotFiles = List.of(hotFile);
    }
    return of(dataset, schema, ChainSlices.of(dataset, hot.state().head()), hotFiles);
  }

  /// Rows of some slices.
  ///
  /// @param schema null before the dataset has columns
  /// @param hotFiles rows behind those of the chain
  public static DatasetView of(
      Dataset dataset, @Nullable DataSchema schema, ChainSlices chain, List<Path> hotFiles) {
    if (schema == null) {
      return new DatasetView(
          "SELECT NULL AS " + DuckType.quoted(NO_COLUMN) + " WHERE false", List.of(), List.of());
    }
    List<Path> files = new ArrayList<>(chain.files());
    files.addAll(hotFiles);
    List<String> names = DuckColumns.names(schema);
    List<String> notes = DuckColumns.notes(schema, dataset.name().toString());
    String select =
        files.isEmpty() ? empty(schema, names) : of(schema, names, files, chain.schemas() > 1);
    return new DatasetView(select, files, notes);
  }

  /// Writes rows as a file that the engine reads as it reads a slice.
  static void write(Disk disk, DataSchema schema, List<RecordBatch> rows, Path file)
      throws IOException {
    SliceOptions options =
        SliceOptions.defaults().withCodec(Codec.NONE).withReadBack(false).withThreads(0);
    try (DiskFile out = disk.create(file);
        SliceWriter slice = SliceWriter.create(out, schema, options)) {
      for (RecordBatch batch : rows) {
        slice.write(batch);
      }
      slice.finish();
    }
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
    StringBuilder list = new StringBuilder();
    for (Path file : files) {
      list.append(list.isEmpty() ? "" : ", ").append(DuckType.literal(name(file)));
    }
    StringBuilder columns = new StringBuilder();
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      String name = DuckType.quoted(names.get(i));
      columns.append(i == 0 ? "" : ", ").append(name);
      values
          .append(i == 0 ? "" : ", ")
          .append(value(schema.fields().get(i).type(), name, haveChanged));
    }
    String rows = "read_parquet([" + list + "], hive_partitioning = false, union_by_name = ";
    // Columns go by their place, so that two that differ in case only are told apart; by name where
    // older slices have fewer, and a slice that has the latest may not be there yet.
    return haveChanged
        ? "SELECT "
            + values
            + " FROM ("
            + empty(schema, names)
            + " UNION ALL BY NAME SELECT * FROM "
            + rows
            + "true))"
        : "SELECT " + values + " FROM " + rows + "false) AS t(" + columns + ")";
  }

  private static String value(DataType type, String name, boolean haveChanged) {
    if (type.required() instanceof DataType.Timestamp time && time.unit() == TimeUnit.SECOND) {
      return "to_timestamp(" + name + ") AS " + name;
    }
    return haveChanged ? "CAST(" + name + " AS " + DuckType.of(type) + ") AS " + name : name;
  }

  /// A file as the engine may be told of it, which takes names for patterns.
  ///
  /// @throws CatchwaterException `UNSUPPORTED` where the name is one
  public static String name(Path file) {
    String name = file.toString();
    for (int i = 0; i < name.length(); i++) {
      if ("*?[".indexOf(name.charAt(i)) >= 0) {
        throw CatchwaterException.at(
                ErrorCode.UNSUPPORTED,
                Place.of(name),
                "SQL cannot open files below a folder whose name has a " + name.charAt(i))
            .withHint("give the folder of the workspace another name");
      }
    }
    return name;
  }
}
