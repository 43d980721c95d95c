package dev.catchwater.ingest.live;

import dev.catchwater.journal.Journal;
import dev.catchwater.journal.JournalListener;
import dev.catchwater.journal.JournalOptions;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The journal of a dataset that is open: made at the first record, with how much of it is in no
/// slice and how long. Used under *pushing* (see [OpenDataset]) but for what says otherwise.
final class HotJournal {
  private static final long NONE = Long.MAX_VALUE;

  private final DatasetWriter writer;
  private final Dataset dataset;
  private final LiveTools tools;
  private final JournalListener listener;
  private volatile @Nullable Journal journal;
  private long lastSequence;
  private final AtomicLong bytesBehindCut = new AtomicLong();
  private final AtomicLong bytesBeforeCut = new AtomicLong();
  private volatile long oldestNanos = NONE;

  /// @param listener hears of groups, on the journal's thread
  HotJournal(DatasetWriter writer, LiveTools tools, JournalListener listener) {
    this.writer = writer;
    this.dataset = writer.dataset();
    this.tools = tools;
    this.listener = listener;
  }

  private JournalListener heard() {
    return new JournalListener() {
      @Override
      public void forming(int records) {
        listener.forming(records);
      }

      @Override
      public void durable(long through) {
        writer.requireLock(); // who took the lock away may have read the journal before
      }
    };
  }

  /// The journal itself, opened where it is not.
  Journal opened() {
    Journal used = journal;
    if (used == null) {
      used =
          Journal.open(
              dataset.disk(),
              dataset.journalFolder(),
              JournalOptions.of(dataset.id().toString()),
              tools.random(),
              heard());
      journal = used;
      lastSequence = Math.max(lastSequence, used.durableSequence());
    }
    return used;
  }

  /// Counts a record that an earlier process left. What is replayed has waited long enough.
  void replayed(long sequence, int bytes) {
    lastSequence = sequence;
    bytesBehindCut.addAndGet(bytes);
    tools.hot().add(bytes);
    oldestNanos = tools.nanos().getAsLong() - tools.settings().sealAge().toNanos();
  }

  /// Queues a record.
  ///
  /// @param beside bytes that are held in memory for it besides its rows; count as if they were in
  ///   the record
  /// @return its sequence, to wait for
  long append(byte[] payload, long beside) {
    long sequence = opened().append(payload);
    lastSequence = sequence;
    bytesBehindCut.addAndGet(payload.length + beside);
    tools.hot().add(payload.length + beside);
    if (oldestNanos == NONE) {
      oldestNanos = tools.nanos().getAsLong();
    }
    return sequence;
  }

  /// The last record that was queued.
  long lastSequence() {
    return lastSequence;
  }

  /// Waits until a record, and all before it, is on the disk. Needs no lock.
  void awaitDurable(long sequence) {
    Journal used = journal;
    if (used != null && sequence > 0) {
      used.awaitDurable(sequence);
      if (used.durableSequence() < sequence) {
        throw new IllegalStateException("record " + sequence + " is not durable");
      }
    }
  }

  /// The last record that is on the disk. Needs no lock.
  long durableSequence() {
    Journal used = journal;
    return used == null ? 0 : used.durableSequence();
  }

  /// Bytes of records that are in no slice. Needs no lock.
  long bytes() {
    return bytesBehindCut.get() + bytesBeforeCut.get();
  }

  /// Bytes of records that came after the last cut. Needs no lock.
  long bytesBehindCut() {
    return bytesBehindCut.get();
  }

  /// Whether the oldest record is older than rows may be that are in no slice. Needs no lock.
  boolean isDue(long nanos) {
    long oldest = oldestNanos;
    return oldest != NONE && nanos - oldest >= tools.settings().sealAge().toNanos();
  }

  /// Whether the journal failed for good. Needs no lock.
  boolean hasFailed() {
    Journal used = journal;
    return used != null && used.failure() != null;
  }

  /// All records so far go into the next slice.
  void cut() {
    bytesBeforeCut.addAndGet(bytesBehindCut.getAndSet(0));
    oldestNanos = NONE;
  }

  /// The records before the cut are in a slice.
  void sealed() {
    tools.hot().give(bytesBeforeCut.getAndSet(0));
  }

  /// Gives up the records through one of them. Needs *sealing* only.
  void release(long sequence) {
    Journal used = journal;
    if (used != null) {
      used.release(sequence);
    }
  }

  void close() {
    tools.hot().give(bytesBeforeCut.getAndSet(0) + bytesBehindCut.getAndSet(0));
    Journal used = journal;
    if (used != null) {
      used.close();
    }
  }

  /// The same where something failed before and what fails now says nothing new.
  void abandon() {
    try {
      close();
    } catch (CatchwaterException e) {
      // see above
    }
  }
}
