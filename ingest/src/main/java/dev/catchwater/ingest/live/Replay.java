package dev.catchwater.ingest.live;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.live.record.PushRecord;
import dev.catchwater.journal.JournalReader;
import dev.catchwater.journal.JournalRecord;
import dev.catchwater.journal.JournalRecords;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the records of a journal mean for a chain.
final class Replay {
  private Replay() {}

  static PushRecord decode(Dataset dataset, JournalRecord found, @Nullable DataSchema data) {
    try {
      return PushRecord.fromBytes(dataset.id(), found.payload(), data);
    } catch (RuntimeException e) {
      throw failure(dataset, found.sequence(), "cannot be read: " + e.getMessage()).withCause(e);
    }
  }

  /// Whether the rows of a record are in the chain already: it was sealed, and the process ended
  /// before the record was released.
  ///
  /// @param nextOffset behind the chain and the records before this one
  /// @throws CatchwaterException `CORRUPT` if the record continues neither
  static boolean isInChain(Dataset dataset, PushRecord record, long nextOffset, long sequence) {
    long first = record.firstOffset();
    if (first == nextOffset) {
      return false;
    }
    if (first + record.rowCount() <= nextOffset) {
      return true;
    }
    throw failure(
        dataset, sequence, "has rows from offset " + first + " on, expected is " + nextOffset);
  }

  /// Whether a push is in the chain that was to be committed right after its record.
  static boolean hasHappened(Dataset dataset, PushRecord record, ChainState state) {
    PushRecord.Commit commit = record.commit();
    if (commit == null) {
      return true;
    }
    if (commit.number() > state.sequenceNumber()) {
      return false;
    }
    for (HashedBlock block : dataset.blocks()) {
      if (block.block().sequenceNumber() <= commit.number()) {
        return block.hash().equals(commit.head());
      }
    }
    return false;
  }

  /// The durable rows of a dataset that somebody else may hold. The journal is read first: what is
  /// released from it meanwhile is in the chain that is read afterwards.
  static HotRows read(Dataset dataset) {
    List<JournalRecord> found = new ArrayList<>();
    try (JournalRecords records =
        JournalReader.read(dataset.disk(), dataset.journalFolder(), dataset.id().toString())) {
      for (JournalRecord next = records.next(); next != null; next = records.next()) {
        found.add(next);
      }
    }
    ChainState state = dataset.state();
    DataSchema schema = state.schema();
    if (schema == null) {
      return new HotRows(state, List.of());
    }
    StoredRows form = StoredRows.of(schema);
    Long last = state.lastOffset();
    long nextOffset = last == null ? 0 : last + 1;
    List<RecordBatch> batches = new ArrayList<>();
    for (JournalRecord one : found) {
      PushRecord record = decode(dataset, one, form.data());
      RecordBatch rows = record.rows();
      if (rows != null && !isInChain(dataset, record, nextOffset, one.sequence())) {
        batches.add(form.complete(rows, record.firstOffset(), record.systemTime()));
        nextOffset += rows.rowCount();
      }
    }
    return new HotRows(state, batches);
  }

  private static CatchwaterException failure(Dataset dataset, long sequence, String what) {
    return CatchwaterException.at(
            ErrorCode.CORRUPT,
            Place.of(dataset.journalFolder().toString()),
            "Record " + sequence + " " + what)
        .withHint("the chain or the journal was put back from a copy; nothing was changed");
  }
}
