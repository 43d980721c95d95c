package dev.catchwater.ingest.index;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.RowFaults;
import dev.catchwater.odf.schema.OperationType;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The keys of one input of a push, hashed: sorted window by window, in memory as far as a budget
/// goes, else in runs beside the index. Of a key that came several times the last row stands, and
/// the first repetitions are remembered.
///
/// An entry has the hash of the compared columns, the event time as given ([#NO_TIME] where none
/// was), and twice the number of the row (from 0 by arrival), plus 1 for a retraction.
///
/// Used by one thread.
public final class PushedKeys implements Closeable {
  static final int WIDTH = 3;
  static final long NO_TIME = Long.MIN_VALUE;
  private static final int ENTRY_BYTES = Long.BYTES * (2 + WIDTH);

  private final RowHasher hasher;
  private final RunSet runs;
  private final int windowRows;
  private final long bytesMax;
  private final List<KeySet> sorted = new ArrayList<>();
  private long sortedBytes;
  private final KeySet window;
  private long rowCount;
  private final List<Twice> twice = new ArrayList<>(0);
  private long twiceCount;

  /// Two rows of one key, numbered from 0 by arrival.
  public record Twice(long firstRow, long secondRow) {}

  /// @param index whose keys these are compared with
  /// @param windowRows rows that are sorted together
  /// @param bytesMax how many bytes of sorted windows are held in memory
  public PushedKeys(StateIndex index, int windowRows, long bytesMax) {
    this.hasher = index.hasher();
    this.windowRows = windowRows;
    this.bytesMax = bytesMax;
    this.runs = index.scratch(this::noteTwice);
    window = new KeySet(1_024, WIDTH);
  }

  /// Takes the next rows by arrival.
  ///
  /// @param filled the rows, every one with an event time
  /// @param asGiven the event times before that
  /// @param operations what each row says, or null if each says that it is so
  /// @param isTaken which rows count, or null for all
  public void add(
      RecordBatch filled, Column asGiven, int @Nullable [] operations, boolean @Nullable [] isTaken)
      throws IOException {
    for (int row = 0; row < filled.rowCount(); row++) {
      if (isTaken == null || isTaken[row]) {
        hasher.hashState(filled, row);
        long time = asGiven.isNull(row) ? NO_TIME : StateIndex.time(filled.column(0), row);
        boolean isRetraction =
            operations != null && operations[row] == OperationType.RETRACT.code();
        long which = (rowCount + row) << 1 | (isRetraction ? 1 : 0);
        window.add(hasher.keyHigh(), hasher.keyLow(), hasher.comparedContent(), time, which);
      }
    }
    rowCount += filled.rowCount();
    if (window.size() >= windowRows) {
      endWindow();
    }
  }

  /// Rows so far, also those that did not count.
  public long rowCount() {
    return rowCount;
  }

  /// The first [RowFaults#SHOWN_MAX] rows whose key came before, by arrival, as far as is known;
  /// certain once all entries were read.
  public List<Twice> twice() {
    return twice;
  }

  /// How many there are in all.
  public long twiceCount() {
    return twiceCount;
  }

  /// Entries by key, the last row of each.
  EntrySource entries() throws IOException {
    endWindow();
    List<EntrySource> sources = new ArrayList<>();
    for (int i = sorted.size() - 1; i >= 0; i--) {
      sources.add(EntrySource.of(sorted.get(i), null));
    }
    sources.add(runs.entries(null));
    return new MergedEntries(sources, this::noteTwice);
  }

  @Override
  public void close() throws IOException {
    sorted.clear();
    runs.close();
  }

  private void endWindow() throws IOException {
    KeySet keys = window;
    KeySet last =
        keys.lastOfEach(
            (first, second) -> noteTwice(keys.value(first, 2) >> 1, keys.value(second, 2) >> 1));
    window.clear();
    sorted.add(last);
    sortedBytes += (long) last.size() * ENTRY_BYTES;
    if (sortedBytes > bytesMax) {
      for (KeySet older : sorted) {
        runs.add(older);
      }
      sorted.clear();
      sortedBytes = 0;
    }
  }

  private void noteTwice(EntrySource newer, EntrySource older) {
    noteTwice(older.value(2) >> 1, newer.value(2) >> 1);
  }

  private void noteTwice(long first, long second) {
    twiceCount++;
    int at = twice.size();
    while (at > 0 && twice.get(at - 1).secondRow() > second) {
      at--;
    }
    if (at < RowFaults.SHOWN_MAX) {
      twice.add(at, new Twice(first, second));
      if (twice.size() > RowFaults.SHOWN_MAX) {
        twice.removeLast();
      }
    }
  }
}
