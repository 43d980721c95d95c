package dev.catchwater.ingest.live;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.index.KeyIndex;
import dev.catchwater.ingest.index.LiveKeys;
import dev.catchwater.ingest.index.LiveStates;
import dev.catchwater.ingest.index.StateIndex;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is known by key of a dataset that is kept open, by each set of key columns that a source
/// asks for: which keys there are (Ledger), the last row of each (Snapshot, UpsertStream). Opened
/// when first asked; rows of every push go into all of them, whichever source it is. Used under the
/// lock of the dataset, but for [#open].
final class HotKeys {
  // The columns of a batch of one row; a key, its state and their place in a map.
  private static final int BYTES_A_BATCH = 1_024;
  private static final int BYTES_A_STATE = 160;

  private final Dataset dataset;
  private final HotTable hot;
  private final LiveTools tools;
  private final Map<List<String>, LiveKeys> keys = new HashMap<>();
  private final Map<StatesBy, LiveStates> states = new HashMap<>();

  HotKeys(Dataset dataset, HotTable hot, LiveTools tools) {
    this.dataset = dataset;
    this.hot = hot;
    this.tools = tools;
  }

  /// Which last rows are asked for.
  ///
  /// @param key the key columns
  /// @param compared the columns that rows of one key are compared by, null for all others
  record StatesBy(List<String> key, @Nullable List<String> compared) {
    static @Nullable StatesBy of(MergeStrategy merge) {
      if (merge instanceof MergeStrategy.Snapshot snapshot) {
        return new StatesBy(snapshot.primaryKey(), snapshot.compareColumns());
      }
      return merge instanceof MergeStrategy.UpsertStream
          ? new StatesBy(merge.primaryKey(), null)
          : null;
    }
  }

  /// What the rows of a push are compared with; both null where every row stays.
  record Decider(@Nullable LiveKeys keys, @Nullable LiveStates states) {
    /// The push under way is applied.
    void keep() {
      if (keys != null) {
        keys.keep();
      }
      if (states != null) {
        states.keep();
      }
    }

    /// The push under way is not applied.
    void forget() {
      if (keys != null) {
        keys.forget();
      }
      if (states != null) {
        states.forget();
      }
    }
  }

  /// The key columns that are asked for.
  record Wanted(List<List<String>> keys, List<StatesBy> states) {}

  /// Indexes at a new head.
  record Opened(Map<List<String>, KeyIndex> keys, Map<StatesBy, StateIndex> states) {}

  /// What decides on the rows of a source.
  Decider of(MergeStrategy merge, StoredRows form, ChainState state) throws IOException {
    if (merge instanceof MergeStrategy.Ledger) {
      return new Decider(keysBy(merge.primaryKey(), form, state), null);
    }
    StatesBy asked = StatesBy.of(merge);
    return new Decider(null, asked == null ? null : statesBy(asked, form, state));
  }

  /// The last rows of the keys of a source; null where it has none, or there are no columns yet.
  @Nullable LiveStates statesOf(MergeStrategy merge, ChainState state) throws IOException {
    StatesBy asked = StatesBy.of(merge);
    DataSchema schema = state.schema();
    if (asked == null || schema == null) {
      return null;
    }
    LiveStates found = states.get(asked);
    return found == null ? statesBy(asked, StoredRows.of(schema), state) : found;
  }

  private LiveKeys keysBy(List<String> key, StoredRows form, ChainState state) throws IOException {
    LiveKeys found = keys.get(key);
    if (found == null) {
      found = new LiveKeys(openKeys(key, form, state));
      for (RecordBatch batch : hot.all()) {
        found.note(form.bare(form.reduced(batch)));
      }
      keys.put(key, found);
    }
    return found;
  }

  private LiveStates statesBy(StatesBy asked, StoredRows form, ChainState state)
      throws IOException {
    LiveStates found = states.get(asked);
    if (found == null) {
      found = new LiveStates(openStates(asked, form, state), form.data());
      for (RecordBatch batch : hot.all()) {
        found.note(form.reduced(batch));
      }
      states.put(asked, found);
    }
    return found;
  }

  /// Takes in the rows of a push that is applied.
  ///
  /// @param decider knows them already
  void note(RecordBatch merged, StoredRows form, Decider decider) {
    for (LiveKeys known : keys.values()) {
      if (known != decider.keys) {
        known.note(form.bare(merged));
      }
    }
    for (LiveStates known : states.values()) {
      if (known != decider.states) {
        known.note(form.operated(merged));
      }
    }
  }

  /// About how many bytes are held in memory for the rows of a push, beside the rows themselves:
  /// what counts against the journal's room, so that it is sealed before the memory is full.
  long bytesBeside(RecordBatch merged) {
    return states.size() * (BYTES_A_BATCH + (long) BYTES_A_STATE * merged.rowCount());
  }

  /// All rows so far go into the next slice.
  void cut() {
    for (LiveKeys known : keys.values()) {
      known.cut();
    }
    for (LiveStates known : states.values()) {
      known.cut();
    }
  }

  Wanted inUse() {
    return new Wanted(List.copyOf(keys.keySet()), List.copyOf(states.keySet()));
  }

  /// Opens indexes at a new head, while the ones in use are. What cannot be opened is left out:
  /// whoever needs it next says what is wrong with it.
  Opened open(Wanted wanted, StoredRows form, ChainState state) {
    Opened opened = new Opened(new HashMap<>(), new HashMap<>());
    for (List<String> key : wanted.keys) {
      try {
        opened.keys.put(key, openKeys(key, form, state));
      } catch (IOException | CatchwaterException e) {
        // see above
      }
    }
    for (StatesBy asked : wanted.states) {
      try {
        opened.states.put(asked, openStates(asked, form, state));
      } catch (IOException | CatchwaterException e) {
        // see above
      }
    }
    return opened;
  }

  private KeyIndex openKeys(List<String> key, StoredRows form, ChainState state)
      throws IOException {
    return LiveKeys.open(dataset, form.data(), key, state, tools.random());
  }

  private StateIndex openStates(StatesBy asked, StoredRows form, ChainState state)
      throws IOException {
    return StateIndex.open(
        dataset,
        form.data(),
        state.vocabulary().operationType(),
        asked.key,
        asked.compared,
        state.head(),
        state.lastOffset() != null,
        tools.random(),
        tools.limits().rowBytesMax() / 2);
  }

  /// The rows before the cut are in a slice that these indexes know. One that was made anew under
  /// another secret, or is missing, is opened anew when it is asked for.
  void replace(Opened indexes) {
    for (List<String> key : List.copyOf(keys.keySet())) {
      KeyIndex fresh = indexes.keys.remove(key);
      LiveKeys known = keys.get(key);
      if (known != null && fresh != null && known.isLike(fresh)) {
        known.replace(fresh);
      } else if (known != null) {
        keys.remove(key);
        known.close();
        letGo(fresh);
      }
    }
    for (StatesBy asked : List.copyOf(states.keySet())) {
      StateIndex fresh = indexes.states.remove(asked);
      LiveStates known = states.get(asked);
      if (known != null && fresh != null && known.isLike(fresh)) {
        known.replace(fresh);
      } else if (known != null) {
        states.remove(asked);
        known.close();
        letGo(fresh);
      }
    }
    indexes.keys.values().forEach(HotKeys::letGo);
    indexes.states.values().forEach(HotKeys::letGo);
  }

  private static void letGo(@Nullable KeyIndex index) {
    if (index != null) {
      index.letGo();
    }
  }

  private static void letGo(@Nullable StateIndex index) {
    if (index != null) {
      index.letGo();
    }
  }

  /// Forgets everything; asked again, they are opened anew.
  void drop() {
    for (LiveKeys known : keys.values()) {
      known.close();
    }
    for (LiveStates known : states.values()) {
      known.close();
    }
    keys.clear();
    states.clear();
  }
}
