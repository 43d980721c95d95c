package dev.catchwater.ingest;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.ingest.read.ReadCounts;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.odf.schema.DataSchema;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A long reading, cut into pieces of so many rows: to a push each piece looks like an input that
/// ends. [#begin()] starts a piece; closing it leaves the reading open for the next. A piece ends
/// earlier where it would part a pair of corrections: those rows begin the next one. Used by one
/// thread.
final class RowCut implements RowReader {
  private static final ReadCounts NOTHING = new ReadCounts(0, Map.of(), 0, 0, 0);

  private final RowReader whole;
  private final long rowsMax;
  private final @Nullable PairCut pairs;
  private final Deque<RecordBatch> ahead = new ArrayDeque<>(2);
  private boolean isParted;
  private long pieceEnd;
  private ReadCounts before = NOTHING;
  private long rowsDone;
  private long rows;

  /// @param pairs what must not be parted, or null
  RowCut(RowReader whole, long rowsMax, @Nullable PairCut pairs) {
    this.whole = whole;
    this.rowsMax = rowsMax;
    this.pairs = pairs;
  }

  /// Starts the next piece and waits for its first rows.
  ///
  /// @return whether it has any
  boolean begin() {
    rowsDone += rows;
    rows = 0;
    if (rowsDone > 0) {
      before = whole.counts();
    }
    pieceEnd += rowsMax;
    // Half a pair waits for its other half, which nobody waits for under the lock.
    if (ahead.isEmpty() || isParted) {
      RecordBatch batch = whole.next();
      if (batch != null) {
        ahead.add(batch);
      }
    }
    isParted = false;
    return !ahead.isEmpty();
  }

  /// Rows of the pieces before this one.
  long rowsDone() {
    return rowsDone;
  }

  @Override
  public DataSchema schema() {
    return whole.schema();
  }

  @Override
  public @Nullable RecordBatch next() {
    long room = pieceEnd - rowsDone - rows;
    if (room == 0 || isParted) {
      return null;
    }
    RecordBatch batch = ahead.poll();
    batch = batch == null ? whole.next() : batch;
    if (batch == null) {
      return null;
    }
    int count = (int) Math.min(batch.rowCount(), room);
    if (count == room && pairs != null) {
      count = untilPair(pairs, batch, count);
    }
    if (count < batch.rowCount()) {
      ahead.addFirst(RowSelection.slice(batch, count, batch.rowCount() - count));
      if (count == 0) {
        return null;
      }
      batch = RowSelection.slice(batch, 0, count);
    }
    rows += count;
    return batch;
  }

  private int untilPair(PairCut cut, RecordBatch batch, int count) {
    int kept = cut.whole(batch, count);
    if (kept == 0 && rows == 0) {
      // Nothing but an open pair: the piece takes the next rows as well.
      pieceEnd += rowsMax;
      return count;
    }
    isParted = kept < count;
    return kept;
  }

  /// What was seen of this piece. Bytes, and what was noted about fields, may belong to rows that
  /// were read ahead; over all pieces they add up.
  @Override
  public ReadCounts counts() {
    ReadCounts now = whole.counts();
    Map<String, Long> ignored = new LinkedHashMap<>();
    for (Map.Entry<String, Long> field : now.ignoredFields().entrySet()) {
      Long known = before.ignoredFields().get(field.getKey());
      long fresh = field.getValue() - (known == null ? 0 : known);
      if (fresh > 0) {
        ignored.put(field.getKey(), fresh);
      }
    }
    return new ReadCounts(
        rows,
        ignored,
        now.truncatedTimes() - before.truncatedTimes(),
        now.vanishedNumbers() - before.vanishedNumbers(),
        now.bytesRead() - before.bytesRead());
  }

  @Override
  public long lineOf(long row) {
    return whole.lineOf(rowsDone + row);
  }

  @Override
  public long rowsBefore() {
    return rowsDone;
  }

  /// Ends the piece, not the reading.
  @Override
  public void close() {
    // The reading is closed by who opened it.
  }
}
