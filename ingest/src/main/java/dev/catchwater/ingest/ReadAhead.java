package dev.catchwater.ingest;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.ReadCounts;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.odf.schema.DataSchema;
import org.jspecify.annotations.Nullable;

/// Reads on a thread of its own while the batches before are merged and written. The thread starts
/// with the third batch only: a small push never pays for it.
///
/// One batch waits at most, so memory stays bounded. The taker calls [#next()], [#counts()] and
/// [#close()] from one thread. `this` guards the fields below it; the reader itself is used by the
/// taker until the thread starts and by the thread from then on, until it has ended.
final class ReadAhead implements RowReader {
  private static final int BATCHES_WITHOUT_THREAD = 2;

  private final RowReader reader;
  private int batchesTaken;
  private @Nullable Thread thread;
  private @Nullable RecordBatch waiting;
  private @Nullable ReadCounts counts;
  private @Nullable Throwable failure;
  private boolean isAtEnd;
  private boolean isClosed;

  ReadAhead(RowReader reader) {
    this.reader = reader;
  }

  @Override
  public DataSchema schema() {
    return reader.schema();
  }

  @Override
  public @Nullable RecordBatch next() {
    if (thread == null && batchesTaken < BATCHES_WITHOUT_THREAD) {
      batchesTaken++;
      return reader.next();
    }
    return take();
  }

  @Override
  public synchronized ReadCounts counts() {
    ReadCounts seen = counts;
    return seen == null ? reader.counts() : seen;
  }

  @Override
  public long lineOf(long row) {
    return reader.lineOf(row);
  }

  @Override
  public long rowsBefore() {
    return reader.rowsBefore();
  }

  @Override
  public void close() {
    Thread running = thread;
    synchronized (this) {
      isClosed = true;
      notifyAll();
    }
    if (running != null) {
      join(running);
    }
    reader.close();
  }

  private @Nullable RecordBatch take() {
    try {
      return takeNext();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private synchronized @Nullable RecordBatch takeNext() throws InterruptedException {
    if (thread == null) {
      counts = reader.counts();
      thread = Thread.ofPlatform().daemon().name("catchwater-read").start(this::readAll);
    }
    while (waiting == null && !isAtEnd) {
      wait();
    }
    Throwable failed = failure;
    if (waiting == null && failed != null) {
      if (failed instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failed;
    }
    RecordBatch batch = waiting;
    waiting = null;
    notifyAll();
    return batch;
  }

  private void readAll() {
    try {
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        if (!offer(batch, reader.counts())) {
          return;
        }
      }
      end(null);
    } catch (InterruptedException e) {
      end(interrupted(e));
    } catch (RuntimeException | Error e) {
      end(e);
    }
  }

  private synchronized boolean offer(RecordBatch batch, ReadCounts seen)
      throws InterruptedException {
    while (waiting != null && !isClosed) {
      wait();
    }
    waiting = batch;
    counts = seen;
    notifyAll();
    return !isClosed;
  }

  private synchronized void end(@Nullable Throwable failed) {
    failure = failed;
    counts = reader.counts();
    isAtEnd = true;
    notifyAll();
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("a push is not to be interrupted", e);
  }

  private static void join(Thread running) {
    try {
      running.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
