package dev.catchwater.ingest.index;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.ingest.merge.BatchSize;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.OperationType;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The last row of each key of a dataset that is kept open: that of rows in slices by its
/// [StateIndex], that of rows that are in none yet in memory.
///
/// The index looks here first, and what a push puts into it comes here: at first aside, until
/// [#keep()] or [#forget()] ends the push. Rows in memory are in two sets, as in [LiveKeys]: behind
/// the last [#cut()] and before it. Used by one thread at a time.
public final class LiveStates implements Closeable {
  private static final int KEYS_AT_ONCE = 256;

  private final DataSchema rows;
  private StateIndex sealed;
  private final List<RecordBatch> ofPush = new ArrayList<>(1);
  private Map<HashedKey, State> behindCut = new HashMap<>();
  private Map<HashedKey, State> beforeCut = new HashMap<>();

  private record HashedKey(long high, long low) {}

  /// The last row of a key.
  ///
  /// @param batch where it is, with its operation type behind the columns of the index
  record State(boolean isRetracted, long content, long time, RecordBatch batch, int row) {

    /// The row alone, in the columns of the index.
    RecordBatch alone(DataSchema schema) {
      RecordBatch taken = RowSelection.take(batch, new int[] {row}, 1);
      return new RecordBatch(schema, 1, taken.columns().subList(0, schema.fields().size()));
    }
  }

  /// @param sealed the index at the head of the slices; is closed with this
  /// @param rows the columns of its rows: event time, then data
  public LiveStates(StateIndex sealed, DataSchema rows) {
    this.rows = rows;
    this.sealed = sealed;
    sealed.overlay(this);
  }

  /// The index that knows what is in memory too.
  public StateIndex index() {
    return sealed;
  }

  /// The last row in memory of a key, null where there is none.
  @Nullable State find(long high, long low) {
    HashedKey key = new HashedKey(high, low);
    State found = behindCut.get(key);
    return found == null ? beforeCut.get(key) : found;
  }

  /// What is known of a key.
  ///
  /// @param row its row alone, in the columns of the index; null where there is none
  /// @param isInMemory whether rows in memory say so, which may not be durable yet
  public record Known(@Nullable RecordBatch row, boolean isInMemory) {}

  /// The row of a key as it stands, by one look into the index at most.
  ///
  /// @param textKey the value of the only key column, a String, in UTF-8
  public Known find(byte[] textKey) throws IOException {
    RowHasher hasher = sealed.hasher();
    hasher.hashTextKey(textKey);
    long high = hasher.keyHigh();
    long low = hasher.keyLow();
    State found = find(high, low);
    if (found == null) {
      return new Known(sealed.sealedRow(high, low), false);
    }
    return new Known(found.isRetracted() ? null : found.alone(rows), true);
  }

  /// Hands on the rows of keys as they stand, in an order that stays while the index is not made
  /// anew.
  ///
  /// @param after where an earlier walk ended, null for the beginning
  /// @param rowsMax how many at most
  /// @param bytesMax ends when there were as many, some more may come
  /// @param taker gets them in the columns of the index
  /// @return where this walk ended, null where no rows are behind it
  /// @throws dev.catchwater.odf.error.CatchwaterException `SCAN_LOST` if the index was made anew
  ///   since the earlier walk
  public @Nullable StatePosition walk(
      @Nullable StatePosition after, long rowsMax, long bytesMax, Consumer<RecordBatch> taker)
      throws IOException {
    if (after != null) {
      after.require(sealed);
    }
    StateWalk walk = sealed.walk(this, after);
    StatePosition last = after;
    Counted counted = new Counted(taker);
    boolean isMore = walk.next();
    while (isMore && counted.rows < rowsMax && counted.bytes < bytesMax) {
      KeySet inSlices = new KeySet(KEYS_AT_ONCE);
      for (long left = Math.min(KEYS_AT_ONCE, rowsMax - counted.rows); isMore && left > 0; left--) {
        last = StatePosition.of(sealed, walk.high(), walk.low());
        State known = find(walk.high(), walk.low());
        if (known == null) {
          inSlices.add(walk.high(), walk.low(), 0);
        } else {
          counted.take(known.alone(rows));
        }
        isMore = walk.next();
      }
      sealed.sealedRows(inSlices, counted::take);
    }
    return isMore ? last : null;
  }

  private static final class Counted {
    private final Consumer<RecordBatch> taker;
    private long rows;
    private long bytes;

    Counted(Consumer<RecordBatch> taker) {
      this.taker = taker;
    }

    void take(RecordBatch batch) {
      rows += batch.rowCount();
      bytes += BatchSize.of(batch);
      taker.accept(batch);
    }
  }

  /// A key and its last row in memory.
  record KeyedState(long high, long low, State state) {
    int compare(long otherHigh, long otherLow) {
      int order = Long.compare(high, otherHigh);
      return order != 0 ? order : Long.compare(low, otherLow);
    }
  }

  /// The last rows in memory of all keys, also those that are retractions, in the order of keys.
  List<KeyedState> sorted() {
    List<KeyedState> all = new ArrayList<>(behindCut.size() + beforeCut.size());
    for (Map.Entry<HashedKey, State> entry : behindCut.entrySet()) {
      all.add(new KeyedState(entry.getKey().high, entry.getKey().low, entry.getValue()));
    }
    for (Map.Entry<HashedKey, State> entry : beforeCut.entrySet()) {
      if (!behindCut.containsKey(entry.getKey())) {
        all.add(new KeyedState(entry.getKey().high, entry.getKey().low, entry.getValue()));
      }
    }
    all.sort((one, other) -> one.compare(other.high, other.low));
    return all;
  }

  /// Puts the rows that a push stores aside.
  void stage(RecordBatch stored) {
    ofPush.add(stored);
  }

  /// The push under way is applied: its rows are the last of their keys from now on.
  public void keep() {
    for (RecordBatch stored : ofPush) {
      note(stored);
    }
    ofPush.clear();
  }

  /// The push under way is not applied.
  public void forget() {
    ofPush.clear();
  }

  /// Takes in rows that came another way.
  ///
  /// @param stored the columns of the index, then the operation type
  public void note(RecordBatch stored) {
    RowHasher hasher = sealed.hasher();
    int[] operations = ((Column.Ints) stored.column(rows.fields().size())).values();
    for (int row = 0; row < stored.rowCount(); row++) {
      hasher.hashState(stored, row);
      behindCut.put(
          new HashedKey(hasher.keyHigh(), hasher.keyLow()),
          new State(
              operations[row] == OperationType.RETRACT.code(),
              hasher.comparedContent(),
              StateIndex.time(stored.column(0), row),
              stored,
              row));
    }
  }

  /// All rows so far go into the next slice.
  public void cut() {
    if (beforeCut.isEmpty()) {
      beforeCut = behindCut;
      behindCut = new HashMap<>();
    } else {
      beforeCut.putAll(behindCut);
      behindCut.clear();
    }
  }

  /// Whether an index hashes keys as the one in use does; one that does not cannot replace it.
  public boolean isLike(StateIndex other) {
    return sealed.seedHigh() == other.seedHigh() && sealed.seedLow() == other.seedLow();
  }

  /// The rows before the cut are in a slice that this index knows.
  public void replace(StateIndex fresh) {
    sealed.letGo();
    sealed = fresh;
    fresh.overlay(this);
    fresh.tidy();
    beforeCut = new HashMap<>();
  }

  /// Closes the files. Another instance may have written to the folder meanwhile, so nothing in it
  /// is touched.
  @Override
  public void close() {
    sealed.letGo();
  }
}
