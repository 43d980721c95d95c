package dev.catchwater.tables;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// The rows of a dynamic table at one moment, from what was stored until then: its slices, which do
/// not change, and the rows behind them. Nobody waits for it. Reads from the last row back; of each
/// key the last row counts. Used by one thread.
final class NewestRows {
  private static final int ADDED = 0;
  private static final int CORRECTED = 3;
  private static final int ROWS_AT_ONCE = 1 << 16;
  private static final List<String> COLUMNS =
      List.of(Definition.OPERATION, Definition.KEY, Definition.PAYLOAD);

  private final Dataset dataset;
  private final HotRows rows;
  private final RowLines to;
  private final SeenKeys seen = new SeenKeys();

  /// @param rows the dataset at the moment
  NewestRows(Dataset dataset, HotRows rows, RowLines to) {
    this.dataset = dataset;
    this.rows = rows;
    this.to = to;
  }

  /// Hands the rows on, in an order of no meaning.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException where a slice went meanwhile, by a reset
  void copy() throws IOException {
    for (RecordBatch batch : rows.batches().reversed()) {
      backwards(batch);
    }
    for (DataSlice slice : dataset.slicesFrom(rows.state().head())) {
      try (SliceReader reader = SliceReader.open(dataset.openSlice(slice))) {
        backwards(reader);
      }
    }
  }

  private void backwards(SliceReader reader) throws IOException {
    for (long end = reader.rowCount(); end > 0; end -= ROWS_AT_ONCE) {
      long first = Math.max(0, end - ROWS_AT_ONCE);
      SliceRows part = reader.read(first, end - first, COLUMNS);
      Deque<RecordBatch> batches = new ArrayDeque<>();
      for (RecordBatch batch = part.next(); batch != null; batch = part.next()) {
        batches.push(batch);
      }
      for (RecordBatch batch : batches) {
        backwards(batch);
      }
    }
  }

  private void backwards(RecordBatch batch) throws IOException {
    int[] operations = ((Column.Ints) column(batch, Definition.OPERATION)).values();
    Column.Bytes keys = (Column.Bytes) column(batch, Definition.KEY);
    Column.Bytes payloads = (Column.Bytes) column(batch, Definition.PAYLOAD);
    for (int row = batch.rowCount() - 1; row >= 0; row--) {
      byte[] key = Arrays.copyOfRange(keys.data(), keys.offsets()[row], keys.offsets()[row + 1]);
      boolean isThere = operations[row] == ADDED || operations[row] == CORRECTED;
      if (seen.add(key) && isThere) {
        to.add(key, payloads.data(), payloads.offsets()[row], payloads.offsets()[row + 1]);
      }
    }
  }

  private static Column column(RecordBatch batch, String name) {
    return batch.column(batch.schema().indexOf(name));
  }

  /// Keys that were met, by 128 bits of their SHA3-256: no two keys have ever had the same.
  private static final class SeenKeys {
    private final MessageDigest digest = Multihash.newSha3();
    private long[] table = new long[1 << 11];
    private int count;

    /// Whether it was not met before.
    boolean add(byte[] key) {
      ByteBuffer hash = ByteBuffer.wrap(digest.digest(key));
      long high = hash.getLong() | 1; // 0 is an empty place
      long low = hash.getLong();
      if (4 * count > table.length) {
        long[] before = table;
        table = new long[Math.multiplyExact(2, before.length)];
        for (int i = 0; i < before.length; i += 2) {
          if (before[i] != 0) {
            put(before[i], before[i + 1]);
          }
        }
      }
      boolean isNew = put(high, low);
      count += isNew ? 1 : 0;
      return isNew;
    }

    private boolean put(long high, long low) {
      int places = table.length / 2;
      int at = (int) (low & (places - 1));
      while (table[2 * at] != 0) {
        if (table[2 * at] == high && table[2 * at + 1] == low) {
          return false;
        }
        at = (at + 1) & (places - 1);
      }
      table[2 * at] = high;
      table[2 * at + 1] = low;
      return true;
    }
  }
}
