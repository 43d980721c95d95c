package dev.catchwater.ingest.index;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.RowFaults;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/// Which keys a dataset holds, so that a Ledger push asks an index instead of reading the history.
///
/// A cache: its folder may be deleted, truncated, flipped, or be another dataset's or an older
/// state's at any time; whatever is not right is found when it is touched, and built anew from the
/// slices. An answer is either right or none. Opening reads one small file; a lookup reads two or
/// three pages a run and key, or walks once through a run for many keys.
///
/// Life: [#open] brings the index up to the head. [#decide] looks rows up and remembers the new
/// ones for this push only. [#commit], after the head has moved, makes them part of the index.
/// Without it [#close] forgets them.
///
/// Belongs to the one writer of the dataset; used by one thread.
public final class KeyIndex implements PushIndex, Decisions.Maker, IndexStore.Absorber {
  private static final int CATCH_UP_ROWS = 262_144;

  private final IndexStore store;
  private final DataSchema rows;
  private final RowHasher hasher;

  private KeyIndex(IndexStore store, DataSchema rows, List<String> key) {
    this.store = store;
    this.rows = rows;
    hasher = new RowHasher(rows, key, store.seedHigh(), store.seedLow());
  }

  /// Opens the index of a dataset by some key columns, at the dataset's head.
  ///
  /// @param rows the columns that rows to be decided have: event time, then data
  /// @param head the dataset's head
  /// @param hasData whether the dataset has any row; if not, no block is read
  /// @throws CatchwaterException if the slices cannot be read where they must be
  public static KeyIndex open(
      Dataset dataset,
      DataSchema rows,
      List<String> key,
      Multihash head,
      boolean hasData,
      RandomGenerator random)
      throws IOException {
    IndexStore store = new IndexStore(dataset, name(key), EntryForm.KEYS, key, head, random);
    try {
      KeyIndex index = new KeyIndex(store, rows, key);
      store.catchUp(hasData, index);
      return index;
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /// The name of the index by some key columns among those of a dataset.
  public static String name(List<String> key) {
    byte[] names = String.join("\0", key).getBytes(StandardCharsets.UTF_8);
    return "keys-" + Multihash.sha3(names).toString().substring(5, 21);
  }

  @Override
  public void noteNullKeys(RecordBatch rows, long rowsBefore, RowFaults faults) {
    for (int row = 0; row < rows.rowCount(); row++) {
      int column = hasher.nullKeyColumn(rows, row);
      if (column >= 0) {
        String name = rows.schema().fields().get(column).name();
        faults.add(
            rowsBefore + row,
            name,
            "Key column " + name + " has no value",
            "every row of this source needs its whole key");
      }
    }
  }

  @Override
  public Decisions decide(List<RecordBatch> filled, List<RecordBatch> asGiven) throws IOException {
    Decisions decisions = new Decisions(filled, asGiven, hasher);
    KeySet sorted = decisions.distinct();
    store.added().add(decisions.decide(store.ask(new Lookup(store, sorted), this)));
    return decisions;
  }

  /// Asks the runs at the head, which what this push brought is not part of.
  @FunctionalInterface
  interface HistoryQuestion {
    Findings ask(RunSet history) throws IOException;
  }

  /// Asks; where the runs turn out damaged, builds them anew and asks again.
  Findings ask(HistoryQuestion question) throws IOException {
    return store.ask(() -> question.ask(store.history()), this);
  }

  RowHasher hasher() {
    return hasher;
  }

  long seedHigh() {
    return store.seedHigh();
  }

  long seedLow() {
    return store.seedLow();
  }

  /// Closes the files and leaves the folder to another instance, which has taken over.
  public void letGo() {
    store.letGo();
  }

  /// Deletes the files of other instances.
  void tidy() {
    store.tidy();
  }

  @Override
  public void commit(Multihash newHead) {
    store.commit(newHead);
  }

  @Override
  public void close() {
    store.close();
  }

  @Override
  public void absorb(IndexedSlices slices, RunSet history) throws IOException {
    slices.read(
        rows,
        batches -> {
          KeySet window = new KeySet(1_024);
          for (RecordBatch batch = batches.next(); batch != null; batch = batches.next()) {
            hasher.hash(batch, window);
            if (window.size() >= CATCH_UP_ROWS) {
              absorb(window, history);
              window = new KeySet(CATCH_UP_ROWS);
            }
          }
          absorb(window, history);
        });
  }

  /// Of the keys that are not in the history yet, the first row of each.
  private static void absorb(KeySet window, RunSet history) throws IOException {
    int[] order = window.order();
    KeySet first = new KeySet(window.size());
    for (int i = 0; i < order.length; i++) {
      int at = order[i];
      if (i == 0 || window.compare(order[i - 1], window.high(at), window.low(at)) != 0) {
        first.add(window, at);
      }
    }
    Findings findings = new Findings(first, 1);
    history.find(first, findings);
    KeySet unknown = new KeySet(first.size());
    for (int i = 0; i < first.size(); i++) {
      if (!findings.isFound(i)) {
        unknown.add(first, i);
      }
    }
    history.add(unknown);
  }

  /// Looks keys up in what there was and in what the push brought. A class because a lambda costs a
  /// cold push more.
  private record Lookup(IndexStore store, KeySet sorted) implements IndexStore.Question<Findings> {
    @Override
    public Findings ask() throws IOException {
      Findings findings = new Findings(sorted, 1);
      store.added().find(sorted, findings);
      store.history().find(sorted, findings);
      return findings;
    }
  }
}
