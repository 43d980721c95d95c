package dev.catchwater.ingest.live;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.ingest.PushIngest;
import dev.catchwater.ingest.PushLimits;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import java.io.Closeable;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/// The datasets of a workspace that one process keeps open for pushes. A dataset is opened, with
/// its writer's lock taken, at its first push and stays so until it is closed or steps aside.
/// Thread-safe.
public final class LiveWorkspace implements Closeable {
  private final Workspace workspace;
  private final LiveSettings settings;
  private final InstantSource clock;
  private final PushIngest ingest;
  private final Map<DatasetId, LiveDataset> datasets = new ConcurrentHashMap<>();
  private volatile boolean isClosed;

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
    this.workspace = workspace;
    this.settings = settings;
    this.clock = clock;
    ingest = new PushIngest(clock, random, options, limits, preprocess);
  }

  /// The workspace on the disk.
  public Workspace workspace() {
    return workspace;
  }

  /// How long rows stay in journals.
  public LiveSettings settings() {
    return settings;
  }

  /// The one live dataset of that id in this process. Nothing is opened or locked yet.
  ///
  /// @throws IllegalStateException after [#close()]
  public LiveDataset dataset(Dataset dataset) {
    if (isClosed) {
      throw new IllegalStateException("the live workspace is closed");
    }
    LiveDataset live =
        datasets.computeIfAbsent(dataset.id(), _ -> new LiveDataset(dataset, ingest));
    live.knownAs(dataset);
    return live;
  }

  /// Seals and lets go of a dataset, so that another writer of this process may take its lock; the
  /// next push opens it again. Does nothing for one that is not open.
  public void stepAside(DatasetId id) {
    LiveDataset live = datasets.get(id);
    if (live != null) {
      live.stepAside();
    }
  }

  /// Seals what is due by age. To be called about once a second, from one thread.
  public void tick() {
    for (LiveDataset live : datasets.values()) {
      live.tick(clock.instant());
    }
  }

  /// Seals and lets go of all datasets. Goes on to the others where one fails.
  ///
  /// @throws CatchwaterException the first failure; what could not be sealed is in its journal
  @Override
  public void close() {
    isClosed = true;
    CatchwaterException first = null;
    for (LiveDataset live : datasets.values()) {
      try {
        live.stepAside();
      } catch (CatchwaterException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
