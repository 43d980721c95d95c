package dev.catchwater.columnar.hash;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.util.ArrayList;
import java.util.List;

/// The logical hash of rows: `arrow-digest` RecordDigestV0 with SHA3-256 (ODF, odf-format §8.2).
/// How rows are cut into batches does not matter, their order and that of the columns do. Used by
/// one thread.
///
/// The types are those a reader infers from the file ([dev.catchwater.columnar.slice.SliceReader]'s
/// schema), not those of the metadata chain: a timestamp in seconds is stored, and hashed, as
/// Int64.
public final class LogicalHasher {
  private final DataSchema schema;
  private final List<ColumnHasher> columns;

  public LogicalHasher(DataSchema schema) {
    this.schema = schema;
    this.columns = new ArrayList<>(schema.fields().size());
    for (DataField field : schema.fields()) {
      columns.add(ColumnHasher.hashing(field.type()));
    }
  }

  /// Whether rows of this schema have a hash that everyone agrees on. Nullable structs and children
  /// that may be null inside structs have none, structs in lists, maps, durations and nulls neither
  /// (odf-format §8.5).
  public static boolean isCheckable(DataSchema schema) {
    for (DataField field : schema.fields()) {
      if (!isCheckable(field.type(), false, false)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isCheckable(DataType type, boolean inStruct, boolean inList) {
    DataType required = type.required();
    if (required instanceof DataType.Struct(List<DataField> fields)) {
      if (inList || type.isOptional()) {
        return false;
      }
      for (DataField field : fields) {
        if (!isCheckable(field.type(), true, false)) {
          return false;
        }
      }
      return true;
    }
    if (required instanceof DataType.ListOf list) {
      return !(inStruct && type.isOptional()) && isCheckable(list.itemType(), false, true);
    }
    return required != Scalar.NULL
        && !(required instanceof DataType.MapOf)
        && !(required instanceof DataType.Duration)
        && !(inStruct && type.isOptional());
  }

  /// Adds the rows of a batch, whose columns are of this hasher's types.
  public void update(RecordBatch batch) {
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).update(batch.column(i));
    }
  }

  /// The hash of all rows; the hasher is of no use afterwards.
  public Multihash finish() {
    return combine(schema, columns);
  }

  /// The hash of rows whose columns were hashed one by one, in the order of the schema; the column
  /// hashers are of no use afterwards.
  public static Multihash combine(DataSchema schema, List<ColumnHasher> columns) {
    RecordDigest record = new RecordDigest();
    for (DataField field : schema.fields()) {
      record.field(field, 0);
    }
    for (ColumnHasher column : columns) {
      column.finish(record);
    }
    return record.finish();
  }
}
