package dev.catchwater.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.ingest.PushLimits;
import dev.catchwater.ingest.PushPlans;
import dev.catchwater.ingest.PushReading;
import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.PushSteps;
import dev.catchwater.ingest.live.LiveDataset;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What a push of one row costs inside the process, phase by phase: CPU microseconds of reading it,
/// of merging it besides (a dry run less its reading), and of journal, hand-over and hot table
/// besides (64 pushes at once less a dry run).
///
/// Arguments: folder of a workspace with a dataset `readings` that has columns, seconds of each
/// phase. Prints one line of JSON.
public final class PushPhases {
  private static final int THREADS = 64;
  private static final int WARMINGS = 3;

  private final LiveDataset live;
  private final Dataset dataset;
  private final ChainState state;
  private final AddPushSource source;
  private final byte[] body;
  private final Multihash hash;
  private final long nanos;

  private PushPhases(LiveWorkspace live, Dataset dataset, long nanos) {
    this.live = live.dataset(dataset);
    this.dataset = dataset;
    this.state = dataset.state();
    StringBuilder row = new StringBuilder();
    PushRequests.ndjson(row, 1, "device-1");
    this.body = row.toString().getBytes(StandardCharsets.UTF_8);
    this.hash = Multihash.sha3(body);
    this.source = PushReading.sourceOf(state, request());
    this.nanos = nanos;
  }

  /// Runs the benchmark.
  public static void main(String[] arguments) throws Exception {
    Disk disk = new LocalDisk();
    Workspace workspace = Workspace.find(disk, Path.of(arguments[0]), null);
    try (LiveWorkspace live =
        new LiveWorkspace(
            workspace,
            LiveSettings.standard().withSealing(1L << 40, Duration.ofDays(1)),
            InstantSource.system(),
            new SplittableRandom(1),
            SliceOptions.defaults(),
            PushLimits.ofThisProcess(),
            Preprocess.NONE)) {
      long nanos = 1_000_000_000L * Integer.parseInt(arguments[1]);
      new PushPhases(live, workspace.require("readings"), nanos).run();
    }
  }

  private PushRequest request() {
    return PushRequest.of(dataset, List.of(PushInput.bytes(null, body)));
  }

  private interface Work {
    void once() throws IOException;
  }

  private void run() throws Exception {
    PushPlans plans = new PushPlans();
    PushSteps steps = new PushSteps(Preprocess.NONE, new LocalDisk(), Path.of(""));
    Work reading =
        () -> {
          if (PushReading.of(state, source, request(), plans, steps, 1 << 20, null) == null) {
            throw new IllegalStateException("not read");
          }
        };
    PushIdentity identity = new PushIdentity(null, null, hash);
    Work dry = () -> live.push(request().withDryRun(true), identity, false);
    Work push = () -> live.push(request(), identity, false);
    double read = 0;
    double merged = 0;
    double durable = 0;
    for (int i = 0; i <= WARMINGS; i++) {
      read = micros(reading, 1);
      merged = micros(dry, 1);
      durable = micros(push, THREADS);
    }
    System.out.println(Json.of("read", read, "merge", merged - read, "journal", durable - merged));
  }

  /// CPU of the whole process for each time the work was done.
  private double micros(Work work, int threads) throws Exception {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long cpu = system.getProcessCpuTime();
    long end = System.nanoTime() + nanos;
    long[] counts = new long[threads];
    List<Future<Boolean>> running = new ArrayList<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < threads; i++) {
        int own = i;
        running.add(
            pool.submit(() -> {
              while (System.nanoTime() < end) {
                work.once();
                counts[own]++;
              }
              return true;
            }));
      }
    }
    for (Future<Boolean> one : running) {
      one.get();
    }
    long count = 0;
    for (long one : counts) {
      count += one;
    }
    return (system.getProcessCpuTime() - cpu) / 1e3 / count;
  }
}
