package dev.catchwater.ingest.index;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataSchema;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The stored rows of sorted keys, some at a time, so that long rows do not fill the memory. After
/// a failure it may be asked again and begins where the last batch ended. Used by one thread.
final class StoredRows implements IndexStore.Question<RecordBatch> {
  private static final int BATCH_BYTES = 4 << 20;
  private static final int WINDOW_BYTES = 1 << 10;
  private static final int DENSE_WINDOW_BYTES = 1 << 17;
  private static final int SPARSE_ENTRIES_A_KEY = 32;

  private final KeySet keys;
  private final DataSchema schema;
  private final Lookup lookup;
  private final IndexStore store;
  private final Map<IndexRun, RowLog.Reader> readers = new HashMap<>();
  private @Nullable Findings findings;
  private int position;

  /// Looks sorted keys up.
  @FunctionalInterface
  interface Lookup {
    Findings find(KeySet sorted) throws IOException;
  }

  StoredRows(KeySet keys, DataSchema schema, Lookup lookup, IndexStore store) {
    this.keys = keys;
    this.schema = schema;
    this.lookup = lookup;
    this.store = store;
  }

  /// The same of keys that were looked up a moment ago.
  StoredRows(KeySet keys, DataSchema schema, Lookup lookup, IndexStore store, Findings found) {
    this(keys, schema, lookup, store);
    findings = found;
  }

  boolean isAtEnd() {
    return position == keys.size();
  }

  /// Which key is next.
  int position() {
    return position;
  }

  @Override
  public RecordBatch ask() throws IOException {
    try {
      return next();
    } catch (DamagedIndexException | IOException e) {
      findings = null;
      readers.clear();
      throw e;
    }
  }

  private RecordBatch next() throws IOException {
    Findings found = findings;
    if (found == null) {
      found = lookup.find(keys);
      findings = found;
    }
    RowBytes rows = new RowBytes(schema);
    int at = position;
    while (at < keys.size() && rows.byteCount() < BATCH_BYTES) {
      if (!found.isFound(at) || found.value(at, 2) == EntryForm.RETRACTED) {
        throw new DamagedIndexException("a row that was there");
      }
      read(rows, found.run(at), found.value(at, 2));
      at++;
    }
    position = at;
    return rows.batch();
  }

  private void read(RowBytes rows, @Nullable IndexRun run, long place) throws IOException {
    if (run == null) {
      RowBuffer recent = store.added().recentRows();
      int start = Math.toIntExact(place);
      int size = recent.recordSize(start) - RowLog.HEADER_BYTES;
      rows.read(recent.bytes(), start + RowLog.HEADER_BYTES, size);
      return;
    }
    RowLog.Reader reader = readers.get(run);
    if (reader == null) {
      boolean isDense = keys.size() * (long) SPARSE_ENTRIES_A_KEY > run.entryCount();
      reader = run.rows(isDense ? DENSE_WINDOW_BYTES : WINDOW_BYTES);
      readers.put(run, reader);
    }
    reader.read(place);
    rows.read(
        reader.bytes(), reader.start() + RowLog.HEADER_BYTES, reader.size() - RowLog.HEADER_BYTES);
  }
}
