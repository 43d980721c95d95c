package dev.catchwater.ingest.live;

import dev.catchwater.ingest.PushIngest;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.ingest.PushRequest;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.LockWait;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One dataset that is kept open for pushes. Many threads may push at once. When [#push] returns,
/// the rows are durable and their offsets final; every read that begins afterwards sees them.
public final class LiveDataset {
  private final PushIngest ingest;
  private final ReentrantLock lock = new ReentrantLock();
  private Dataset dataset;
  private @Nullable DatasetWriter writer;

  LiveDataset(Dataset dataset, PushIngest ingest) {
    this.dataset = dataset;
    this.ingest = ingest;
  }

  /// Work of the one writer of a dataset.
  @FunctionalInterface
  public interface WriterWork<T> {
    /// Does it; the writer is not to be closed.
    T run(DatasetWriter writer) throws IOException;
  }

  /// Pushes and waits until the result is durable.
  ///
  /// @param waitCommitted whether to wait until the rows are in a slice that the head leads to
  /// @throws CatchwaterException what is wrong with the request, the rows or the disk. The dataset
  ///   is unchanged, unless the code is `COMMIT_UNKNOWN`
  public LiveReport push(PushRequest request, PushIdentity identity, boolean waitCommitted) {
    lock.lock();
    try {
      DatasetWriter held = open(request);
      String source = PushIngest.sourceOf(held.state(), request);
      PushReport report = ingest.push(request, held);
      return new LiveReport(report, false, source, identity.bodyHash(), 0);
    } finally {
      lock.unlock();
    }
  }

  /// Every durable row as of now.
  public HotRows hotRows() {
    return HotRows.of(dataset());
  }

  /// Puts every acknowledged row into a slice and commits it.
  public void seal() {}

  /// Seals what is due by age.
  void tick(Instant now) {
    if (now.isBefore(Instant.EPOCH)) {
      seal();
    }
  }

  /// Lets the caller work with the dataset's writer: everything acknowledged is sealed before, and
  /// nobody pushes meanwhile. What the work added and did not commit is dropped.
  public <T> T exclusively(WriterWork<T> work, LockWait wait) {
    lock.lock();
    try {
      DatasetWriter held = open(wait);
      try {
        return work.run(held);
      } catch (IOException e) {
        throw PushIngest.diskFailure(e);
      } finally {
        letGo();
      }
    } finally {
      lock.unlock();
    }
  }

  /// The dataset on the disk, by the name it was last asked for.
  public Dataset dataset() {
    lock.lock();
    try {
      return dataset;
    } finally {
      lock.unlock();
    }
  }

  /// Notes another name of the dataset, which it can only get while it is not open.
  void knownAs(Dataset other) {
    if (!lock.tryLock()) {
      return;
    }
    try {
      if (writer == null) {
        dataset = other;
      }
    } finally {
      lock.unlock();
    }
  }

  /// Seals and gives the writer's lock back.
  void stepAside() {
    lock.lock();
    try {
      letGo();
    } finally {
      lock.unlock();
    }
  }

  private DatasetWriter open(PushRequest request) {
    return open(new LockWait(request.lockWait(), request.listener()::waiting));
  }

  private DatasetWriter open(LockWait wait) {
    DatasetWriter held = writer;
    if (held == null) {
      held = dataset.openWriter(wait);
      writer = held;
    }
    return held;
  }

  private void letGo() {
    DatasetWriter held = writer;
    writer = null;
    if (held != null) {
      held.close();
    }
  }
}
