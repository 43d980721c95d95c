package dev.catchwater.ingest.index;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.RowFaults;
import dev.catchwater.odf.schema.OperationType;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The keys of one input of a push, hashed: sorted window by window, in memory as far as a budget
/// goes, else in runs beside the index. Of a key that came several times the last row stands, and
/// the first repetitions are remembered.
///
/// An entry has the hash of the compared columns, the event time as given ([#NO_TIME] where none
/// was), and twice the number of the row (from 0 by arrival), plus 1 for a retraction.
///
/// From the third batch on, hashing and sorting are done by a thread of its own, beside the
/// reading; where the windows end, and what goes to the disk when, does not depend on it. Used by
/// one thread.
public final class PushedKeys implements Closeable {
  static final int WIDTH = 3;
  static final long NO_TIME = Long.MIN_VALUE;
  private static final int ENTRY_BYTES = Long.BYTES * (2 + WIDTH);
  private static final int BATCHES_WITHOUT_THREAD = 2;

  private final RowHasher hasher;
  private final RunSet runs;
  private final int windowRows;
  private final long bytesMax;
  private final List<KeySet> sorted = new ArrayList<>();
  private long sortedBytes;
  private long rowCount;
  private long windowRowCount;
  private int batchCount;
  private int openWindows;
  private @Nullable KeyThread thread;
  private final Repetitions repetitions = new Repetitions();
  // Of whoever hashes: this thread at first, then that one.
  private final KeySet window;

  /// Two rows of one key, numbered from 0 by arrival.
  public record Twice(long firstRow, long secondRow) {}

  /// Rows to be hashed.
  ///
  /// @param firstRow the number of the first one
  /// @param isLast whether the window ends with them
  record Batch(
      RecordBatch filled,
      Column asGiven,
      int @Nullable [] operations,
      boolean @Nullable [] isTaken,
      long firstRow,
      boolean isLast) {}

  /// A window in the order of its keys, and which of them came again in it.
  record Window(KeySet keys, Repetitions repetitions) {}

  /// @param index whose keys these are compared with
  /// @param windowRows rows that are sorted together
  /// @param bytesMax how many bytes of sorted windows are held in memory
  public PushedKeys(StateIndex index, int windowRows, long bytesMax) {
    this.hasher = index.hasher();
    this.windowRows = windowRows;
    this.bytesMax = bytesMax;
    this.runs = index.scratch(this::noteTwice);
    window = new KeySet(1_024, WIDTH);
  }

  /// Takes the next rows by arrival. None of the arrays may change afterwards.
  ///
  /// @param filled the rows, every one with an event time
  /// @param asGiven the event times before that
  /// @param operations what each row says, or null if each says that it is so
  /// @param isTaken which rows count, or null for all
  public void add(
      RecordBatch filled, Column asGiven, int @Nullable [] operations, boolean @Nullable [] isTaken)
      throws IOException {
    windowRowCount += isTaken == null ? filled.rowCount() : count(isTaken);
    boolean isLast = windowRowCount >= windowRows;
    hash(new Batch(filled, asGiven, operations, isTaken, rowCount, isLast));
    rowCount += filled.rowCount();
    if (isLast) {
      windowRowCount = 0;
      keep(1);
    }
  }

  private static int count(boolean[] isTaken) {
    int count = 0;
    for (boolean taken : isTaken) {
      count += taken ? 1 : 0;
    }
    return count;
  }

  private void hash(Batch batch) throws IOException {
    openWindows += batch.isLast() ? 1 : 0;
    KeyThread running = thread;
    if (running == null && batchCount++ < BATCHES_WITHOUT_THREAD) {
      Window done = hashed(batch);
      if (done != null) {
        openWindows--;
        keep(done);
      }
      return;
    }
    if (running == null) {
      running = new KeyThread(this::hashed, this::sortedWindow);
      thread = running;
    }
    running.put(batch);
  }

  /// Adds a batch to the window; returns the window if it ends.
  private @Nullable Window hashed(Batch batch) {
    RecordBatch filled = batch.filled();
    boolean[] isTaken = batch.isTaken();
    int[] operations = batch.operations();
    for (int row = 0; row < filled.rowCount(); row++) {
      if (isTaken == null || isTaken[row]) {
        hasher.hashState(filled, row);
        long time = batch.asGiven().isNull(row) ? NO_TIME : StateIndex.time(filled.column(0), row);
        boolean isRetraction =
            operations != null && operations[row] == OperationType.RETRACT.code();
        long which = (batch.firstRow() + row) << 1 | (isRetraction ? 1 : 0);
        window.add(hasher.keyHigh(), hasher.keyLow(), hasher.comparedContent(), time, which);
      }
    }
    return batch.isLast() ? sortedWindow() : null;
  }

  private Window sortedWindow() {
    KeySet keys = window;
    Repetitions found = new Repetitions();
    KeySet last =
        keys.lastOfEach(
            (first, second) -> found.note(keys.value(first, 2) >> 1, keys.value(second, 2) >> 1));
    keys.clear();
    return new Window(last, found);
  }

  /// Rows so far, also those that did not count.
  public long rowCount() {
    return rowCount;
  }

  /// The first [RowFaults#SHOWN_MAX] rows whose key came before, by arrival, as far as is known;
  /// certain once all entries were read.
  public List<Twice> twice() {
    return repetitions.first;
  }

  /// How many there are in all.
  public long twiceCount() {
    return repetitions.count;
  }

  /// Entries by key, the last row of each.
  EntrySource entries() throws IOException {
    openWindows++;
    KeyThread running = thread;
    if (running == null) {
      openWindows--;
      keep(sortedWindow());
    } else {
      running.end();
    }
    keep(0);
    List<EntrySource> sources = new ArrayList<>();
    for (int i = sorted.size() - 1; i >= 0; i--) {
      sources.add(EntrySource.of(sorted.get(i), null));
    }
    sources.add(runs.entries(null));
    return new MergedEntries(sources, this::noteTwice);
  }

  @Override
  public void close() throws IOException {
    KeyThread running = thread;
    if (running != null) {
      running.close();
    }
    sorted.clear();
    runs.close();
  }

  /// Takes over sorted windows until so many are open.
  private void keep(int openMax) throws IOException {
    while (openWindows > openMax) {
      openWindows--;
      keep(Objects.requireNonNull(thread, "windows are open").take());
    }
  }

  private void keep(Window done) throws IOException {
    repetitions.add(done.repetitions());
    sorted.add(done.keys());
    sortedBytes += (long) done.keys().size() * ENTRY_BYTES;
    if (sortedBytes > bytesMax) {
      for (KeySet older : sorted) {
        runs.add(older);
      }
      sorted.clear();
      sortedBytes = 0;
    }
  }

  private void noteTwice(EntrySource newer, EntrySource older) {
    repetitions.note(older.value(2) >> 1, newer.value(2) >> 1);
  }

  /// Rows whose key came before: the first ones by arrival, and how many there are.
  private static final class Repetitions {
    private final List<Twice> first = new ArrayList<>(0);
    private long count;

    void note(long row, long again) {
      count++;
      show(new Twice(row, again));
    }

    void add(Repetitions others) {
      count += others.count;
      for (Twice other : others.first) {
        show(other);
      }
    }

    private void show(Twice twice) {
      int at = first.size();
      while (at > 0 && first.get(at - 1).secondRow() > twice.secondRow()) {
        at--;
      }
      if (at < RowFaults.SHOWN_MAX) {
        first.add(at, twice);
        if (first.size() > RowFaults.SHOWN_MAX) {
          first.removeLast();
        }
      }
    }
  }

  /// The thread that hashes and sorts keys while rows are read. Few batches wait for it, so memory
  /// stays bounded; whoever gives more waits.
  ///
  /// [#put], [#end], [#take] and [#close] are called by one thread. `this` guards the fields.
  private static final class KeyThread implements Closeable {
    private static final int BATCHES_MAX = 2;

    private final Function<Batch, @Nullable Window> hash;
    private final Supplier<Window> last;
    private final ArrayDeque<Batch> waiting = new ArrayDeque<>(BATCHES_MAX);
    private final ArrayDeque<Window> done = new ArrayDeque<>(2);
    private final Thread thread;
    private boolean isEnded;
    private boolean isClosed;
    private @Nullable Throwable failure;

    /// Starts it.
    ///
    /// @param hash takes a batch; returns the window that ends with it
    /// @param last the window that is open at the end
    KeyThread(Function<Batch, @Nullable Window> hash, Supplier<Window> last) {
      this.hash = hash;
      this.last = last;
      thread = Thread.ofPlatform().daemon().name("catchwater-keys").unstarted(this::work);
      thread.start();
    }

    /// Gives it a batch, waiting for room.
    synchronized void put(Batch batch) {
      try {
        while (waiting.size() == BATCHES_MAX && failure == null) {
          wait();
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      requireWell();
      waiting.add(batch);
      notifyAll();
    }

    /// There are no more batches: the open window is the last.
    synchronized void end() {
      isEnded = true;
      notifyAll();
    }

    /// The next window, waiting for it.
    synchronized Window take() {
      try {
        while (done.isEmpty() && failure == null) {
          wait();
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      Window window = done.poll();
      if (window == null) {
        requireWell();
        throw new IllegalStateException("no window is open");
      }
      return window;
    }

    @Override
    public void close() {
      synchronized (this) {
        isClosed = true;
        notifyAll();
      }
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void work() {
      try {
        while (true) {
          Batch batch = next();
          if (batch == null) {
            break;
          }
          Window window = hash.apply(batch);
          if (window != null) {
            tell(window, null);
          }
        }
        if (isWanted()) {
          tell(last.get(), null);
        }
      } catch (RuntimeException | Error e) {
        tell(null, e);
      }
    }

    private synchronized @Nullable Batch next() {
      try {
        while (waiting.isEmpty() && !isEnded && !isClosed) {
          wait();
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      Batch batch = isClosed ? null : waiting.poll();
      notifyAll();
      return batch;
    }

    private synchronized boolean isWanted() {
      return !isClosed;
    }

    private synchronized void tell(@Nullable Window window, @Nullable Throwable failed) {
      if (window != null) {
        done.add(window);
      }
      failure = failed;
      notifyAll();
    }

    private void requireWell() {
      Throwable failed = failure;
      if (failed instanceof Error error) {
        throw error;
      }
      if (failed != null) {
        throw (RuntimeException) failed;
      }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
      Thread.currentThread().interrupt();
      return new IllegalStateException("a push is not to be interrupted", e);
    }
  }
}
