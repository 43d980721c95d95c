package dev.catchwater.columnar.decode;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.parquet.FileFooter;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Rows of one leaf, taken out of its pages in runs of any length. Used by one thread.
final class LeafRows {
  /// Entries of some rows of a nested leaf.
  ///
  /// @param count entries in the arrays, which may be longer
  /// @param values those that are there, one after the other
  record Entries(int count, int[] definitions, int[] repetitions, Column values) {}

  private final LeafReader reader;
  private long rowsToSkip;
  private boolean skipping;
  private int entry;
  private int value;
  private boolean open;

  LeafRows(LeafReader reader, long firstRow) {
    this.reader = reader;
    this.rowsToSkip = firstRow == 0 ? 0 : firstRow - reader.seek(firstRow);
    this.skipping = rowsToSkip > 0;
  }

  /// Opens the page that the next entry is on. The rows to pass over are passed over.
  private boolean openPage() throws IOException {
    while (!open || entry == reader.entries) {
      if (!reader.nextPage()) {
        return false;
      }
      open = true;
      entry = 0;
      value = 0;
      if (skipping) {
        skipRows();
      }
    }
    return true;
  }

  private void skipRows() {
    if (reader.leaf.repetition() == 0) {
      int count = (int) Math.min(rowsToSkip, reader.entries);
      value += countThere(0, count);
      entry = count;
      rowsToSkip -= count;
      skipping = rowsToSkip > 0;
      return;
    }
    // A row ends where the next one begins, which may be on the next page.
    while (entry < reader.entries) {
      if (reader.repetitions[entry] == 0) {
        if (rowsToSkip == 0) {
          skipping = false;
          return;
        }
        rowsToSkip--;
      }
      value += isThere(entry) ? 1 : 0;
      entry++;
    }
  }

  private boolean isThere(int at) {
    return reader.allThere || reader.definitions[at] == reader.leaf.definition();
  }

  private int countThere(int from, int to) {
    if (reader.allThere) {
      return to - from;
    }
    int there = 0;
    for (int i = from; i < to; i++) {
      there += reader.definitions[i] == reader.leaf.definition() ? 1 : 0;
    }
    return there;
  }

  int rowsAtHand() throws IOException {
    if (!openPage()) {
      return 0;
    }
    if (reader.leaf.repetition() == 0) {
      return reader.entries - entry;
    }
    int rows = 0;
    for (int i = entry; i < reader.entries; i++) {
      rows += reader.repetitions[i] == 0 ? 1 : 0;
    }
    return rows;
  }

  Column readFlat(int rowCount) throws IOException {
    LeafColumn into = new LeafColumn(reader.leaf, rowCount);
    long @Nullable [] bits = null;
    int row = 0;
    while (row < rowCount) {
      if (!openPage()) {
        throw FileFooter.damaged("a column chunk with fewer values than it says");
      }
      int count = Math.min(rowCount - row, reader.entries - entry);
      int there = countThere(entry, entry + count);
      if (there < count) {
        if (bits == null) {
          bits = new long[(rowCount + 63) >> 6];
          setBits(bits, 0, row);
        }
        into.spread(reader, entry, value, count, bits, row);
      } else {
        into.copy(reader.values, value, count);
        if (bits != null) {
          setBits(bits, row, row + count);
        }
      }
      entry += count;
      value += there;
      row += count;
    }
    return into.build(bits);
  }

  private static void setBits(long[] bits, int from, int to) {
    for (int i = from; i < to; i++) {
      bits[i >> 6] |= 1L << i;
    }
  }

  Entries readEntries(int rowCount) throws IOException {
    int[] definitions = new int[rowCount];
    int[] repetitions = new int[rowCount];
    LeafColumn into = new LeafColumn(reader.leaf, rowCount);
    int count = 0;
    int rows = 0;
    while (openPage()) {
      int end = entry;
      boolean ended = false;
      while (end < reader.entries && !ended) {
        int repetition = reader.leaf.repetition() == 0 ? 0 : reader.repetitions[end];
        if (repetition == 0 && rows == rowCount) {
          ended = true;
        } else {
          rows += repetition == 0 ? 1 : 0;
          end++;
        }
      }
      int more = end - entry;
      if (definitions.length < count + more) {
        int length = Math.max(count + more, definitions.length * 2);
        definitions = Arrays.copyOf(definitions, length);
        repetitions = Arrays.copyOf(repetitions, length);
      }
      if (reader.allThere) {
        Arrays.fill(definitions, count, count + more, reader.leaf.definition());
      } else {
        System.arraycopy(reader.definitions, entry, definitions, count, more);
      }
      if (reader.leaf.repetition() > 0) {
        System.arraycopy(reader.repetitions, entry, repetitions, count, more);
      }
      int there = countThere(entry, end);
      into.copy(reader.values, value, there);
      value += there;
      entry = end;
      count += more;
      if (ended || (rows == rowCount && reader.leaf.repetition() == 0)) {
        break;
      }
    }
    if (rows != rowCount || (count > 0 && repetitions[0] != 0)) {
      throw FileFooter.damaged("a column chunk with fewer rows than it says");
    }
    return new Entries(count, definitions, repetitions, into.build(null));
  }
}
