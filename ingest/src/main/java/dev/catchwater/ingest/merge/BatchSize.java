package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;

/// Bytes that a batch holds on the heap, arrays counted in their full length.
final class BatchSize {
  private BatchSize() {}

  static long of(RecordBatch batch) {
    long bytes = 0;
    for (Column column : batch.columns()) {
      bytes += of(column);
    }
    return bytes;
  }

  private static long of(Column column) {
    long[] validity = column.validity();
    long bytes = validity == null ? 0 : 8L * validity.length;
    return bytes
        + switch (column) {
          case Column.Bools c -> c.values().length;
          case Column.Ints c -> 4L * c.values().length;
          case Column.Longs c -> 8L * c.values().length;
          case Column.Floats c -> 4L * c.values().length;
          case Column.Doubles c -> 8L * c.values().length;
          case Column.Bytes c -> 4L * c.offsets().length + c.data().length;
          case Column.Lists c -> 4L * c.offsets().length + of(c.items());
          case Column.Structs c -> {
            long children = 0;
            for (Column child : c.children()) {
              children += of(child);
            }
            yield children;
          }
          case Column.Nulls _ -> 0;
        };
  }
}
