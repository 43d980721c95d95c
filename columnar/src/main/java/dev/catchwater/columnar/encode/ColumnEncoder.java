package dev.catchwater.columnar.encode;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.columnar.codec.Compressors;
import dev.catchwater.columnar.parquet.SchemaNode;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Encodes one top-level column, whatever its shape: rows in, the chunks of its leaves out. Used by
/// one thread at a time.
public final class ColumnEncoder {
  private static final int BYTES_AT_ONCE = ChunkEncoder.PAGE_BYTES_MAX;

  private final SchemaNode node;
  private final List<ChunkEncoder> chunks = new ArrayList<>(1);
  private final int firstLeaf;
  private int[] valueRows = {};

  public ColumnEncoder(SchemaNode node, Compressors compressors) {
    this(node, compressors, false);
  }

  /// An encoder that may leave out all that makes files small and searchable.
  ///
  /// @param isPlain whether values are stored as they are, without dictionaries and bounds
  public ColumnEncoder(SchemaNode node, Compressors compressors, boolean isPlain) {
    this.node = node;
    this.firstLeaf = node.firstLeaf().index();
    addChunks(node, compressors, isPlain);
  }

  private void addChunks(SchemaNode part, Compressors compressors, boolean isPlain) {
    if (part instanceof SchemaNode.Leaf leaf) {
      chunks.add(
          switch (leaf.physical()) {
            case BOOLEAN -> new BooleanChunkEncoder(leaf, compressors);
            case INT32, INT64, FLOAT, DOUBLE -> new FixedChunkEncoder(leaf, compressors, isPlain);
            case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY ->
                new BytesChunkEncoder(leaf, compressors, isPlain);
            case INT96 -> throw new IllegalArgumentException("INT96 is never written");
          });
    } else if (part instanceof SchemaNode.ListNode list) {
      addChunks(list.item(), compressors, isPlain);
    } else if (part instanceof SchemaNode.StructNode struct) {
      for (SchemaNode child : struct.children()) {
        addChunks(child, compressors, isPlain);
      }
    }
  }

  /// Adds the rows `from` to `to - 1` of a column.
  ///
  /// @throws CatchwaterException `SCHEMA_MISMATCH` for a null where the column has none
  public void add(Column column, int from, int to) {
    if (node instanceof SchemaNode.Leaf) {
      addFlat(column, from, to);
    } else {
      Column part =
          from == 0 && to == column.rowCount()
              ? column
              : RowSelection.slice(column, from, to - from);
      new Shredder(this::addNested).shred(node, part);
    }
  }

  private void addFlat(Column column, int from, int to) {
    ChunkEncoder chunk = chunks.getFirst();
    long @Nullable [] bits = column.validity();
    int row = from;
    while (row < to) {
      int end = Math.min(to, row + chunk.room());
      if (column instanceof Column.Bytes bytes) {
        end = fitting(bytes.offsets(), row, end, BYTES_AT_ONCE - chunk.pageBytes());
      }
      if (bits == null) {
        chunk.addValues(column, row, end);
      } else {
        int count = gather(bits, row, end);
        if (count == end - row) {
          chunk.addValues(column, row, end);
        } else if (node.optional()) {
          chunk.addSome(column, row, end, valueRows, count);
        } else {
          throw missingValue(node);
        }
      }
      row = end;
    }
  }

  /// Rows up to `end` whose bytes fill the page and no more, one row at least.
  private static int fitting(int[] offsets, int row, int end, int room) {
    long limit = (long) offsets[row] + room;
    if (offsets[end] <= limit) {
      return end;
    }
    int fit = row + 1;
    while (fit < end && offsets[fit + 1] <= limit) {
      fit++;
    }
    return fit;
  }

  private int gather(long[] bits, int from, int to) {
    if (valueRows.length < to - from) {
      valueRows = new int[to - from];
    }
    int count = 0;
    for (int row = from; row < to; row++) {
      if ((bits[row >> 6] & 1L << row) != 0) {
        valueRows[count++] = row;
      }
    }
    return count;
  }

  private void addNested(SchemaNode.Leaf leaf, Column values, Levels levels) {
    ChunkEncoder chunk = chunks.get(leaf.index() - firstLeaf);
    int[] repetitions = levels.repetitions();
    int[] slots = levels.slots();
    if (valueRows.length < levels.entries()) {
      valueRows = new int[levels.entries()];
    }
    int from = 0;
    while (from < levels.entries()) {
      int rows = 0;
      int count = 0;
      long bytes = chunk.pageBytes();
      int at = from;
      // Whole rows up to the end of the page; a row begins where nothing repeats.
      while (at < levels.entries()
          && (repetitions[at] > 0
              || (rows < chunk.room() && (rows == 0 || bytes < BYTES_AT_ONCE)))) {
        rows += repetitions[at] == 0 ? 1 : 0;
        if (slots[at] >= 0) {
          valueRows[count++] = slots[at];
          bytes += byteLength(values, slots[at]);
        }
        at++;
      }
      chunk.addEntries(values, levels, from, at, rows, valueRows, count);
      from = at;
    }
  }

  private static int byteLength(Column values, int row) {
    return values instanceof Column.Bytes c ? c.offsets()[row + 1] - c.offsets()[row] + 4 : 8;
  }

  static CatchwaterException missingValue(SchemaNode node) {
    return CatchwaterException.of(
        ErrorCode.SCHEMA_MISMATCH, "Column \"" + node.name() + "\" has no nulls, but got one");
  }

  /// Bytes held until the row group ends.
  public long heldBytes() {
    long held = 0;
    for (ChunkEncoder chunk : chunks) {
      held += chunk.heldBytes();
    }
    return held;
  }

  /// The chunks of the leaves, in stored order; the next row group begins.
  public List<EncodedChunk> finish() {
    List<EncodedChunk> done = new ArrayList<>(chunks.size());
    for (ChunkEncoder chunk : chunks) {
      done.add(chunk.finish());
    }
    return done;
  }
}
