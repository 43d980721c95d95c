package dev.catchwater.ingest.index;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.OperationType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The last row of each key of a dataset, so that a Snapshot or UpsertStream push asks an index
/// instead of reading the history. The state of a key is its last row by offset, unless that is a
/// retraction.
///
/// A cache like [KeyIndex], with the same life: [#open], [#joinAll] or [#joinPushed], [#put] with
/// what the push stores, [#commit] or [#close]. An entry has the hash of the compared columns, the
/// event time and the place of the row, which lies in a file beside ([RowLog]): so a row that
/// changed is corrected without reading a slice.
///
/// Belongs to the one writer of the dataset; used by one thread.
public final class StateIndex implements PushIndex, IndexStore.Absorber {
  private static final int CHUNK_KEYS = 16_384;
  private static final int PENDING_ROWS_MAX = 262_144;

  private final IndexStore store;
  private final DataSchema rows;
  private final DataSchema rowsAndOperation;
  private final RowHasher hasher;
  private final boolean isTimeCompared;
  private final long pendingBytesMax;
  private final RowBytes bytes;
  private @Nullable LiveStates hot;
  private KeySet pending = new KeySet(16, PushedKeys.WIDTH);
  private RowBuffer pendingRows = new RowBuffer();

  private StateIndex(
      IndexStore store,
      DataSchema rows,
      String operationColumn,
      List<String> key,
      @Nullable List<String> compareColumns,
      long pendingBytesMax) {
    this.store = store;
    this.rows = rows;
    this.pendingBytesMax = pendingBytesMax;
    List<DataField> fields = new ArrayList<>(rows.fields());
    fields.add(DataField.of(operationColumn, Scalar.INT32));
    rowsAndOperation = DataSchema.of(fields);
    hasher = RowHasher.ofStates(rows, key, compareColumns, store.seedHigh(), store.seedLow());
    String eventTime = rows.fields().getFirst().name();
    isTimeCompared =
        !key.contains(eventTime) && (compareColumns == null || compareColumns.contains(eventTime));
    bytes = new RowBytes(rows);
  }

  /// Opens the index of a dataset by some key columns, at the dataset's head.
  ///
  /// @param rows the columns that rows have: event time (required), then data
  /// @param operationColumn the name of the operation type column
  /// @param compareColumns by which rows of one key are compared; null for all others
  /// @param head the dataset's head
  /// @param hasData whether the dataset has any row; if not, no block is read
  /// @param pendingBytesMax bytes of rows held before they are written to the index
  /// @throws CatchwaterException if the slices cannot be read where they must be
  public static StateIndex open(
      Dataset dataset,
      DataSchema rows,
      String operationColumn,
      List<String> key,
      @Nullable List<String> compareColumns,
      Multihash head,
      boolean hasData,
      RandomGenerator random,
      long pendingBytesMax)
      throws IOException {
    List<String> terms = terms(key, compareColumns);
    String name = name(key, compareColumns);
    // The rows are stored as these columns: another schema is another index in the same folder.
    for (DataField field : rows.fields()) {
      terms.add(field.name());
      terms.add(field.type().required().toString());
    }
    IndexStore store = new IndexStore(dataset, name, EntryForm.STATES, terms, head, random);
    try {
      StateIndex index =
          new StateIndex(store, rows, operationColumn, key, compareColumns, pendingBytesMax);
      store.catchUp(hasData, index);
      return index;
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /// The name of the index by some key and compare columns among those of a dataset.
  public static String name(List<String> key, @Nullable List<String> compareColumns) {
    String names = String.join("\0", terms(key, compareColumns)) + (compareColumns == null);
    byte[] hashed = names.getBytes(StandardCharsets.UTF_8);
    return "states-" + Multihash.sha3(hashed).toString().substring(5, 21);
  }

  private static List<String> terms(List<String> key, @Nullable List<String> compareColumns) {
    List<String> terms = new ArrayList<>();
    terms.add("states by");
    terms.addAll(key);
    terms.add("compared by");
    terms.addAll(compareColumns == null ? List.of("every column") : compareColumns);
    return terms;
  }

  /// Looks at rows in memory first from now on, and puts there what is put here.
  void overlay(LiveStates states) {
    hot = states;
  }

  /// Compares pushed rows, the whole new state, with the whole old one: also the keys that were not
  /// pushed are told of, as retracted.
  public void joinAll(PushedKeys pushed, StateVerdicts verdicts) throws IOException {
    EntrySource news = pushed.entries();
    StateWalk olds = new StateWalk(new LiveEntries(store, this), hot);
    KeySet superseded = new KeySet(1_024);
    boolean isNew = news.next();
    boolean isOld = olds.next();
    while (isNew || isOld) {
      int order = !isNew ? 1 : !isOld ? -1 : compare(news, olds.high(), olds.low());
      if (order < 0) {
        verdicts.added(row(news));
      } else if (order > 0) {
        superseded.add(olds.high(), olds.low(), OperationType.RETRACT.code());
      } else if (isSame(news.value(0), news.value(1), olds.content(), olds.time())) {
        verdicts.duplicate(row(news));
      } else {
        verdicts.corrected(row(news));
        superseded.add(olds.high(), olds.low(), OperationType.CORRECT_FROM.code());
      }
      isNew = order <= 0 ? news.next() : isNew;
      isOld = order >= 0 ? olds.next() : isOld;
      if (superseded.size() == CHUNK_KEYS) {
        tellStored(superseded, verdicts);
      }
    }
    tellStored(superseded, verdicts);
  }

  /// Compares pushed rows with the states of their keys only.
  public void joinPushed(PushedKeys pushed, StateVerdicts verdicts) throws IOException {
    EntrySource news = pushed.entries();
    KeySet chunk = new KeySet(1_024, PushedKeys.WIDTH);
    boolean isMore = true;
    while (isMore) {
      isMore = news.next();
      if (isMore) {
        chunk.add(news.high(), news.low(), news.value(0), news.value(1), news.value(2));
      }
      if (chunk.size() == CHUNK_KEYS || !isMore) {
        joinChunk(chunk, verdicts);
        chunk.clear();
      }
    }
  }

  /// Remembers rows of this push as the states of their keys, for its next input and for the
  /// commit.
  ///
  /// @param stored the columns of the index, then the operation type
  /// @param firstOffset the offset of the first one
  public void put(RecordBatch stored, long firstOffset) throws IOException {
    if (hot != null) {
      hot.stage(stored);
      return;
    }
    note(stored, firstOffset);
    if (isPendingFull()) {
      endInput();
    }
  }

  /// The rows of an input are complete.
  public void endInput() throws IOException {
    flush(store.added());
  }

  @Override
  public void commit(Multihash newHead) {
    store.commit(newHead);
  }

  @Override
  public void close() {
    store.close();
  }

  /// Closes the files and leaves the folder to another instance, which has taken over.
  public void letGo() {
    store.letGo();
  }

  /// Deletes the files of other instances.
  void tidy() {
    store.tidy();
  }

  long seedHigh() {
    return store.seedHigh();
  }

  long seedLow() {
    return store.seedLow();
  }

  @Override
  public void absorb(IndexedSlices slices, RunSet history) throws IOException {
    KeySet keptKeys = pending;
    RowBuffer keptRows = pendingRows;
    pending = new KeySet(1_024, PushedKeys.WIDTH);
    pendingRows = new RowBuffer();
    try {
      slices.read(
          rowsAndOperation,
          batches -> {
            for (RecordBatch batch = batches.next(); batch != null; batch = batches.next()) {
              note(batch, batches.firstOffset());
              if (isPendingFull()) {
                flush(history);
              }
            }
          });
      flush(history);
    } finally {
      pending = keptKeys;
      pendingRows = keptRows;
    }
  }

  RowHasher hasher() {
    return hasher;
  }

  RunSet scratch(MergedEntries.TwiceListener listener) {
    return store.scratch(EntryForm.PUSHED, listener);
  }

  /// A value of the event time column, in its unit.
  static long time(Column column, int row) {
    return column instanceof Column.Longs longs
        ? longs.values()[row]
        : ((Column.Ints) column).values()[row];
  }

  private void joinChunk(KeySet chunk, StateVerdicts verdicts) throws IOException {
    Findings findings = store.ask(() -> find(chunk), this);
    KeySet superseded = new KeySet(16);
    for (int i = 0; i < chunk.size(); i++) {
      long row = chunk.value(i, 2) >> 1;
      LiveStates.State known = hot == null ? null : hot.find(chunk.high(i), chunk.low(i));
      boolean isLive = known == null ? isLive(findings, i) : !known.isRetracted();
      long content = known == null ? findings.content(i) : known.content();
      long time = known == null ? findings.value(i, 1) : known.time();
      if ((chunk.value(i, 2) & 1) != 0) {
        if (isLive) {
          superseded.add(chunk.high(i), chunk.low(i), OperationType.RETRACT.code());
        } else {
          verdicts.ignored(row);
        }
      } else if (!isLive) {
        verdicts.added(row);
      } else if (isSame(chunk.content(i), chunk.value(i, 1), content, time)) {
        verdicts.duplicate(row);
      } else {
        verdicts.corrected(row);
        superseded.add(chunk.high(i), chunk.low(i), OperationType.CORRECT_FROM.code());
      }
    }
    tellStored(superseded, verdicts);
  }

  private Findings find(KeySet sorted) throws IOException {
    Findings findings = new Findings(sorted, EntryForm.STATES.width());
    store.added().find(sorted, findings);
    store.history().find(sorted, findings);
    return findings;
  }

  /// Hands the stored rows of sorted keys on; each key's value is the operation to tell.
  private void tellStored(KeySet keys, StateVerdicts verdicts) throws IOException {
    tellSealed(hot == null ? keys : tellHot(hot, keys, verdicts), verdicts);
    keys.clear();
  }

  /// The same of keys whose row is in memory; returns the others.
  private KeySet tellHot(LiveStates states, KeySet keys, StateVerdicts verdicts)
      throws IOException {
    KeySet others = new KeySet(16);
    for (int i = 0; i < keys.size(); i++) {
      LiveStates.State known = states.find(keys.high(i), keys.low(i));
      if (known == null) {
        others.add(keys.high(i), keys.low(i), keys.content(i));
      } else {
        verdicts.stored(known.alone(rows), new int[] {(int) keys.content(i)});
      }
    }
    return others;
  }

  private void tellSealed(KeySet keys, StateVerdicts verdicts) throws IOException {
    StoredRows stored = new StoredRows(keys, rows, this::find, store);
    while (!stored.isAtEnd()) {
      int from = stored.position();
      RecordBatch batch = store.ask(stored, this);
      int[] operations = new int[batch.rowCount()];
      for (int i = 0; i < operations.length; i++) {
        operations[i] = (int) keys.content(from + i);
      }
      verdicts.stored(batch, operations);
    }
  }

  /// The row of a key that no row in memory has, null where there is none.
  @Nullable RecordBatch sealedRow(long high, long low) throws IOException {
    KeySet one = new KeySet(1);
    one.add(high, low, 0);
    Findings findings = store.ask(() -> find(one), this);
    if (!isLive(findings, 0)) {
      return null;
    }
    return store.ask(new StoredRows(one, rows, this::find, store, findings), this);
  }

  /// Rows of sorted keys that no row in memory has, all of which have one.
  void sealedRows(KeySet sorted, Consumer<RecordBatch> taker) throws IOException {
    StoredRows stored = new StoredRows(sorted, rows, this::find, store);
    while (!stored.isAtEnd()) {
      taker.accept(store.ask(stored, this));
    }
  }

  /// The keys that have a state.
  ///
  /// @param after those behind this one only, null for all
  StateWalk walk(LiveStates states, @Nullable StatePosition after) throws IOException {
    if (after == null) {
      return new StateWalk(new LiveEntries(store, this), states);
    }
    LiveEntries behind = new LiveEntries(store, this, after.high(), after.low());
    return new StateWalk(behind, states, after.high(), after.low());
  }

  private boolean isSame(long content, long time, long storedContent, long storedTime) {
    boolean isTimeSame = !isTimeCompared || time == PushedKeys.NO_TIME || time == storedTime;
    return content == storedContent && isTimeSame;
  }

  private void note(RecordBatch stored, long firstOffset) {
    Column operations = stored.column(rows.fields().size());
    for (int row = 0; row < stored.rowCount(); row++) {
      int operation = operations.isNull(row) ? 0 : ((Column.Ints) operations).values()[row];
      hasher.hashState(stored, row);
      if (operation == OperationType.RETRACT.code()) {
        pending.add(hasher.keyHigh(), hasher.keyLow(), 0, 0, EntryForm.RETRACTED);
      } else {
        int position = pendingRows.begin(firstOffset + row);
        bytes.write(stored, row, pendingRows);
        pendingRows.end();
        pending.add(
            hasher.keyHigh(),
            hasher.keyLow(),
            hasher.comparedContent(),
            time(stored.column(0), row),
            position);
      }
    }
  }

  private boolean isPendingFull() {
    return pendingRows.size() >= pendingBytesMax || pending.size() >= PENDING_ROWS_MAX;
  }

  private void flush(RunSet into) throws IOException {
    if (pending.size() > 0) {
      into.add(pending.lastOfEach(), pendingRows);
      pending = new KeySet(1_024, PushedKeys.WIDTH);
      pendingRows = new RowBuffer();
    }
  }

  private static boolean isLive(Findings findings, int index) {
    return findings.isFound(index) && findings.value(index, 2) != EntryForm.RETRACTED;
  }

  private static long row(EntrySource entry) {
    return entry.value(2) >> 1;
  }

  private static int compare(EntrySource entry, long high, long low) {
    int order = Long.compare(entry.high(), high);
    return order != 0 ? order : Long.compare(entry.low(), low);
  }
}
