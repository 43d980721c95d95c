package dev.catchwater.ingest.read;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.cast.ColumnCast;
import dev.catchwater.ingest.read.cast.ColumnCasts;
import dev.catchwater.ingest.read.cast.Faults;
import dev.catchwater.ingest.read.cell.JsonObject;
import dev.catchwater.ingest.read.cell.Tally;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which column of a Parquet file becomes which column of the source, and how. Used by one thread.
final class ParquetColumns {
  private static final int FILE_COLUMNS_MAX = 20_000;
  private static final int NAMES_SHOWN_MAX = 10;

  private final RowColumns columns;
  private final List<String> fileNames = new ArrayList<>();
  private final List<String> ignored = new ArrayList<>();
  private final int[] from;
  private final @Nullable ColumnCast[] casts;

  private ParquetColumns(
      DataSchema file, RowColumns columns, DataSchema declared, ReadOptions options) {
    this.columns = columns;
    int count = columns.cells.length;
    this.from = new int[count];
    this.casts = new @Nullable ColumnCast[count];
    Set<String> used = new HashSet<>();
    for (int i = 0; i < count; i++) {
      DataField field = declared.fields().get(i);
      int at = file.indexOf(columns.keys.get(i));
      from[i] = at < 0 ? -1 : fileNames.size();
      if (at < 0) {
        requireAbsent(field, file);
        continue;
      }
      used.add(columns.keys.get(i));
      fileNames.add(columns.keys.get(i));
      DataType has = file.fields().get(at).type();
      ColumnCast cast = ColumnCasts.of(has, field.type(), columns.cells[i], columns.tally);
      if (cast == null) {
        throw mismatch(
            "The file's column \""
                + field.name()
                + "\" is "
                + has.required().odfName()
                + ", the source declares "
                + field.type().required().odfName(),
            "declare it " + has.required().odfName() + ", or write whole numbers");
      }
      casts[i] = cast;
    }
    for (DataField field : file.fields()) {
      if (!used.contains(field.name())) {
        refuse(field.name(), options);
        ignored.add(field.name());
      }
    }
    if (fileNames.isEmpty() && !file.fields().isEmpty()) {
      throw CatchwaterException.of(
              ErrorCode.BAD_DATA,
              "No field of the data is declared by the source: found " + names(file))
          .withHint("declared are " + names(declared));
    }
  }

  /// Plans the way of the file's columns.
  ///
  /// @throws CatchwaterException BAD_DATA, BAD_PARQUET, SCHEMA_MISMATCH, LIMIT_EXCEEDED
  static ParquetColumns of(DataSchema file, @Nullable DataSchema schema, ReadOptions options) {
    if (file.fields().size() > FILE_COLUMNS_MAX) {
      throw CatchwaterException.of(
          ErrorCode.LIMIT_EXCEEDED,
          "The file has more than " + FILE_COLUMNS_MAX + " columns (limit: columns)");
    }
    refuseSlice(file, options);
    Set<String> names = new HashSet<>();
    for (DataField field : file.fields()) {
      if (!names.add(field.name())) {
        throw CatchwaterException.of(
            ErrorCode.BAD_PARQUET, "The column \"" + field.name() + "\" is there twice");
      }
    }
    Tally tally = new Tally(null, null);
    if (schema != null) {
      return new ParquetColumns(file, RowColumns.of(schema, tally), schema, options);
    }
    RowColumns inferred = RowColumns.inferred(infer(file, names, options), tally);
    return new ParquetColumns(file, inferred, inferred.schema, options);
  }

  private static void refuseSlice(DataSchema file, ReadOptions options) {
    List<String> reserved = options.reservedColumns();
    boolean hasAll = reserved.size() > 1 && file.indexOf("op") >= 0;
    for (String name : reserved) {
      hasAll &= file.indexOf(name) >= 0;
    }
    if (hasAll) {
      throw CatchwaterException.of(
              ErrorCode.BAD_DATA, "This looks like a slice of an ODF dataset: it has " + reserved)
          .withHint("use `pull` to copy a dataset");
    }
  }

  private static void refuse(String name, ReadOptions options) {
    if (options.reservedColumns().contains(name)) {
      throw mismatch(
          "The column \"" + name + "\" is reserved for the system",
          "remove it; catchwater fills it itself");
    }
    if (options.isStrict()) {
      throw mismatch("The column \"" + name + "\" is not declared by the source", null);
    }
  }

  private static void requireAbsent(DataField field, DataSchema file) {
    if (field.type().isOptional()) {
      return;
    }
    String hint = "it has " + names(file);
    for (DataField other : file.fields()) {
      if (other.name().equalsIgnoreCase(field.name())) {
        hint = "it has \"" + other.name() + "\": names are matched exactly, case included";
      }
    }
    throw mismatch("The file has no column \"" + field.name() + "\", which is required", hint);
  }

  private static CatchwaterException mismatch(String message, @Nullable String hint) {
    CatchwaterException failure = CatchwaterException.of(ErrorCode.BAD_DATA, message);
    return hint == null ? failure : failure.withHint(hint);
  }

  private static String names(DataSchema schema) {
    StringBuilder names = new StringBuilder();
    int count = schema.fields().size();
    for (int i = 0; i < Math.min(count, NAMES_SHOWN_MAX); i++) {
      names.append(i == 0 ? "" : ", ").append(schema.fields().get(i).name());
    }
    return count > NAMES_SHOWN_MAX ? names.append(", …").toString() : names.toString();
  }

  private static List<InferredColumn> infer(
      DataSchema file, Set<String> names, ReadOptions options) {
    if (file.fields().size() > JsonObject.FIELDS_MAX) {
      throw CatchwaterException.of(
              ErrorCode.LIMIT_EXCEEDED,
              "The file has more than " + JsonObject.FIELDS_MAX + " columns (limit: columns)")
          .withHint("declare those you need");
    }
    List<InferredColumn> columns = new ArrayList<>(file.fields().size());
    for (DataField field : file.fields()) {
      String key = field.name();
      DataType type = field.type().required();
      InferredColumn.Kind kind = InferredColumn.Kind.PLAIN;
      if (key.equals(options.eventTimeColumn()) && (type == Scalar.STRING || isWhole(type))) {
        kind = InferredColumn.Kind.EVENT_TIME;
        type = DataType.Timestamp.MILLIS_UTC;
      } else if (type instanceof DataType.Timestamp) {
        type = DataType.Timestamp.MILLIS_UTC;
      } else if (type == Scalar.NULL) {
        type = Scalar.STRING;
      } else if (hasFields(type)) {
        kind = InferredColumn.Kind.JSON;
        type = Scalar.STRING;
      }
      String name = InferredColumn.free(key, options.reservedColumns(), names);
      columns.add(new InferredColumn(key, name, type.optional(), kind).in(options));
    }
    return columns;
  }

  private static boolean isWhole(DataType type) {
    return type == Scalar.INT64
        || type == Scalar.INT32
        || type == Scalar.INT16
        || type == Scalar.UINT16
        || type == Scalar.UINT32
        || type == Scalar.UINT64;
  }

  private static boolean hasFields(DataType type) {
    return type instanceof DataType.Struct
        || (type instanceof DataType.ListOf list && hasFields(list.itemType().required()));
  }

  DataSchema schema() {
    return columns.schema;
  }

  Tally tally() {
    return columns.tally;
  }

  /// The columns of the file that are read.
  List<String> fileNames() {
    return fileNames;
  }

  /// The columns of the file that nothing declares.
  List<String> ignored() {
    return ignored;
  }

  /// A column of the source, from a batch of [#fileNames()].
  Column cast(int index, RecordBatch batch, Faults faults) {
    ColumnCast cast = casts[index];
    if (cast == null) {
      ColumnBuilder builder = columns.cells[index].builder;
      for (int i = 0; i < batch.rowCount(); i++) {
        builder.appendNull();
      }
      return builder.build();
    }
    return cast.apply(batch.column(from[index]), faults);
  }
}
