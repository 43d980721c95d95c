package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.ingest.PushCounts;
import dev.catchwater.ingest.index.PushedKeys;
import dev.catchwater.ingest.index.StateIndex;
import dev.catchwater.ingest.index.StateVerdicts;
import dev.catchwater.ingest.read.RowFaults;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.OperationType;
import dev.catchwater.odf.schema.Scalar;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Snapshot and UpsertStream: what a push says of keys against the last rows of these keys (design
/// §7.10). What differs is stored, by key, then operation type.
///
/// While rows come, they are put aside and their keys hashed. At the end the keys, sorted, are
/// joined with the index; that tells which rows are stored, and they are picked in a second pass.
/// So a push of any size takes bounded memory and looks at each row twice, and at a stored row only
/// where it changes.
///
/// Used by one thread.
public final class StateMerge implements RowMerge {
  /// What the two strategies do differently.
  ///
  /// @param isWhole whether the push is the whole state, so that a key it lacks is retracted and
  ///   none may come twice; otherwise the last row of a key counts, and may retract
  /// @param allowsEmpty whether a push without rows may retract everything
  public record Rules(boolean isWhole, boolean allowsEmpty) {}

  private final Rules rules;
  private final StateIndex index;
  private final EventTimeFallback fallback;
  private final List<String> key;
  private final RowSink sink;
  private final RowFaults faults;
  private final int dataColumns;
  private final DataSchema data;
  private final DataSchema stored;
  private final PushedKeys pushed;
  private final HeldRows held;
  private final RowSorter sorter;
  private final Marks marks = new Marks();
  private PushCounts counts = PushCounts.NONE;

  /// @param index at the state the push starts from; stays open
  /// @param fallback over prepared rows; of an UpsertStream the last column is the operation type
  /// @param operationColumn the name of that column
  /// @param faults hears of keys that come twice; then nothing is stored
  /// @param bytesMax how many bytes of rows are held in memory before they are spilled
  /// @param windowRowsMax how many keys are sorted together
  public StateMerge(
      Rules rules,
      StateIndex index,
      EventTimeFallback fallback,
      List<String> key,
      String operationColumn,
      RowSink sink,
      ScratchSpace scratch,
      RowFaults faults,
      long bytesMax,
      int windowRowsMax) {
    this.rules = rules;
    this.faults = faults;
    this.index = index;
    this.fallback = fallback;
    this.key = key;
    this.sink = sink;
    List<DataField> fields = fallback.schema().fields();
    dataColumns = rules.isWhole() ? fields.size() : fields.size() - 1;
    data = DataSchema.of(fields.subList(0, dataColumns));
    stored = withOperation(data, operationColumn);
    pushed = new PushedKeys(index, windowRowsMax, bytesMax);
    held = new HeldRows(data, scratch, bytesMax / 2);
    List<String> order = new ArrayList<>(key);
    order.add(operationColumn);
    sorter = new RowSorter(stored, new KeyOrder(stored, order), scratch, bytesMax / 2);
  }

  @Override
  public void accept(RecordBatch rows) throws IOException {
    RecordBatch filled = fallback.fill(rows);
    Column eventTimes = rows.column(0);
    if (rules.isWhole()) {
      held.add(filled);
      pushed.add(filled, eventTimes, null, null);
      return;
    }
    Column.Ints operations = (Column.Ints) filled.column(dataColumns);
    RecordBatch bare =
        new RecordBatch(data, filled.rowCount(), filled.columns().subList(0, dataColumns));
    held.add(bare);
    pushed.add(bare, eventTimes, operations.values(), taken(operations));
  }

  @Override
  public boolean isHolding() {
    return pushed.rowCount() > 0;
  }

  @Override
  public void finish() throws IOException {
    if (rules.isWhole()) {
      index.joinAll(pushed, marks);
      noteRepeated();
      if (!faults.isEmpty()) {
        return;
      }
    } else {
      index.joinPushed(pushed, marks);
    }
    counts = marks.counts(rules.isWhole() ? -1 : pushed.rowCount());
    pickMarked();
    try (RowSource rows = sorter.sorted(null)) {
      for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
        index.put(batch, sink.nextOffset());
        sink.accept(batch);
      }
    }
    index.endInput();
  }

  @Override
  public PushCounts counts() {
    return counts;
  }

  @Override
  public void close() throws IOException {
    pushed.close();
    held.close();
    sorter.close();
  }

  /// The second pass: rows that are new or changed, with what they are.
  private void pickMarked() throws IOException {
    if (marks.isNone()) {
      return;
    }
    long before = 0;
    try (RowSource rows = held.read()) {
      for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
        int[] picked = new int[batch.rowCount()];
        int[] operations = new int[batch.rowCount()];
        int count = 0;
        for (int row = 0; row < picked.length; row++) {
          int operation = marks.operation(before + row);
          if (operation >= 0) {
            operations[count] = operation;
            picked[count++] = row;
          }
        }
        before += batch.rowCount();
        if (count > 0) {
          sorter.accept(withOperations(RowSelection.take(batch, picked, count), operations));
        }
      }
    }
  }

  private RecordBatch withOperations(RecordBatch rows, int[] operations) {
    List<Column> columns = new ArrayList<>(rows.columns());
    columns.add(new Column.Ints(rows.rowCount(), operations, null));
    return new RecordBatch(stored, rows.rowCount(), columns);
  }

  private void noteRepeated() throws IOException {
    List<PushedKeys.Twice> twice = pushed.twice();
    if (twice.isEmpty()) {
      return;
    }
    String[] keys = keys(twice);
    String field = key.size() == 1 ? key.getFirst() : null;
    for (int i = 0; i < keys.length; i++) {
      PushedKeys.Twice rows = twice.get(i);
      faults.add(
          rows.secondRow(),
          rows.firstRow(),
          field,
          "Key " + keys[i] + " is in the push twice, an ambiguous state: also in ",
          "a Snapshot push has one row a key");
    }
    faults.addUntold(pushed.twiceCount() - keys.length);
  }

  private String[] keys(List<PushedKeys.Twice> twice) throws IOException {
    String[] texts = new String[twice.size()];
    long before = 0;
    int at = 0;
    try (RowSource rows = held.read()) {
      RecordBatch batch = rows.next();
      while (at < texts.length && batch != null) {
        long row = twice.get(at).secondRow() - before;
        if (row < batch.rowCount()) {
          texts[at++] = KeyText.of(batch, (int) row, key);
        } else {
          before += batch.rowCount();
          batch = rows.next();
        }
      }
    }
    return texts;
  }

  private static DataSchema withOperation(DataSchema data, String operationColumn) {
    List<DataField> fields = new ArrayList<>(data.fields());
    fields.add(DataField.of(operationColumn, Scalar.INT32));
    return DataSchema.of(fields);
  }

  private static boolean[] taken(Column operations) {
    boolean[] isTaken = new boolean[operations.rowCount()];
    for (int row = 0; row < isTaken.length; row++) {
      isTaken[row] = !operations.isNull(row);
    }
    return isTaken;
  }

  /// Which rows are stored, as what.
  private final class Marks implements StateVerdicts {
    private long[] isAdded = new long[16];
    private long[] isCorrected = new long[16];
    private long added;
    private long corrected;
    private long retracted;
    private long duplicate;

    @Override
    public void added(long row) {
      isAdded = marked(isAdded, row);
      added++;
    }

    @Override
    public void corrected(long row) {
      isCorrected = marked(isCorrected, row);
      corrected++;
    }

    @Override
    public void duplicate(long row) {
      duplicate++;
    }

    @Override
    public void ignored(long row) {}

    @Override
    public void stored(RecordBatch rows, int[] operations) throws IOException {
      if (rules.isWhole() && !rules.allowsEmpty() && pushed.rowCount() == 0) {
        throw CatchwaterException.of(
                ErrorCode.BAD_DATA, "The push has no rows, so every row would be retracted")
            .withHint("--allow-empty where that is meant");
      }
      for (int operation : operations) {
        retracted += operation == OperationType.RETRACT.code() ? 1 : 0;
      }
      sorter.accept(withOperations(rows, operations));
    }

    boolean isNone() {
      return added == 0 && corrected == 0;
    }

    /// The code that a row is stored with, or -1.
    int operation(long row) {
      if (isMarked(isAdded, row)) {
        return OperationType.APPEND.code();
      }
      return isMarked(isCorrected, row) ? OperationType.CORRECT_TO.code() : -1;
    }

    /// @param rowsRead rows of the push where each row that is not counted otherwise is ignored, or
    ///   -1 where none is
    PushCounts counts(long rowsRead) {
      long ignored = rowsRead < 0 ? 0 : rowsRead - added - corrected - retracted - duplicate;
      return new PushCounts(added, corrected, retracted, duplicate, 0, ignored, 0);
    }

    private static long[] marked(long[] bits, long row) {
      int word = Math.toIntExact(row >> 6);
      long[] grown =
          word < bits.length ? bits : Arrays.copyOf(bits, Math.max(word + 1, 2 * bits.length));
      grown[word] |= 1L << row;
      return grown;
    }

    private static boolean isMarked(long[] bits, long row) {
      int word = Math.toIntExact(row >> 6);
      return word < bits.length && (bits[word] >>> row & 1) != 0;
    }
  }
}
