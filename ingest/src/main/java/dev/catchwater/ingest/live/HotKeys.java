package dev.catchwater.ingest.live;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.index.KeyIndex;
import dev.catchwater.ingest.index.LiveKeys;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The keys of a dataset that is kept open, by each set of key columns that a Ledger source asks
/// for. Opened when first asked; rows of every push go into all of them, whichever source it is.
/// Used under the lock of the dataset, but for [#open].
final class HotKeys {
  private final Dataset dataset;
  private final HotTable hot;
  private final RandomGenerator random;
  private final Map<List<String>, LiveKeys> keys = new HashMap<>();

  HotKeys(Dataset dataset, HotTable hot, RandomGenerator random) {
    this.dataset = dataset;
    this.hot = hot;
    this.random = random;
  }

  /// What decides on the rows of a source; null where every row stays.
  @Nullable LiveKeys of(MergeStrategy merge, StoredRows form, ChainState state) throws IOException {
    if (!(merge instanceof MergeStrategy.Ledger ledger)) {
      return null;
    }
    LiveKeys found = keys.get(ledger.primaryKey());
    if (found == null) {
      found = new LiveKeys(openOne(ledger.primaryKey(), form, state));
      int count = form.data().fields().size();
      for (RecordBatch batch : hot.all()) {
        List<Column> columns = batch.columns();
        List<Column> data = columns.subList(columns.size() - count, columns.size());
        found.note(new RecordBatch(form.data(), batch.rowCount(), data));
      }
      keys.put(ledger.primaryKey(), found);
    }
    return found;
  }

  /// Takes in the rows of a push that is applied.
  ///
  /// @param decider knows them already
  void note(RecordBatch merged, @Nullable LiveKeys decider) {
    for (LiveKeys known : keys.values()) {
      if (known != decider) {
        known.note(merged);
      }
    }
  }

  /// All rows so far go into the next slice.
  void cut() {
    for (LiveKeys known : keys.values()) {
      known.cut();
    }
  }

  List<List<String>> inUse() {
    return List.copyOf(keys.keySet());
  }

  /// Opens indexes at a new head, while the ones in use are.
  Map<List<String>, KeyIndex> open(List<List<String>> wanted, StoredRows form, ChainState state) {
    Map<List<String>, KeyIndex> opened = new HashMap<>();
    for (List<String> key : wanted) {
      try {
        opened.put(key, openOne(key, form, state));
      } catch (IOException | CatchwaterException e) {
        // Whoever needs it next says what is wrong with it.
      }
    }
    return opened;
  }

  private KeyIndex openOne(List<String> key, StoredRows form, ChainState state) throws IOException {
    return LiveKeys.open(dataset, form.data(), key, state, random);
  }

  /// The rows before the cut are in a slice that these indexes know.
  void replace(Map<List<String>, KeyIndex> indexes) {
    for (Map.Entry<List<String>, KeyIndex> fresh : indexes.entrySet()) {
      LiveKeys known = keys.get(fresh.getKey());
      if (known != null && known.isLike(fresh.getValue())) {
        known.replace(fresh.getValue());
      } else {
        // It was made anew under another secret, or nobody asks any more.
        fresh.getValue().letGo();
        LiveKeys gone = keys.remove(fresh.getKey());
        if (gone != null) {
          gone.close();
        }
      }
    }
  }

  /// Forgets everything; asked again, they are opened anew.
  void drop() {
    for (LiveKeys known : keys.values()) {
      known.close();
    }
    keys.clear();
  }
}
