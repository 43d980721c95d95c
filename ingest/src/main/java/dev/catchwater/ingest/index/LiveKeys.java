package dev.catchwater.ingest.index;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.RowFaults;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.storage.Dataset;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// Which keys a dataset holds that is kept open: those in slices by its [KeyIndex], those of rows
/// that are in none yet in memory.
///
/// Keys in memory are in three sets: of the push under way, which [#keep()] or [#forget()] ends; of
/// rows behind the last [#cut()]; and of rows before it, which are on their way into a slice. When
/// that slice is committed, an index that knows it takes the place of the one in use ([#replace])
/// and the last set is dropped. Used by one thread at a time.
public final class LiveKeys implements Decisions.Maker, Closeable {
  private KeyIndex sealed;
  private final KeyOverlay ofPush = new KeyOverlay();
  private KeyOverlay behindCut = new KeyOverlay();
  private KeyOverlay beforeCut = new KeyOverlay();

  /// @param sealed the index at the head of the slices; is closed with this
  public LiveKeys(KeyIndex sealed) {
    this.sealed = sealed;
  }

  /// Opens an index of the slices.
  ///
  /// @param rows the columns that rows to be decided have: event time, then data
  public static KeyIndex open(
      Dataset dataset, DataSchema rows, List<String> key, ChainState state, RandomGenerator random)
      throws IOException {
    return KeyIndex.open(dataset, rows, key, state.head(), state.lastOffset() != null, random);
  }

  @Override
  public void noteNullKeys(RecordBatch rows, long rowsBefore, RowFaults faults) {
    sealed.noteNullKeys(rows, rowsBefore, faults);
  }

  @Override
  public Decisions decide(List<RecordBatch> filled, List<RecordBatch> asGiven) throws IOException {
    Decisions decisions = new Decisions(filled, asGiven, sealed.hasher());
    KeySet sorted = decisions.distinct();
    Findings findings =
        sealed.ask(history -> {
          Findings found = new Findings(sorted, 1);
          if (findInMemory(sorted, found) < sorted.size()) {
            history.find(sorted, found);
          }
          return found;
        });
    ofPush.addAll(decisions.decide(findings));
    return decisions;
  }

  private int findInMemory(KeySet keys, Findings found) {
    int count = 0;
    for (int i = 0; i < keys.size(); i++) {
      long high = keys.high(i);
      long low = keys.low(i);
      count +=
          find(ofPush, high, low, i, found)
                  || find(behindCut, high, low, i, found)
                  || find(beforeCut, high, low, i, found)
              ? 1
              : 0;
    }
    return count;
  }

  private static boolean find(KeyOverlay keys, long high, long low, int index, Findings found) {
    int slot = keys.find(high, low);
    if (slot < 0) {
      return false;
    }
    found.put(index, 0, keys.content(slot));
    found.found(index, null);
    return true;
  }

  /// The push under way is applied: its keys are known from now on.
  public void keep() {
    behindCut.addAll(ofPush);
    ofPush.clear();
  }

  /// The push under way is not applied.
  public void forget() {
    ofPush.clear();
  }

  /// Takes in rows that came another way.
  ///
  /// @param rows event time, then data
  public void note(RecordBatch rows) {
    KeySet keys = new KeySet(rows.rowCount());
    sealed.hasher().hash(rows, keys);
    behindCut.addAll(keys);
  }

  /// All rows so far go into the next slice.
  public void cut() {
    if (beforeCut.size() == 0) {
      KeyOverlay empty = beforeCut;
      beforeCut = behindCut;
      behindCut = empty;
    } else {
      beforeCut.addAll(behindCut);
      behindCut.clear();
    }
  }

  /// Whether an index hashes keys as the one in use does; one that does not cannot replace it.
  public boolean isLike(KeyIndex other) {
    return sealed.seedHigh() == other.seedHigh() && sealed.seedLow() == other.seedLow();
  }

  /// The rows before the cut are in a slice that this index knows.
  public void replace(KeyIndex fresh) {
    sealed.letGo();
    sealed = fresh;
    fresh.tidy();
    beforeCut.clear();
  }

  /// Closes the files. Another instance may have written to the folder meanwhile, so nothing in it
  /// is touched.
  @Override
  public void close() {
    sealed.letGo();
  }

  /// Hashed keys with their content hash, in memory, in no order. Used by one thread at a time.
  private static final class KeyOverlay {
    private static final int WORDS = 3;
    private static final int SLOTS_AT_FIRST = 64;

    private long[] words = new long[WORDS * SLOTS_AT_FIRST];
    private boolean[] isUsed = new boolean[SLOTS_AT_FIRST];
    private int size;

    int size() {
      return size;
    }

    /// Where a key stands, or -1.
    int find(long high, long low) {
      int slot = slot(high, low);
      return isUsed[slot] ? slot : -1;
    }

    /// The content hash of the key that stands there.
    long content(int slot) {
      return words[slot * WORDS + 2];
    }

    /// Adds a key that is not there yet; the first content of a key stays.
    void add(long high, long low, long content) {
      int slot = slot(high, low);
      if (isUsed[slot]) {
        return;
      }
      isUsed[slot] = true;
      words[slot * WORDS] = high;
      words[slot * WORDS + 1] = low;
      words[slot * WORDS + 2] = content;
      size++;
      if (2 * size > isUsed.length) {
        grow();
      }
    }

    void addAll(KeySet keys) {
      for (int i = 0; i < keys.size(); i++) {
        add(keys.high(i), keys.low(i), keys.content(i));
      }
    }

    void addAll(KeyOverlay other) {
      for (int slot = 0; slot < other.isUsed.length; slot++) {
        if (other.isUsed[slot]) {
          int at = slot * WORDS;
          add(other.words[at], other.words[at + 1], other.words[at + 2]);
        }
      }
    }

    /// Empties it, keeping a small memory.
    void clear() {
      if (size == 0) {
        return;
      }
      size = 0;
      if (isUsed.length > 1 << 12) {
        words = new long[WORDS * SLOTS_AT_FIRST];
        isUsed = new boolean[SLOTS_AT_FIRST];
      } else {
        Arrays.fill(isUsed, false);
      }
    }

    private int slot(long high, long low) {
      // Keys are hashes under a secret: any bits of them spread.
      int mask = isUsed.length - 1;
      int slot = (int) low & mask;
      while (isUsed[slot] && (words[slot * WORDS] != high || words[slot * WORDS + 1] != low)) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }

    private void grow() {
      long[] before = words;
      boolean[] used = isUsed;
      words = new long[before.length * 2];
      isUsed = new boolean[used.length * 2];
      size = 0;
      for (int slot = 0; slot < used.length; slot++) {
        if (used[slot]) {
          int at = slot * WORDS;
          add(before[at], before[at + 1], before[at + 2]);
        }
      }
    }
  }
}
