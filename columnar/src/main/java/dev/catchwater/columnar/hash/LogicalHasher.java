package dev.catchwater.columnar.hash;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataSchema;

/// The logical hash of rows: `arrow-digest` RecordDigestV0 with SHA3-256 (ODF, odf-format §8.2).
/// How rows are cut into batches does not matter, their order and that of the columns do. Used by
/// one thread.
@SuppressWarnings("DoNotCallSuggester")
public final class LogicalHasher {
  public LogicalHasher(DataSchema schema) {}

  /// Whether rows of this schema have a hash that everyone agrees on: nullable structs, children
  /// that may be null inside structs, structs in lists, maps and durations do not.
  public static boolean isCheckable(DataSchema schema) {
    if (schema.fields().isEmpty()) {
      return true;
    }
    throw new UnsupportedOperationException();
  }

  /// Adds the rows of a batch.
  public void update(RecordBatch batch) {
    throw new UnsupportedOperationException();
  }

  /// The hash of all rows; the hasher is of no use afterwards.
  public Multihash finish() {
    throw new UnsupportedOperationException();
  }
}
