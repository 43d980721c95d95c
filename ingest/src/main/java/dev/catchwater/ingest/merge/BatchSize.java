package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;

/// Bytes that a batch holds on the heap, arrays counted in their full length. Stateless.
public final class BatchSize {
  private BatchSize() {}

  /// Bytes of all columns.
  public static long of(RecordBatch batch) {
    long bytes = 0;
    for (Column column : batch.columns()) {
      bytes += of(column);
    }
    return bytes;
  }

  private static long of(Column column) {
    long[] validity = column.validity();
    long bytes = validity == null ? 0 : 8L * validity.length;
    // No switch over the type, see RowHasher.
    if (column instanceof Column.Longs c) {
      return bytes + 8L * c.values().length;
    }
    if (column instanceof Column.Doubles c) {
      return bytes + 8L * c.values().length;
    }
    if (column instanceof Column.Bytes c) {
      return bytes + 4L * c.offsets().length + c.data().length;
    }
    if (column instanceof Column.Ints c) {
      return bytes + 4L * c.values().length;
    }
    if (column instanceof Column.Bools c) {
      return bytes + c.values().length;
    }
    if (column instanceof Column.Floats c) {
      return bytes + 4L * c.values().length;
    }
    if (column instanceof Column.Lists c) {
      return bytes + 4L * c.offsets().length + of(c.items());
    }
    if (column instanceof Column.Structs c) {
      for (Column child : c.children()) {
        bytes += of(child);
      }
    }
    return bytes;
  }
}
