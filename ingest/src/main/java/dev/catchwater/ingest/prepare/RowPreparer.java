package dev.catchwater.ingest.prepare;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.RowFaults;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.Vocabulary;
import dev.catchwater.odf.source.MergeStrategy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Brings batches of a source into the order and types of the dataset (odf-format §6, §9.5): the
/// event time first, then the data columns. Columns are matched by name; a column that the dataset
/// has and the source has not is null where it may be.
///
/// The event time of a prepared row may still be null: the merge wants to know which ones were
/// given. Of a strategy that takes operations from the data they are the last column, as Int32;
/// null only where UpsertStream may drop the row. Used by one thread at a time.
public final class RowPreparer {
  private static final int SYSTEM_COLUMNS_BEFORE_EVENT_TIME = 3;

  private final DataSchema stored;
  private final DataSchema rows;
  private final int[] from;
  private final @Nullable OperationColumn operations;

  private RowPreparer(
      DataSchema stored, DataSchema rows, int[] from, @Nullable OperationColumn operations) {
    this.stored = stored;
    this.rows = rows;
    this.from = from;
    this.operations = operations;
  }

  /// Plans the way of a source's columns.
  ///
  /// @param read the columns of the reader, its timestamps in milliseconds and UTC
  /// @param dataset the schema of all slices so far, or null before the first
  /// @param faults hears of what is no operation type
  /// @throws dev.catchwater.odf.error.CatchwaterException `SCHEMA_MISMATCH`
  public static RowPreparer of(
      DataSchema read,
      Vocabulary vocabulary,
      MergeStrategy merge,
      @Nullable DataSchema dataset,
      RowFaults faults) {
    for (DataField field : read.fields()) {
      requireStorable(field);
      if (isReserved(field.name(), vocabulary, merge)) {
        throw SchemaErrors.systemColumn(field.name());
      }
    }
    for (String key : merge.primaryKey()) {
      if (read.indexOf(key) < 0) {
        throw SchemaErrors.noKeyColumn(key, read.fields());
      }
    }
    DataSchema fresh = withSystemColumns(read, vocabulary, eventTimeType(dataset));
    DataSchema stored = dataset == null ? fresh : dataset;
    if (dataset != null) {
      requireFit(dataset, fresh, read, vocabulary);
    }
    if (merge instanceof MergeStrategy.Snapshot snapshot && snapshot.compareColumns() != null) {
      for (String column : snapshot.compareColumns()) {
        if (stored.indexOf(column) < SYSTEM_COLUMNS_BEFORE_EVENT_TIME) {
          throw SchemaErrors.noKeyColumn(column, read.fields());
        }
      }
    }
    return plan(
        stored,
        read,
        carriesOperations(merge)
            ? OperationColumn.of(read, vocabulary.operationType(), merge, faults)
            : null);
  }

  /// Whether the strategy takes the operation type of a row from the data.
  public static boolean carriesOperations(MergeStrategy merge) {
    return merge instanceof MergeStrategy.ChangelogStream
        || merge instanceof MergeStrategy.UpsertStream;
  }

  /// The columns of [#prepare] without the operation type.
  public DataSchema data() {
    return operations == null
        ? rows
        : DataSchema.of(rows.fields().subList(0, rows.fields().size() - 1));
  }

  /// The complete schema of the slice, system columns included: the dataset's, or what it becomes.
  public DataSchema stored() {
    return stored;
  }

  /// The columns of [#prepare]: event time (optional), then data, then the operation type where the
  /// strategy takes it from the data.
  public DataSchema rows() {
    return rows;
  }

  /// The same rows as the dataset has them; arrays are shared where nothing changes.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `BAD_DATA` for a null in a required
  ///   column
  public RecordBatch prepare(RecordBatch batch) {
    return prepare(batch, 0, null);
  }

  /// The same, rows with a null in a required column being noted one by one: where some are, the
  /// batch is of no use.
  ///
  /// @param rowsBefore how many rows were prepared before
  /// @param nulls hears of the rows; null where the first such column is to be thrown
  public RecordBatch prepare(RecordBatch batch, long rowsBefore, @Nullable RowFaults nulls) {
    List<Column> columns = new ArrayList<>(from.length + 1);
    for (int i = 0; i < from.length; i++) {
      DataField field = rows.fields().get(i);
      Column column =
          from[i] < 0 ? NullColumn.of(field.type(), batch.rowCount()) : batch.column(from[i]);
      if (!field.type().isOptional() && column.validity() != null && column.hasNulls()) {
        if (nulls == null) {
          throw SchemaErrors.nulls(field.name(), column.nullCount());
        }
        for (int row = 0; row < batch.rowCount(); row++) {
          if (column.isNull(row)) {
            SchemaErrors.addNull(nulls, rowsBefore + row, field.name());
          }
        }
      }
      columns.add(column);
    }
    if (operations != null) {
      columns.add(operations.of(batch));
    }
    return new RecordBatch(rows, batch.rowCount(), columns);
  }

  private static RowPreparer plan(
      DataSchema stored, DataSchema read, @Nullable OperationColumn operations) {
    int count = stored.fields().size() - SYSTEM_COLUMNS_BEFORE_EVENT_TIME;
    int[] from = new int[count];
    List<DataField> rows = new ArrayList<>(count + 1);
    for (int i = 0; i < count; i++) {
      DataField field = stored.fields().get(i + SYSTEM_COLUMNS_BEFORE_EVENT_TIME);
      from[i] = read.indexOf(field.name());
      rows.add(
          i == 0 ? new DataField(field.name(), field.type().optional(), field.extra()) : field);
    }
    if (operations != null) {
      rows.add(operations.field());
    }
    return new RowPreparer(stored, DataSchema.of(rows), from, operations);
  }

  private static DataSchema withSystemColumns(
      DataSchema read, Vocabulary vocabulary, DataType eventTimeType) {
    List<DataField> fields = new ArrayList<>(read.fields().size() + 4);
    fields.add(DataField.of(vocabulary.offset(), Scalar.INT64));
    fields.add(DataField.of(vocabulary.operationType(), Scalar.INT32));
    fields.add(DataField.of(vocabulary.systemTime(), DataType.Timestamp.MILLIS_UTC));
    int eventTime = read.indexOf(vocabulary.eventTime());
    fields.add(
        eventTime < 0
            ? DataField.of(vocabulary.eventTime(), eventTimeType)
            : eventTime(read.fields().get(eventTime)));
    for (int i = 0; i < read.fields().size(); i++) {
      boolean isOperation = read.fields().get(i).name().equals(vocabulary.operationType());
      if (i != eventTime && !isOperation) {
        fields.add(read.fields().get(i));
      }
    }
    return DataSchema.of(fields);
  }

  private static DataField eventTime(DataField field) {
    DataType type = field.type().required();
    if (!(type instanceof DataType.Timestamp) && type != Scalar.DATE) {
      throw SchemaErrors.eventTimeType(field.name(), type);
    }
    return new DataField(field.name(), type, field.extra());
  }

  private static boolean isReserved(String name, Vocabulary vocabulary, MergeStrategy merge) {
    if (name.equals(vocabulary.operationType())) {
      return !carriesOperations(merge);
    }
    return name.equals(vocabulary.offset()) || name.equals(vocabulary.systemTime());
  }

  private static void requireStorable(DataField field) {
    DataType type = field.type().required();
    boolean isStructList =
        type instanceof DataType.ListOf list
            && list.itemType().required() instanceof DataType.Struct;
    if (isStructList || type instanceof DataType.MapOf || type instanceof DataType.Duration) {
      throw SchemaErrors.unsupported(field.name(), field.type());
    }
  }

  /// A push without an event time gets the type of the rows before it.
  private static DataType eventTimeType(@Nullable DataSchema dataset) {
    return dataset == null || dataset.fields().size() <= SYSTEM_COLUMNS_BEFORE_EVENT_TIME
        ? DataType.Timestamp.MILLIS_UTC
        : dataset.fields().get(SYSTEM_COLUMNS_BEFORE_EVENT_TIME).type().required();
  }

  private static void requireFit(
      DataSchema dataset, DataSchema fresh, DataSchema read, Vocabulary vocabulary) {
    List<String> system = vocabulary.columns();
    for (int i = 0; i < system.size(); i++) {
      if (dataset.fields().size() <= i || !dataset.fields().get(i).name().equals(system.get(i))) {
        throw SchemaErrors.incompatible(
            dataset, fresh, "column `" + system.get(i) + "` is expected at position " + (i + 1));
      }
    }
    for (DataField field : fresh.fields()) {
      int at = dataset.indexOf(field.name());
      if (at < 0) {
        throw SchemaErrors.incompatible(
            dataset, fresh, "column `" + field.name() + "` is not in the dataset's schema");
      }
      DataType there = dataset.fields().get(at).type();
      if (!sameType(there.required(), field.type().required())) {
        throw SchemaErrors.incompatible(
            dataset, fresh, "column `" + field.name() + "` has another type");
      }
    }
    for (int i = system.size(); i < dataset.fields().size(); i++) {
      DataField field = dataset.fields().get(i);
      if (read.indexOf(field.name()) < 0 && !field.type().isOptional()) {
        throw SchemaErrors.incompatible(
            dataset, fresh, "column `" + field.name() + "` is missing in the push");
      }
    }
  }

  /// Equal but for the optionality of list items and struct fields, which the values decide.
  private static boolean sameType(DataType one, DataType other) {
    if (one instanceof DataType.ListOf(DataType a, var _)
        && other instanceof DataType.ListOf(DataType b, var _)) {
      return sameType(a.required(), b.required());
    }
    return one.equals(other);
  }
}
