package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.PushCounts;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.OperationType;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// ChangelogStream: rows bring their operation types and are stored as they are, by key, those of
/// one key by arrival (design §7.11). A correct-from has its correct-to right behind it; a
/// correct-to may come alone.
///
/// A pair counts as one correction, on its correct-to. Used by one thread.
public final class ChangelogMerge implements RowMerge {
  private final EventTimeFallback fallback;
  private final List<String> key;
  private final KeyOrder order;
  private final RowSink sink;
  private final RowSorter sorter;
  private long rowCount;
  private PushCounts counts = PushCounts.NONE;
  private @Nullable RecordBatch correctedFrom;
  private int correctedRow;

  /// @param fallback over prepared rows, whose last column is the operation type
  /// @param bytesMax how many bytes of rows are held in memory before they are spilled
  public ChangelogMerge(
      EventTimeFallback fallback,
      List<String> key,
      RowSink sink,
      ScratchSpace scratch,
      long bytesMax) {
    this.fallback = fallback;
    this.key = key;
    this.sink = sink;
    order = new KeyOrder(fallback.schema(), key);
    sorter = new RowSorter(fallback.schema(), order, scratch, bytesMax);
  }

  @Override
  public void accept(RecordBatch rows) throws IOException {
    rowCount += rows.rowCount();
    sorter.accept(fallback.fill(rows));
  }

  @Override
  public boolean isHolding() {
    return rowCount > 0;
  }

  @Override
  public void finish() throws IOException {
    try (RowSource rows = sorter.sorted(null)) {
      for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
        check(batch);
        sink.accept(batch);
      }
    }
    requireNoOpenPair();
  }

  @Override
  public PushCounts counts() {
    return counts;
  }

  @Override
  public void close() throws IOException {
    sorter.close();
  }

  private void check(RecordBatch batch) {
    int[] operations = ((Column.Ints) batch.column(fallback.schema().fields().size() - 1)).values();
    int[] seen = new int[4];
    for (int row = 0; row < batch.rowCount(); row++) {
      RecordBatch from = correctedFrom;
      if (from != null
          && (operations[row] != OperationType.CORRECT_TO.code()
              || order.compare(from, correctedRow, batch, row) != 0)) {
        requireNoOpenPair();
      }
      correctedFrom = operations[row] == OperationType.CORRECT_FROM.code() ? batch : null;
      correctedRow = row;
      seen[operations[row]]++;
    }
    counts =
        counts.plus(
            new PushCounts(
                seen[OperationType.APPEND.code()],
                seen[OperationType.CORRECT_TO.code()],
                seen[OperationType.RETRACT.code()],
                0,
                0,
                0,
                0));
  }

  private void requireNoOpenPair() {
    RecordBatch from = correctedFrom;
    if (from != null) {
      throw CatchwaterException.of(
              ErrorCode.BAD_DATA,
              "Key "
                  + KeyText.of(from, correctedRow, key)
                  + " has a correct-from (2) without a correct-to (3) right behind it")
          .withHint("a correction is a pair: the row as it was (2), then as it is (3)");
    }
  }
}
