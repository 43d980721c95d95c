package dev.catchwater.query.cage;

import dev.catchwater.disk.Disk;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.query.sql.SqlEngine;
import dev.catchwater.query.sql.SqlGate;
import dev.catchwater.query.sql.SqlPlan;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlText;
import dev.catchwater.storage.DiskFailure;
import dev.catchwater.storage.Workspace;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Engines for statements in cages: processes that are started before they are needed and that
/// serve one statement after the other, each with a database of its own, which is opened while
/// nobody waits. There are [#READY], used in turn: while one makes itself ready, the next statement
/// has the other.
///
/// A process serves so many statements, for so long and up to such a size, then another takes its
/// place. One whose statement fails for any reason but the statement itself, takes longer than it
/// may, or is told to end, is killed; the next is started meanwhile. Thread-safe.
public final class CagedSql implements SqlQuery.Engines, Closeable {
  private static final Duration START_MAX = Duration.ofMinutes(1);

  // Of this process: the folders of all cages lie in one place.
  private static final AtomicInteger STARTED = new AtomicInteger();

  /// After so much work a process makes place for a new one: limits of the kernel are for its life.
  private static final Duration WORK_MAX = Duration.ofMinutes(2);

  /// How many processes there are, unless more statements run at a time.
  static final int READY = 2;

  /// How many statements a process serves, at least; neighbours do not end together.
  private static final int STATEMENTS_MAX = 1_000;

  private static final int STATEMENTS_APART = 97;

  /// A process that kept more memory than this makes place for a new one.
  private static final long KEPT_BYTES_MAX = 768L << 20;

  /// Failures of a statement that say nothing about the process it ran in.
  private static final Set<ErrorCode> OWN =
      EnumSet.of(ErrorCode.BAD_SQL, ErrorCode.SQL_NOT_ALLOWED, ErrorCode.UNSUPPORTED);

  private final Disk disk;
  private final Path run;
  private final CageLimits limits;
  private final Deque<Worker> idle = new ArrayDeque<>();
  private final Set<Worker> workers = new HashSet<>();
  private boolean isStarting;
  private boolean isClosed;

  /// A process, and the folder that is its own. Used by one thread at a time.
  private static final class Worker {
    private final Cage cage;
    private final Path folder;
    private long workNanos;
    private int statementsLeft;

    Worker(Cage cage, Path folder, int statementsLeft) {
      this.cage = cage;
      this.folder = folder;
      this.statementsLeft = statementsLeft;
    }

    boolean isSpent() {
      return statementsLeft <= 0 || workNanos >= WORK_MAX.toNanos();
    }
  }

  /// Cages of a workspace.
  ///
  /// @param limits its deadline holds for each of the two steps of a statement
  public CagedSql(Workspace workspace, CageLimits limits) {
    this.disk = workspace.disk();
    this.run = workspace.root().resolve("run");
    this.limits = limits;
  }

  /// Starts processes in the background until there are as many as there should be.
  public void warmUp() {
    synchronized (this) {
      if (isClosed || isStarting || workers.size() >= READY) {
        return;
      }
      isStarting = true;
    }
    Thread.ofPlatform().daemon().name("cage").start(this::refill);
  }

  private void refill() {
    try {
      while (isOneMissing()) {
        give(start());
      }
    } catch (CatchwaterException | IllegalStateException e) {
      // Whoever needs one is told why there is none.
    } finally {
      synchronized (this) {
        isStarting = false;
      }
    }
  }

  private synchronized boolean isOneMissing() {
    return !isClosed && workers.size() < READY;
  }

  @Override
  public SqlEngine open(Path folder) {
    Worker found = take();
    Worker worker = found == null ? start() : found;
    worker.statementsLeft--;
    return new Engine(worker);
  }

  private @Nullable Worker take() {
    while (true) {
      Worker next;
      boolean isLast;
      synchronized (this) {
        next = idle.pollFirst();
        isLast = idle.isEmpty();
      }
      if (next == null) {
        return null;
      }
      if (next.cage.isAlive() && (isLast || next.cage.residentBytes() < KEPT_BYTES_MAX)) {
        return next;
      }
      drop(next);
      warmUp();
    }
  }

  private Worker start() {
    try {
      // Named as the scratch folders of statements are, so that leftovers go with theirs.
      int number = STARTED.incrementAndGet();
      String name = "sql-" + ProcessHandle.current().pid() + "-w" + number;
      Path folder = run.resolve(name);
      disk.createPrivateDirectory(folder);
      int statements = STATEMENTS_MAX + number % 8 * STATEMENTS_APART;
      Worker worker = new Worker(Cage.start(limits, folder), folder, statements);
      boolean isReady = false;
      try {
        synchronized (this) {
          if (isClosed) {
            throw new IllegalStateException("statements are not run any more");
          }
          workers.add(worker);
        }
        worker.cage.send(new CageMessages.Look("", limits.engine(), folder), START_MAX);
        worker.cage.answer();
        isReady = true;
        return worker;
      } finally {
        if (!isReady) {
          drop(worker);
        }
      }
    } catch (IOException e) {
      throw DiskFailure.of(run, "No folder for SQL could be made", e);
    }
  }

  private void give(Worker worker) {
    boolean isKept;
    synchronized (this) {
      isKept = !isClosed && !worker.isSpent() && worker.cage.isAlive();
      if (isKept) {
        idle.addLast(worker);
      }
    }
    if (!isKept) {
      drop(worker);
      warmUp();
    }
  }

  private void drop(Worker worker) {
    synchronized (this) {
      workers.remove(worker);
    }
    worker.cage.close();
    try {
      disk.deleteTree(worker.folder);
    } catch (IOException e) {
      // It lies where the system cleans up.
    }
  }

  /// The processes that there are, for tests.
  synchronized Set<Long> pids() {
    Set<Long> pids = new HashSet<>();
    for (Worker worker : workers) {
      pids.add(worker.cage.pid());
    }
    return pids;
  }

  /// Kills all of them.
  @Override
  public void close() {
    Set<Worker> all;
    synchronized (this) {
      isClosed = true;
      idle.clear();
      all = Set.copyOf(workers);
    }
    for (Worker worker : all) {
      drop(worker);
    }
  }

  /// A statement's use of a process.
  private final class Engine implements SqlEngine {
    private final Worker worker;
    private volatile boolean isCancelled;
    private boolean isBroken;

    Engine(Worker worker) {
      this.worker = worker;
    }

    @Override
    public SqlGate.Request look(SqlText text) {
      SqlGate.@Nullable Request names =
          ask(new CageMessages.Look(text.source(), limits.engine(), worker.folder)).names();
      if (names == null) {
        throw new IllegalStateException("a cage that does not say what a statement names");
      }
      return names;
    }

    @Override
    public void run(SqlPlan plan) {
      ask(new CageMessages.Select(plan));
    }

    private CageMessages.Answer ask(CageMessages.Message message) {
      long started = System.nanoTime();
      try {
        worker.cage.send(message);
        return worker.cage.answer();
      } catch (CatchwaterException e) {
        throw said(e);
      } finally {
        worker.workNanos += System.nanoTime() - started;
      }
    }

    // What a cage answered is about the statement; what it died of is said in our words.
    private CatchwaterException said(CatchwaterException e) {
      if (!(e.getCause() instanceof IOException)) {
        isBroken = !OWN.contains(e.code());
        return e;
      }
      isBroken = true;
      if (isCancelled || e.code() == ErrorCode.QUERY_TIMEOUT) {
        return CatchwaterException.of(
                ErrorCode.QUERY_TIMEOUT,
                "The statement ran longer than it may, " + limits.deadline().toSeconds() + " s")
            .withCause(e);
      }
      return CatchwaterException.of(
              ErrorCode.QUERY_TOO_LARGE,
              "The process that ran the statement ended: it needed more than it may have")
          .withHint("ask for less at once")
          .withCause(e);
    }

    @Override
    public void cancel() {
      isCancelled = true;
      worker.cage.kill();
    }

    @Override
    public void close() {
      if (isBroken || isCancelled) {
        drop(worker);
        warmUp();
      } else {
        give(worker);
      }
    }
  }
}
