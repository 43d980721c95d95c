package dev.catchwater.ingest.index;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.RowFaults;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// What an index says of the rows of a window, numbered through all its batches: the first row of a
/// key that is not in the index is new, every other one a duplicate or, with other content, a
/// conflict. Used by one thread.
public final class Decisions {
  /// Says which rows of a Ledger push are new. Used by one thread at a time.
  public interface Maker {

    /// Notes the rows that lack a part of their key.
    ///
    /// @param rows as given
    /// @param rowsBefore rows of the input before these
    void noteNullKeys(RecordBatch rows, long rowsBefore, RowFaults faults);

    /// Says of each row whether its key is new, and remembers the new ones for the rest of the
    /// push.
    ///
    /// @param filled the rows, each with a whole key, their event times filled in
    /// @param asGiven the same rows before that
    Decisions decide(List<RecordBatch> filled, List<RecordBatch> asGiven) throws IOException;
  }

  private static final byte NEW = 0;
  private static final byte DUPLICATE = 1;
  private static final byte CONFLICTING = 2;

  private final KeySet keys;
  private final int[] order;
  private final boolean[] isTimeGiven;
  private final byte[] decisions;
  private int newCount;
  private int duplicateCount;
  private int conflictingCount;

  /// @param filled the rows with their event times filled in
  /// @param asGiven the same rows before that
  Decisions(List<RecordBatch> filled, List<RecordBatch> asGiven, RowHasher hasher) {
    int rowCount = 0;
    for (RecordBatch batch : filled) {
      rowCount = Math.addExact(rowCount, batch.rowCount());
    }
    keys = new KeySet(rowCount);
    isTimeGiven = new boolean[rowCount];
    for (int b = 0; b < filled.size(); b++) {
      for (int i = 0; i < asGiven.get(b).rowCount(); i++) {
        isTimeGiven[keys.size() + i] = !asGiven.get(b).column(0).isNull(i);
      }
      hasher.hash(filled.get(b), keys);
    }
    order = keys.order();
    decisions = new byte[rowCount];
  }

  /// Whether the row's key is new.
  public boolean isNew(int row) {
    return decisions[row] == NEW;
  }

  /// Whether the row's key is known with other content.
  public boolean isConflicting(int row) {
    return decisions[row] == CONFLICTING;
  }

  public int newCount() {
    return newCount;
  }

  public int duplicateCount() {
    return duplicateCount;
  }

  public int conflictingCount() {
    return conflictingCount;
  }

  /// The keys of the window, each once, sorted.
  KeySet distinct() {
    KeySet distinct = new KeySet(order.length);
    for (int i = 0; i < order.length; i++) {
      if (isFirst(i)) {
        distinct.add(keys.high(order[i]), keys.low(order[i]), keys.content(order[i]));
      }
    }
    return distinct;
  }

  /// Decides on every row, given what was found of [#distinct()]; returns the new keys, sorted.
  KeySet decide(Findings findings) {
    KeySet fresh = new KeySet(16);
    int distinct = -1;
    long content = 0;
    for (int i = 0; i < order.length; i++) {
      int row = order[i];
      boolean isNew = false;
      if (isFirst(i)) {
        distinct++;
        isNew = !findings.isFound(distinct);
        content = isNew ? keys.content(row) : findings.content(distinct);
      }
      if (isNew) {
        fresh.add(keys.high(row), keys.low(row), content);
        decisions[row] = NEW;
        newCount++;
      } else if (isSame(keys.content(row), content, isTimeGiven[row])) {
        decisions[row] = DUPLICATE;
        duplicateCount++;
      } else {
        decisions[row] = CONFLICTING;
        conflictingCount++;
      }
    }
    return fresh;
  }

  @Override
  public String toString() {
    return "Decisions" + Arrays.toString(decisions);
  }

  private boolean isFirst(int index) {
    int row = order[index];
    return index == 0 || keys.compare(order[index - 1], keys.high(row), keys.low(row)) != 0;
  }

  private static boolean isSame(long one, long other, boolean withEventTime) {
    long difference = one ^ other;
    return (withEventTime ? difference : difference & ~RowHasher.EVENT_TIME_MASK) == 0;
  }
}
