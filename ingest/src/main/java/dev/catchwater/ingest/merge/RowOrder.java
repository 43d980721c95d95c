package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.RecordBatch;

/// In what order rows are sorted. Stateless.
interface RowOrder {

  /// By event time.
  RowOrder BY_EVENT_TIME =
      new RowOrder() {
        @Override
        public long[] ranks(RecordBatch rows) {
          return EventTimes.of(rows);
        }

        @Override
        public boolean isDecidedByRank() {
          return true;
        }

        @Override
        public int compare(RecordBatch one, int row, RecordBatch other, int otherRow) {
          return 0;
        }
      };

  /// One number a row; the lesser comes first. The array may be longer than the batch and must not
  /// be written to.
  long[] ranks(RecordBatch rows);

  /// Whether rows of the same rank are equal.
  boolean isDecidedByRank();

  /// Compares two rows of the same rank.
  int compare(RecordBatch one, int row, RecordBatch other, int otherRow);
}
