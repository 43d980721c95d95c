package dev.catchwater.flight;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.query.sql.SqlResult;
import dev.catchwater.server.access.Access;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Gives the rows of one result to one reader, piece by piece: the next is made when he has taken
/// the ones before, so that a slow reader holds a piece or two and a file, whatever the size of the
/// result. Whether his token still holds is asked each second. Run by one thread.
final class ResultStream {
  /// A piece is cut where it would become larger than this; one row is never cut.
  private static final long PIECE_BYTES = 1 << 19;

  private static final Duration LOOK = Duration.ofMillis(500);

  private final SqlResult result;
  private final long bytes;
  private final Access access;
  private final ServerStreamListener reader;
  private final BufferAllocator memory;
  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean isEnded;
  private long checkedAt = System.nanoTime();

  /// @param bytes that the result takes on the disk
  /// @param patience how long the reader may take nothing
  ResultStream(
      SqlResult result,
      long bytes,
      Access access,
      ServerStreamListener reader,
      BufferAllocator memory,
      Duration patience) {
    this.result = result;
    this.bytes = bytes;
    this.access = access;
    this.reader = reader;
    this.memory = memory;
    this.patience = patience;
    reader.setOnReadyHandler(this::wake);
    reader.setOnCancelHandler(this::end);
  }

  /// What the result takes on the disk.
  long bytes() {
    return bytes;
  }

  /// Whether it was this caller who asked.
  boolean isOf(Access caller) {
    return Objects.equals(access.tokenId(), caller.tokenId());
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Ends it; called from any thread.
  void end() {
    lock.lock();
    try {
      isEnded = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Gives all rows to the reader, or says to him why not. The result is closed.
  ///
  /// @throws IOException what has to be logged, after the reader was told
  void run() throws IOException {
    try (result;
        VectorSchemaRoot root =
            VectorSchemaRoot.create(ArrowTypes.schema(result.schema()), memory)) {
      reader.start(root);
      for (RecordBatch batch = result.next(); batch != null; batch = result.next()) {
        for (int from = 0; from < batch.rowCount(); ) {
          awaitReady();
          int to = pieceEnd(batch, from);
          ArrowRows.fill(root, batch, from, to - from);
          reader.putNext();
          from = to;
        }
      }
      reader.completed();
    } catch (IOException | RuntimeException | Error e) {
      reader.error(Statuses.failure(e));
      throw e;
    }
  }

  /// The row behind the last of a piece.
  static int pieceEnd(RecordBatch batch, int from) {
    int to = batch.rowCount();
    while (to - from > 1 && ArrowRows.bytes(batch, from, to) > PIECE_BYTES) {
      to = from + (to - from) / 2;
    }
    return to;
  }

  private void awaitReady() {
    long since = System.nanoTime();
    lock.lock();
    try {
      requireGoingOn();
      while (!reader.isReady()) {
        long waited = System.nanoTime() - since;
        if (waited > patience.toNanos()) {
          throw CallStatus.TIMED_OUT
              .withDescription("No row was taken for " + patience.toSeconds() + " s")
              .toRuntimeException();
        }
        boolean _ = changed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        requireGoingOn();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CallStatus.UNAVAILABLE.withDescription("The server stops").toRuntimeException();
    } finally {
      lock.unlock();
    }
  }

  private void requireGoingOn() {
    if (isEnded || reader.isCancelled()) {
      throw CallStatus.CANCELLED.withDescription("The statement was ended").toRuntimeException();
    }
    long now = System.nanoTime();
    if (now - checkedAt >= LOOK.toNanos()) {
      checkedAt = now;
      access.requireStillValid();
    }
  }
}
