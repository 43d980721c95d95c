package dev.catchwater.server.follow;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.ingest.live.Arrivals;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.query.Tail;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The newest rows of a dataset as text, for all who follow it. A thread of its own reads them when
/// they are durable and wakes those who wait. As many as fit into some mebibytes are kept; who is
/// further behind reads from storage. Thread-safe.
final class Feed {
  private static final long KEPT_BYTES_MAX = 4L << 20;
  private static final int GATHERED_ROWS = 1024;
  private static final long LOOK_NANOS = 500_000_000L;
  private static final long NO_TIME = Long.MIN_VALUE;

  // Each wake-up of a follower costs a write: many of them are woken less often, with more rows.
  private static final long PAUSE_NANOS_A_FOLLOWER = 80_000L;
  private static final long PAUSE_NANOS_MAX = 100_000_000L;

  private final LiveWorkspace live;
  private final Dataset dataset;
  private final Set<Following> followers = ConcurrentHashMap.newKeySet();
  private final Deque<Piece> kept = new ArrayDeque<>(); // of the thread of the feed
  private long keptBytes;
  private long lastTime = NO_TIME; // when the row came that was told last
  private volatile Piece last;
  private volatile Piece oldest;
  private volatile boolean isClosed;
  private volatile @Nullable RuntimeException failure;

  Feed(LiveWorkspace live, Dataset dataset) {
    this.live = live;
    this.dataset = dataset;
    this.last = new Piece(hotRows().nextOffset());
    this.oldest = last;
    kept.add(last);
  }

  Dataset dataset() {
    return dataset;
  }

  HotRows hotRows() {
    return live.dataset(dataset).hotRows();
  }

  void start() {
    Thread.ofVirtual().name("feed").start(this::run);
  }

  void add(Following following) {
    followers.add(following);
  }

  /// Whether that was the last one.
  boolean remove(Following following) {
    followers.remove(following);
    return followers.isEmpty();
  }

  void close() {
    isClosed = true;
  }

  /// Whether nobody is woken any more: the history was rewritten, or cannot be read.
  boolean isClosed() {
    return isClosed;
  }

  /// Why it cannot be read, null where it can.
  @Nullable RuntimeException failure() {
    return failure;
  }

  /// The piece that has the row of an offset or ends in front of it; null where none is kept.
  @Nullable Piece find(long offset) {
    for (Piece piece = oldest; piece != null; piece = piece.behind) {
      if (offset <= piece.next()) {
        return offset >= piece.first() ? piece : null;
      }
    }
    return null;
  }

  private void run() {
    try (Arrivals.Listener arrivals = live.dataset(dataset).arrivals().listen()) {
      lastTime = timeBefore(hotRows(), last.next());
      while (!isClosed) {
        HotRows hot = hotRows();
        long next = hot.nextOffset();
        if (next < last.next() || (next > last.next() && isReplaced(hot))) {
          isClosed = true;
        } else if (next > last.next()) {
          publish(hot);
          long pause = Math.min(PAUSE_NANOS_MAX, followers.size() * PAUSE_NANOS_A_FOLLOWER);
          LockSupport.parkNanos(this, pause);
          continue;
        }
        long now = System.nanoTime();
        followers.forEach(each -> each.letGo(now));
        arrivals.await(LOOK_NANOS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CatchwaterException | IllegalStateException e) {
      failure = e;
    } catch (IOException e) {
      failure = new IllegalStateException(e);
    } finally {
      isClosed = true;
      followers.forEach(Following::wake);
    }
  }

  // After a reset other rows may have come already where those were that it took.
  private boolean isReplaced(HotRows hot) throws IOException {
    return timeBefore(hot, last.next()) != lastTime;
  }

  /// The time that stands in the row in front of an offset.
  private long timeBefore(HotRows hot, long offset) throws IOException {
    if (offset == 0) {
      return NO_TIME;
    }
    try (Tail tail = Tail.open(dataset, hot, Math.max(0, hot.nextOffset() - offset), 1)) {
      RecordBatch row = tail.next();
      return row == null ? NO_TIME : lastTime(hot, row);
    }
  }

  private static long lastTime(HotRows hot, RecordBatch rows) {
    int index = rows.schema().indexOf(hot.state().vocabulary().systemTime());
    return index >= 0 && rows.column(index) instanceof Column.Longs times
        ? times.values()[rows.rowCount() - 1]
        : NO_TIME;
  }

  private void publish(HotRows hot) throws IOException {
    long offset = last.next();
    try (Tail tail = Tail.open(dataset, hot, 0, hot.nextOffset() - offset)) {
      RecordBatch rows = gathered(tail);
      while (rows != null) {
        for (Piece piece : RowPieces.of(rows, tail.schema(), offset, RowPieces.SHARED_BYTES)) {
          add(piece);
        }
        offset += rows.rowCount();
        lastTime = lastTime(hot, rows);
        followers.forEach(Following::wake);
        rows = gathered(tail);
      }
    }
  }

  /// What single pushes brought meanwhile, as one batch.
  private static @Nullable RecordBatch gathered(Tail tail) throws IOException {
    List<RecordBatch> batches = new ArrayList<>();
    int rows = 0;
    while (rows < GATHERED_ROWS) {
      RecordBatch batch = tail.next();
      if (batch == null) {
        break;
      }
      batches.add(batch);
      rows += batch.rowCount();
    }
    if (batches.size() < 2) {
      return batches.isEmpty() ? null : batches.getFirst();
    }
    return RowSelection.concat(batches.getFirst().schema(), batches);
  }

  private void add(Piece piece) {
    kept.add(piece);
    keptBytes += piece.size();
    last.behind = piece;
    last = piece;
    while (keptBytes > KEPT_BYTES_MAX && kept.size() > 1) {
      Piece dropped = kept.remove();
      oldest = kept.element();
      keptBytes -= dropped.size();
      dropped.isDropped = true;
      dropped.behind = null; // or whoever holds it would hold all that is behind it
    }
  }
}
