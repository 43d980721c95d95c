package dev.catchwater.ingest;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.ingest.live.LiveDataset;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.storage.Workspace;
import dev.catchwater.testkit.PowerCut;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/// Steps of a client of one live dataset, one after the other: [#SEAL], [#RESTART], and pushes.
///
/// @param steps what is none of the two is a push, as the client reads it
/// @param preprocess runs the SQL steps of the source
record LiveScript(List<String> steps, Preprocess preprocess) {
  static final String SEAL = "seal";
  static final String RESTART = "restart";
  static final PushLimits LIMITS = new PushLimits(1 << 20, 1_000);

  // Each process draws names of its own for the files of its indexes. Far from the seeds of
  // datasets: two datasets of one identity are one to a live workspace.
  private static final AtomicLong SEEDS = new AtomicLong(1_000);

  /// Who runs the steps, and what he is told of each.
  interface Client {
    /// Pushes what a step says.
    void push(LiveDataset dataset, int number, String step);

    /// A step went well.
    void done(int number);
  }

  /// A process over the workspace of a fixture.
  LiveWorkspace live(PushFixture fixture) {
    return new LiveWorkspace(
        Workspace.find(fixture.disk(), Path.of("/work"), null),
        LiveSettings.standard(),
        () -> PushFixture.SYSTEM_TIME,
        new SplittableRandom(SEEDS.incrementAndGet()),
        SliceOptions.defaults().withThreads(0),
        LIMITS,
        preprocess);
  }

  /// Runs the steps from one on and closes the process.
  void run(PushFixture fixture, int from, Client client) {
    LiveWorkspace live = live(fixture);
    boolean isDone = false;
    try {
      for (int number = from; number < steps.size(); number++) {
        String step = steps.get(number);
        LiveDataset dataset = live.dataset(fixture.dataset());
        if (step.equals(SEAL)) {
          dataset.seal();
        } else if (step.equals(RESTART)) {
          live.close();
          live = live(fixture);
        } else {
          client.push(dataset, number, step);
        }
        client.done(number);
      }
      live.close();
      isDone = true;
    } finally {
      if (!isDone) {
        abandon(live);
      }
    }
  }

  /// The threads of a process that died end with it, and let go of the memory of its disk.
  private static void abandon(LiveWorkspace live) {
    try {
      live.close();
    } catch (PowerCut | CatchwaterException e) {
      // Nothing can be done on a disk without power.
    }
  }
}
