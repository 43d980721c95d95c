package dev.catchwater.query.cage;

import dev.catchwater.disk.Disk;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.query.sql.SqlDatabase.Dialect;
import dev.catchwater.query.sql.Steps;
import dev.catchwater.storage.DiskFailure;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Cages that serve the pushes of a process one after the other, each with a folder of its own. A
/// cage that is asked the same again has its engine open and its statements known. Who finds all at
/// work waits his turn. Thread-safe.
final class CagePool implements CagedRows.Cages, Closeable {
  /// After so much work a process makes place for a new one: limits of the kernel are for its life.
  private static final Duration WORK_MAX = Duration.ofMinutes(2);

  private final Disk disk;
  private final Path run;
  private final CageLimits limits;
  private final AtomicInteger started = new AtomicInteger();
  private final Semaphore turns;
  private final Deque<CagedRows.Taken> idle = new ArrayDeque<>();
  private final Map<CagedRows.Taken, Work> all = new HashMap<>();
  private boolean isClosed;

  /// How long a cage has worked, in nanoseconds.
  private record Work(long before, long takenAt) {
    Work begun() {
      return new Work(before, System.nanoTime());
    }

    Work ended() {
      return new Work(before + System.nanoTime() - takenAt, 0);
    }
  }

  /// @param run the folder of the workspace for what does not outlive a process
  /// @param cagesMax how many there are at most
  CagePool(Disk disk, Path run, CageLimits limits, int cagesMax) {
    this.disk = disk;
    this.run = run;
    this.limits = limits;
    turns = new Semaphore(cagesMax, true);
  }

  /// Starts a cage in the background where none is ready.
  void warmUp() {
    synchronized (this) {
      if (isClosed || !idle.isEmpty()) {
        return;
      }
    }
    Thread.ofPlatform().daemon().name("cage").start(this::addOne);
  }

  private void addOne() {
    if (!turns.tryAcquire()) {
      return; // as many as may be are there already
    }
    try {
      CagedRows.Taken taken = takeIdle();
      taken = taken == null ? start() : taken;
      boolean isReady = false;
      try {
        taken
            .cage()
            .ask(
                new Steps.Request(
                    Dialect.DATAFUSION,
                    List.of(),
                    null,
                    null,
                    null,
                    taken.folder(),
                    limits.engine()));
        isReady = true;
      } finally {
        putBack(taken, isReady);
      }
    } catch (CatchwaterException | IllegalStateException e) {
      // Whoever needs one is told why there is none.
    } finally {
      turns.release();
    }
  }

  @Override
  public CagedRows.Taken take(Path folder) {
    try {
      turns.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a process for SQL", e);
    }
    boolean isTaken = false;
    try {
      CagedRows.Taken ready = takeIdle();
      ready = ready == null ? start() : ready;
      isTaken = true;
      return ready;
    } finally {
      if (!isTaken) {
        turns.release();
      }
    }
  }

  private CagedRows.@Nullable Taken takeIdle() {
    while (true) {
      CagedRows.Taken next;
      synchronized (this) {
        next = idle.pollFirst();
        if (next != null && next.cage().isAlive()) {
          all.put(next, Objects.requireNonNull(all.get(next), "known").begun());
          return next;
        }
      }
      if (next == null) {
        return null;
      }
      remove(next);
    }
  }

  private CagedRows.Taken start() {
    try {
      Path folder = folder();
      CagedRows.Taken taken = new CagedRows.Taken(Cage.start(limits, folder), folder);
      boolean isLate;
      synchronized (this) {
        isLate = isClosed;
        all.put(taken, new Work(0, System.nanoTime()));
      }
      if (isLate) {
        remove(taken);
        throw new IllegalStateException("steps are not run any more");
      }
      return taken;
    } catch (IOException e) {
      throw DiskFailure.of(run, "No folder for SQL could be made", e);
    }
  }

  /// Named as the scratch folders of statements are, so that leftovers go with theirs.
  private Path folder() throws IOException {
    while (true) {
      String name = "sql-" + ProcessHandle.current().pid() + "-p" + started.incrementAndGet();
      Path folder = run.resolve(name);
      try {
        disk.createPrivateDirectory(folder);
        return folder;
      } catch (FileAlreadyExistsException e) {
        // of a process before this one that had its number
      }
    }
  }

  @Override
  public void give(CagedRows.Taken taken) {
    try {
      putBack(taken, true);
    } finally {
      turns.release();
    }
  }

  @Override
  public void drop(CagedRows.Taken taken) {
    try {
      putBack(taken, false);
    } finally {
      turns.release();
    }
    warmUp();
  }

  private void putBack(CagedRows.Taken taken, boolean isWell) {
    boolean isKept;
    synchronized (this) {
      Work work = all.get(taken);
      Work ended = work == null ? null : work.ended();
      isKept =
          isWell
              && !isClosed
              && ended != null
              && ended.before < WORK_MAX.toNanos()
              && taken.cage().isAlive();
      if (isKept && ended != null) {
        all.put(taken, ended);
        idle.addFirst(taken);
      }
    }
    if (!isKept) {
      remove(taken);
    }
  }

  private void remove(CagedRows.Taken taken) {
    synchronized (this) {
      all.remove(taken);
    }
    taken.cage().close();
    try {
      disk.deleteTree(taken.folder());
    } catch (IOException e) {
      // Whoever finds it when this process is gone removes it.
    }
  }

  /// The processes that there are, for tests.
  synchronized List<Long> pids() {
    return all.keySet().stream().map(taken -> taken.cage().pid()).toList();
  }

  /// Kills all of them.
  @Override
  public void close() {
    List<CagedRows.Taken> left;
    synchronized (this) {
      isClosed = true;
      idle.clear();
      left = List.copyOf(all.keySet());
    }
    for (CagedRows.Taken taken : left) {
      remove(taken);
    }
  }
}
