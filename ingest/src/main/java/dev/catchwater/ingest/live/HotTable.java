package dev.catchwater.ingest.live;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.schema.DataSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// The rows of a dataset that are in no slice, with the chain they follow. What is durable of them
/// is readable ([#view]); what is before a cut is on its way into a slice.
///
/// Rows come by single pushes, so that batches of one row would pile up: [#FANOUT] neighbours that
/// are durable become one, and [#FANOUT] of those again, so a row is copied twice at most.
///
/// Thread-safe: all methods hold the monitor. Whoever adds, cuts or seals holds the lock of the
/// dataset besides.
final class HotTable {
  private static final int FANOUT = 64;
  private static final int ROWS_MAX = 1 << 16;

  /// Rows of one or more pushes that follow each other.
  ///
  /// @param sequence of the last of them
  record Piece(long sequence, RecordBatch rows) {}

  private ChainState state;
  private final List<Piece> beforeCut = new ArrayList<>();
  private final List<Piece> large = new ArrayList<>();
  private final List<Piece> middle = new ArrayList<>();
  private final List<Piece> small = new ArrayList<>();

  HotTable(ChainState state) {
    this.state = state;
  }

  /// Adds the rows of a push, behind all others.
  ///
  /// @param durable the last durable sequence: what comes after it is not put together
  synchronized void add(long sequence, RecordBatch rows, long durable) {
    small.add(new Piece(sequence, rows));
    if (small.size() >= 2 * FANOUT && small.get(FANOUT - 1).sequence <= durable) {
      gather(small, middle);
      if (middle.size() >= FANOUT) {
        gather(middle, large);
      }
    }
  }

  /// Makes one piece of the first ones of a list, where that is not too large.
  private static void gather(List<Piece> from, List<Piece> to) {
    List<Piece> first = from.subList(0, FANOUT);
    int rowCount = 0;
    List<RecordBatch> batches = new ArrayList<>(FANOUT);
    for (Piece piece : first) {
      rowCount += Math.min(ROWS_MAX, piece.rows.rowCount());
      batches.add(piece.rows);
    }
    if (rowCount >= ROWS_MAX) {
      to.addAll(first);
    } else {
      DataSchema schema = batches.getFirst().schema();
      to.add(new Piece(first.getLast().sequence, RowSelection.concat(schema, batches)));
    }
    first.clear();
  }

  /// The durable rows and the chain they follow.
  ///
  /// @param durability the last durable sequence. It is asked under the monitor: neighbours that
  ///   become durable behind an answer would be put together, and left out with what was durable
  ///   before
  synchronized HotRows view(LongSupplier durability) {
    long durable = durability.getAsLong();
    List<RecordBatch> batches = new ArrayList<>();
    boolean isWhole =
        collect(beforeCut, durable, batches)
            && collect(large, durable, batches)
            && collect(middle, durable, batches);
    if (isWhole) {
      collect(small, durable, batches);
    }
    return new HotRows(state, batches);
  }

  private static boolean collect(List<Piece> pieces, long durable, List<RecordBatch> into) {
    for (Piece piece : pieces) {
      if (piece.sequence > durable) {
        return false;
      }
      into.add(piece.rows);
    }
    return true;
  }

  /// All rows, durable or not.
  synchronized List<RecordBatch> all() {
    return view(() -> Long.MAX_VALUE).batches();
  }

  /// All rows so far go into the next slice; returns them.
  synchronized List<RecordBatch> cut() {
    beforeCut.addAll(large);
    beforeCut.addAll(middle);
    beforeCut.addAll(small);
    large.clear();
    middle.clear();
    small.clear();
    List<RecordBatch> batches = new ArrayList<>(beforeCut.size());
    for (Piece piece : beforeCut) {
      batches.add(piece.rows);
    }
    return batches;
  }

  /// The rows before the cut are in a slice of this chain.
  synchronized void sealed(ChainState with) {
    beforeCut.clear();
    state = with;
  }

  /// The chain grew by something that has no rows here.
  synchronized void follow(ChainState with) {
    state = with;
  }
}
