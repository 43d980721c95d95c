package dev.catchwater.ingest.live;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.disk.Ballast;
import dev.catchwater.ingest.PushIngest;
import dev.catchwater.ingest.PushLimits;
import dev.catchwater.ingest.PushSteps;
import dev.catchwater.ingest.live.clock.ClockGuard;
import dev.catchwater.ingest.live.clock.MachineSleep;
import dev.catchwater.ingest.live.memory.HotBudget;
import dev.catchwater.ingest.live.memory.ReadBudget;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.quarantine.QuarantineSink;
import dev.catchwater.ingest.trouble.Troubles;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.QuarantineName;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.key.ReceiptKeys;
import dev.catchwater.storage.record.HeadRegister;
import java.io.Closeable;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The datasets of a workspace that one process keeps open for pushes. A dataset is opened, with
/// its writer's lock taken, at its first push and stays so until it is closed or steps aside.
/// Thread-safe.
public final class LiveWorkspace implements Closeable {
  private final Workspace workspace;
  private final LiveTools tools;
  private final ClockGuard guard;
  private final Executor background;
  private final QuarantineSink sink;
  private final Map<DatasetId, LiveDataset> datasets = new ConcurrentHashMap<>();
  private final Map<String, LiveDataset> byName = new ConcurrentHashMap<>();
  private final ReentrantLock relieving = new ReentrantLock();
  private final AtomicBoolean isRelieving = new AtomicBoolean();
  private volatile boolean isClosed;

  /// Seals on threads of its own; time passes by [System#nanoTime()].
  ///
  /// @param clock tells the system time of rows
  /// @param random seeds journals and key indexes; must not be predictable
  /// @param preprocess runs the SQL steps of sources that have them
  public LiveWorkspace(
      Workspace workspace,
      LiveSettings settings,
      InstantSource clock,
      RandomGenerator random,
      SliceOptions options,
      PushLimits limits,
      Preprocess preprocess) {
    this(
        workspace,
        new LiveTools(
            settings,
            new PushIngest(clock, random, options, limits, preprocess),
            steps(workspace, preprocess),
            limits,
            options,
            clock,
            System::nanoTime,
            random,
            ballast(workspace),
            keys(workspace, random),
            HotBudget.ofThisProcess(),
            new Troubles(),
            ReadBudget.ofThisProcess()),
        work -> Thread.ofPlatform().daemon().name("catchwater-seal").start(work));
  }

  /// The same with a time and threads of the caller's choice.
  ///
  /// @param nanos a clock that never jumps, in nanoseconds
  /// @param background runs the sealing of one dataset
  public static LiveWorkspace of(
      Workspace workspace,
      LiveSettings settings,
      InstantSource clock,
      LongSupplier nanos,
      RandomGenerator random,
      SliceOptions options,
      PushLimits limits,
      Preprocess preprocess,
      Executor background) {
    PushIngest ingest = new PushIngest(clock, random, options, limits, preprocess);
    LiveTools tools =
        new LiveTools(
            settings,
            ingest,
            steps(workspace, preprocess),
            limits,
            options,
            clock,
            nanos,
            random,
            ballast(workspace),
            keys(workspace, random),
            HotBudget.ofThisProcess(),
            new Troubles(),
            ReadBudget.ofThisProcess());
    return new LiveWorkspace(workspace, tools, background);
  }

  private LiveWorkspace(Workspace workspace, LiveTools tools, Executor background) {
    this.workspace = workspace;
    this.tools = tools;
    this.background = background;
    sink =
        new QuarantineSink(
            tools.clock(),
            tools.random(),
            (request, isMuch) -> live(request.dataset()).takeIn(request, isMuch));
    guard = new ClockGuard(tools.clock(), tools.nanos(), new MachineSleep(workspace.disk()));
  }

  private static PushSteps steps(Workspace workspace, Preprocess preprocess) {
    return new PushSteps(preprocess, workspace.disk(), workspace.root().resolve("run"));
  }

  private static Ballast ballast(Workspace workspace) {
    return new Ballast(workspace.disk(), workspace.ballastFile());
  }

  private static ReceiptKeys keys(Workspace workspace, RandomGenerator random) {
    return new ReceiptKeys(workspace.disk(), workspace.keysFolder(), random);
  }

  /// Puts rows, and changes of their state, into quarantines.
  public QuarantineSink quarantine() {
    return sink;
  }

  /// What fails in the background, where no caller is told.
  public Troubles troubles() {
    return tools.troubles();
  }

  /// The key that receipts are signed with.
  public ReceiptKeys receiptKeys() {
    return tools.keys();
  }

  /// The workspace on the disk.
  public Workspace workspace() {
    return workspace;
  }

  /// How long rows stay in journals.
  public LiveSettings settings() {
    return tools.settings();
  }

  /// The one live dataset of that id in this process. Nothing is opened or locked yet.
  ///
  /// @throws IllegalStateException after [#close()]
  public LiveDataset dataset(Dataset dataset) {
    if (isClosed) {
      throw new IllegalStateException("the live workspace is closed");
    }
    return live(dataset);
  }

  private LiveDataset live(Dataset dataset) {
    LiveDataset live =
        datasets.computeIfAbsent(
            dataset.id(),
            _ -> new LiveDataset(dataset, tools, sink, guard, background, this::relieve));
    live.knownAs(dataset);
    return live;
  }

  /// The dataset that a path names, by its name or DID; without asking the disk where it is open
  /// under that very name: as long as its lock is held nobody can rename or delete it.
  ///
  /// @throws CatchwaterException as [Workspace#require]; `ROLLBACK_DETECTED` for one whose folder
  ///   was taken from an older copy
  public Dataset require(String nameOrDid) {
    LiveDataset known = byName.get(nameOrDid);
    if (known != null && known.isOpen() && known.dataset().name().toString().equals(nameOrDid)) {
      return known.dataset();
    }
    Dataset found = workspace.require(nameOrDid);
    HeadRegister.require(found);
    LiveDataset live = datasets.get(found.id());
    if (live != null && found.name().toString().equals(nameOrDid)) {
      byName.put(nameOrDid, live);
    }
    return found;
  }

  /// Seals the dataset that holds most in memory, where all of them hold too much; whoever comes
  /// meanwhile waits for it.
  private void relieve() {
    relieving.lock();
    try {
      LiveDataset largest = null;
      for (LiveDataset live : datasets.values()) {
        if (largest == null || live.hotBytes() > largest.hotBytes()) {
          largest = live;
        }
      }
      if (largest != null && tools.hot().isUsedUp()) {
        largest.relieve();
      }
    } finally {
      relieving.unlock();
    }
  }

  /// Whether there is memory for more rows. Where there is none, some of those that are there get
  /// into a slice in the background: who comes again in a second may find room.
  public boolean hasRoom() {
    if (!tools.hot().isUsedUp()) {
      return true;
    }
    if (isRelieving.compareAndSet(false, true)) {
      background.execute(() -> {
        try {
          relieve();
        } finally {
          isRelieving.set(false);
        }
      });
    }
    return false;
  }

  /// Seals what earlier processes left in journals, so that it is committed without a push. A
  /// dataset that cannot be recovered stops alone: whoever uses it is told why.
  public void recover() {
    for (Dataset dataset : workspace.list()) {
      if (dataset.hasUnsealedRows()) {
        dataset(dataset).recover();
      }
    }
  }

  /// Seals and lets go of a dataset, so that another writer of this process may take its lock; the
  /// next push opens it again. Does nothing for one that is not open.
  public void stepAside(DatasetId id) {
    LiveDataset live = datasets.get(id);
    if (live != null) {
      live.stepAside();
    }
  }

  /// The clock is right, whatever it says: pushes that were refused as `CLOCK_SUSPECT` are taken.
  ///
  /// @return what the clock says
  public Instant acceptClock() {
    return guard.accept();
  }

  /// How often pushes met a clock that had gone back, or that stood still. They were taken: system
  /// times do not fall.
  public long clockSetBacks() {
    return guard.setBacks();
  }

  /// Refuses as a push would where the clock of the machine cannot be believed.
  ///
  /// @throws CatchwaterException `CLOCK_SUSPECT`
  public void requireClock() {
    guard.require();
  }

  /// Bytes of the disk that look free and are kept for seals: the room that was held back for them
  /// was given up and is not held back again.
  public long roomOwed() {
    return tools.ballast().owed();
  }

  /// Seals, in the background, what is due by age, and holds room back for sealing while a dataset
  /// is open. To be called about once a second.
  public void tick() {
    tools.keys().refresh();
    boolean isAnyOpen = false;
    for (LiveDataset live : datasets.values()) {
      live.tick();
      isAnyOpen |= live.isOpen();
    }
    if (isAnyOpen) {
      tools.ballast().make();
    }
  }

  /// Seals and lets go of all datasets. Goes on to the others where one fails.
  ///
  /// @throws CatchwaterException the first failure; what could not be sealed is in its journal
  @Override
  public void close() {
    isClosed = true;
    RuntimeException first = null;
    // Quarantines behind the others, whose journals may have rows for them.
    for (boolean areQuarantines : new boolean[] {false, true}) {
      for (LiveDataset live : List.copyOf(datasets.values())) {
        if (QuarantineName.is(live.dataset().name()) == areQuarantines) {
          first = close(live, first);
        }
      }
    }
    if (first != null) {
      throw first;
    }
    tools.ballast().giveUp(); // all is sealed
  }

  // Whatever the failure is, also one of ours: those behind it have rows to seal and locks to give.
  private static @Nullable RuntimeException close(
      LiveDataset live, @Nullable RuntimeException before) {
    try {
      live.seal(); // also what a full disk did not take before
      live.stepAside();
      return before;
    } catch (RuntimeException e) {
      RuntimeException first = before == null ? e : before;
      try {
        live.abandon();
      } catch (RuntimeException f) {
        first.addSuppressed(f);
      }
      return first;
    }
  }
}
