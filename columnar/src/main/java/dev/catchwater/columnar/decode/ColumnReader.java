package dev.catchwater.columnar.decode;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.parquet.ColumnChunk;
import dev.catchwater.columnar.parquet.FileFooter;
import dev.catchwater.columnar.parquet.OffsetIndex;
import dev.catchwater.columnar.parquet.SchemaNode;
import dev.catchwater.disk.DiskFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the rows of one top-level column in one row group, in order. Used by one thread.
public final class ColumnReader {
  private static final int INDEX_SIZE_MAX = 1 << 26;

  private final SchemaNode node;
  private final List<LeafRows> leaves = new ArrayList<>(1);

  /// Begins at a row of the row group.
  ///
  /// @param chunks of the whole row group
  public ColumnReader(DiskFile file, SchemaNode node, List<ColumnChunk> chunks, long firstRow)
      throws IOException {
    this(file, node, chunks, firstRow, PageMemory.UNLIMITED);
  }

  /// The same within a limit of memory, which the columns of a row group share.
  public ColumnReader(
      DiskFile file, SchemaNode node, List<ColumnChunk> chunks, long firstRow, PageMemory memory)
      throws IOException {
    this.node = node;
    open(file, node, chunks, firstRow, memory);
  }

  private void open(
      DiskFile file, SchemaNode part, List<ColumnChunk> chunks, long firstRow, PageMemory memory)
      throws IOException {
    if (part instanceof SchemaNode.Leaf leaf) {
      ColumnChunk chunk = chunks.get(leaf.index());
      // Reading from the first row on needs no index: pages come one after the other.
      OffsetIndex index = firstRow == 0 ? null : index(file, chunk);
      leaves.add(new LeafRows(new LeafReader(file, leaf, chunk, index, memory), firstRow));
    } else if (part instanceof SchemaNode.ListNode list) {
      open(file, list.item(), chunks, firstRow, memory);
    } else if (part instanceof SchemaNode.StructNode struct) {
      for (SchemaNode child : struct.children()) {
        open(file, child, chunks, firstRow, memory);
      }
    }
  }

  private static @Nullable OffsetIndex index(DiskFile file, ColumnChunk chunk) throws IOException {
    long position = chunk.offsetIndexPosition();
    int size = chunk.offsetIndexSize();
    if (position <= 0) {
      return null;
    }
    if (size <= 0 || size > INDEX_SIZE_MAX || position > file.size() - size) {
      throw FileFooter.damaged("a page index outside the file");
    }
    byte[] bytes = new byte[size];
    file.readFully(bytes, 0, size, position);
    OffsetIndex index = OffsetIndex.read(bytes, 0, size);
    return index.positions().length == 0 ? null : index;
  }

  /// Rows that can be read without opening a further page; 0 where that is not known.
  public int rowsAtHand() throws IOException {
    int rows = Integer.MAX_VALUE;
    for (LeafRows leaf : leaves) {
      rows = Math.min(rows, leaf.rowsAtHand());
    }
    return rows;
  }

  /// Reads the next rows, exactly so many.
  public Column read(int rowCount) throws IOException {
    if (node instanceof SchemaNode.Leaf) {
      return leaves.getFirst().readFlat(rowCount);
    }
    List<LeafRows.Entries> entries = new ArrayList<>(leaves.size());
    for (LeafRows leaf : leaves) {
      entries.add(leaf.readEntries(rowCount));
    }
    return new Assembler(entries).assemble(node, rowCount);
  }
}
