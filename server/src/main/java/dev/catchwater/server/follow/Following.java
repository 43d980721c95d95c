package dev.catchwater.server.follow;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.query.Tail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One who follows a dataset from an offset on. Holds nothing of its own but where it stands: rows
/// come from the feed that all share or, where it is behind that, from storage, piece by piece. Who
/// lets a piece from storage wait loses its place there to others. Used by one thread.
public final class Following implements AutoCloseable {
  private static final long PATIENCE_NANOS = 1_000_000_000L;
  private static final long FEED_NANOS = 5_000_000L;

  private final Feeds feeds;
  private final Feed feed;
  private final Semaphore readers;
  private final Form form;
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread thread = Thread.currentThread();
  private final Deque<Piece> read = new ArrayDeque<>();
  private volatile boolean isWaiting;
  private @Nullable Piece at; // the last piece of the feed that was told, null where it is behind
  private long position;
  private @Nullable Tail tail;
  private long tailAt;
  private long used;

  /// @param from the offset of the first row that is wanted, not behind the next one to come
  Following(Feeds feeds, Feed feed, Semaphore readers, Form form, long from) {
    this.feeds = feeds;
    this.feed = feed;
    this.readers = readers;
    this.form = form;
    this.position = from;
  }

  /// The offset of the row that comes next.
  public long position() {
    return position;
  }

  /// Whether rows that were told are not there any more: a reset took them. Nothing comes then.
  public boolean isRewritten() {
    return feed.isClosed() && feed.failure() == null;
  }

  /// The next rows; null where none came in this time, or none will.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException where the dataset cannot be read
  public @Nullable ByteBuffer next(long nanos) throws IOException, InterruptedException {
    RuntimeException failure = feed.failure();
    if (failure != null) {
      throw failure;
    }
    if (feed.isClosed()) {
      return null;
    }
    Piece piece = at;
    if (piece != null) {
      Piece behind = behind(piece, nanos);
      if (behind == null && !piece.isDropped) {
        return null;
      }
      at = behind;
      if (behind != null) {
        position = behind.next();
        return behind.text(form);
      }
    }
    return fromStorage(nanos);
  }

  private @Nullable Piece behind(Piece piece, long nanos) {
    Piece behind = piece.behind;
    if (behind == null && !piece.isDropped) {
      isWaiting = true;
      // Whoever adds one looks afterwards whether anybody waits.
      if (piece.behind == null && !feed.isClosed()) {
        LockSupport.parkNanos(this, nanos);
      }
      isWaiting = false;
      behind = piece.behind;
    }
    return behind;
  }

  /// Wakes it where it waits.
  void wake() {
    if (isWaiting) {
      LockSupport.unpark(thread);
    }
  }

  private @Nullable ByteBuffer fromStorage(long nanos) throws IOException, InterruptedException {
    lock.lock();
    try {
      used = System.nanoTime();
      if (tail == null) {
        Piece found = feed.find(position);
        if (found != null) {
          return join(found);
        }
        if (!openTail(nanos)) {
          return null;
        }
      }
      Piece piece = read.poll();
      while (piece == null) {
        Tail open = tail;
        RecordBatch batch = open == null ? null : open.next();
        if (batch == null || open == null) {
          closeTail();
          return null;
        }
        read.addAll(RowPieces.of(batch, open.schema(), tailAt, RowPieces.OWN_BYTES));
        tailAt += batch.rowCount();
        piece = read.poll();
      }
      position = piece.next();
      used = System.nanoTime();
      return piece.text(form);
    } finally {
      lock.unlock();
    }
  }

  /// From now on it gets what the feed has.
  private @Nullable ByteBuffer join(Piece found) {
    at = found;
    if (found.next() == position) {
      return null;
    }
    Piece rest = found.from(position);
    position = found.next();
    return rest.text(form);
  }

  /// False where the feed will have what comes next, or others are before it at the storage.
  private boolean openTail(long nanos) throws InterruptedException {
    if (!readers.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
      return false;
    }
    boolean isDone = false;
    try {
      HotRows hot = feed.hotRows();
      if (hot.nextOffset() <= position) {
        LockSupport.parkNanos(this, Math.min(nanos, FEED_NANOS));
        return false;
      }
      tail = Tail.open(feed.dataset(), hot, 0, hot.nextOffset() - position);
      tailAt = position;
      isDone = true;
      return true;
    } finally {
      if (!isDone) {
        readers.release();
      }
    }
  }

  private void closeTail() throws IOException {
    Tail open = tail;
    tail = null;
    read.clear();
    if (open != null) {
      readers.release();
      open.close();
    }
  }

  /// Gives its place at the storage to others where its client takes too long.
  void letGo(long now) {
    if (!lock.tryLock()) {
      return;
    }
    try {
      if (tail != null && now - used > PATIENCE_NANOS) {
        closeTail();
      }
    } catch (IOException e) {
      // It was for reading only.
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    feeds.leave(feed, this);
    lock.lock();
    try {
      closeTail();
    } catch (IOException e) {
      // It was for reading only.
    } finally {
      lock.unlock();
    }
  }
}
