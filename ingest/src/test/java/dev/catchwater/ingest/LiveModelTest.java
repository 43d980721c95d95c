package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.ingest.live.LiveDataset;
import dev.catchwater.ingest.live.LiveReport;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.testkit.SimDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Random pushes through the journal, with seals, restarts, crashes, dry runs and damaged indexes
/// in between, against a twin that takes the same pushes one by one, cold: the same reports, and
/// the same rows at the same offsets (reliability T29, T33).
class LiveModelTest {
  private static final PushLimits LIMITS = new PushLimits(1 << 20, 1_000);

  // Each process draws names of its own for the files of its indexes.
  private static final AtomicLong SEEDS = new AtomicLong();

  /// What a source does with rows.
  enum Strategy {
    APPEND("{kind: Append}"),
    LEDGER("{kind: Ledger, primaryKey: [k]}"),
    UPSERT("{kind: UpsertStream, primaryKey: [k]}"),
    CHANGELOG("{kind: ChangelogStream, primaryKey: [k]}"),
    SNAPSHOT("{kind: Snapshot, primaryKey: [k]}"),
    SNAPSHOT_OF_SOME("{kind: Snapshot, primaryKey: [k], compareColumns: [v]}"),
    SNAPSHOT_INFERRED("{kind: Snapshot, primaryKey: [k]}"),
    STEPS("{kind: Ledger, primaryKey: [k]}");

    private final String merge;

    Strategy(String merge) {
      this.merge = merge;
    }
  }

  @ParameterizedTest
  @EnumSource
  void T29_livePushesStoreWhatColdOnesDo(Strategy strategy) {
    for (int seed = 1; seed <= Integer.getInteger("tests.iters", 3); seed++) {
      new Run(strategy, seed).play(60);
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("slow")
  void T33_manySeedsOfLivePushesStoreWhatColdOnesDo(Strategy strategy) {
    for (int seed = 100; seed < 300; seed++) {
      new Run(strategy, seed).play(100);
    }
    System.out.println("T33 live strategy=" + strategy + " histories=200 violations=0");
  }

  private static final class Run {
    private final Strategy strategy;
    private final String what;
    private final SplittableRandom random;
    private final PushFixture cold;
    private SimDisk disk;
    private PushFixture fixture;
    private LiveWorkspace live;
    private IndexSabotage sabotage;

    Run(Strategy strategy, long seed) {
      this.strategy = strategy;
      what = strategy + ", seed " + seed;
      random = new SplittableRandom(seed);
      String manifest =
          PushFixture.manifest(
              "{kind: NdJson, schema: [\"op INT\", \"k BIGINT\", \"v STRING\", \"w DOUBLE\"]}",
              strategy.merge);
      if (!hasOperations()) {
        manifest = manifest.replace("\"op INT\", ", "");
      }
      if (strategy == Strategy.SNAPSHOT_INFERRED) {
        manifest = manifest.replaceAll(", schema: \\[[^]]*\\]", "");
      }
      if (strategy == Strategy.STEPS) {
        manifest =
            PushFixture.withSteps(manifest.replace("\"k ", "\"event_time TIMESTAMP\", \"k "));
      }
      cold = PushFixture.of(manifest, LIMITS, 1);
      disk = new SimDisk(SimDisk.Mode.EXT4, seed);
      fixture = PushFixture.of(disk, manifest, LIMITS, 1);
      live = open();
      sabotage = new IndexSabotage(disk, random);
    }

    private boolean hasOperations() {
      return strategy == Strategy.UPSERT || strategy == Strategy.CHANGELOG;
    }

    private LiveWorkspace open() {
      return new LiveWorkspace(
          Workspace.find(disk, Path.of("/work"), null),
          LiveSettings.standard(),
          () -> PushFixture.SYSTEM_TIME,
          new SplittableRandom(SEEDS.incrementAndGet()),
          SliceOptions.defaults().withThreads(0),
          LIMITS,
          new PlainSteps(disk));
    }

    void play(int steps) {
      for (int step = 0; step < steps; step++) {
        switch (random.nextInt(20)) {
          case 0 -> live.dataset(fixture.dataset()).seal();
          case 1 -> {
            live.close();
            damage();
            live = open();
          }
          case 2 -> {
            disk = disk.restartAfterPowerCut();
            PushFixture.abandon(live);
            fixture = PushFixture.reopened(disk, LIMITS);
            sabotage = new IndexSabotage(disk, random);
            damage();
            live = open();
          }
          case 3 -> {
            live.stepAside(fixture.dataset().id());
            String body = body();
            boolean allowsEmpty = random.nextBoolean();
            assertThat(reported(() -> fixture.push(request(fixture, body, allowsEmpty))))
                .as(what)
                .isEqualTo(reported(() -> cold.push(request(cold, body, allowsEmpty))));
          }
          default -> push(step);
        }
        if (step % 10 == 9) {
          check();
        }
      }
      // Also where the last step was a restart, and nobody has opened the dataset since.
      live.dataset(fixture.dataset()).seal();
      live.close();
      assertThat(fixture.rows()).as(what).isEqualTo(cold.rows());
      assertThat(new Verifier(1).verify(fixture.dataset(), (_, _) -> {}).problems()).isEmpty();
    }

    private void push(int step) {
      String body = body();
      LiveDataset dataset = live.dataset(fixture.dataset());
      boolean allowsEmpty = random.nextBoolean();
      PushRequest request = request(fixture, body, allowsEmpty);
      PushRequest same = request(cold, body, allowsEmpty);
      PushIdentity identity =
          new PushIdentity(
              random.nextBoolean() ? "key-" + step : null,
              null,
              Multihash.sha3(body.getBytes(StandardCharsets.UTF_8)));
      if (random.nextInt(5) == 0) {
        assertThat(reported(() -> dataset.push(request.withDryRun(true), identity, false).report()))
            .as(what)
            .isEqualTo(reported(() -> cold.push(same.withDryRun(true))));
      }
      String expected = reported(() -> cold.push(same));
      assertThat(reported(() -> dataset.push(request, identity, false).report()))
          .as("%s, step %d: %s", what, step, body)
          .isEqualTo(expected);
      if (identity.idempotencyKey() != null && !expected.startsWith("refused")) {
        LiveReport again = dataset.push(request, identity, false);
        assertThat(again.isReplayed()).isTrue();
        assertThat(told(again.report())).isEqualTo(expected);
      }
    }

    private static PushRequest request(PushFixture into, String body, boolean allowsEmpty) {
      return into.request(body).withEmptyAllowed(allowsEmpty);
    }

    private interface Pushed {
      PushReport report();
    }

    private static String reported(Pushed pushed) {
      try {
        return told(pushed.report());
      } catch (CatchwaterException e) {
        return "refused: " + e.code() + " " + e.place() + " " + e.plainMessage();
      }
    }

    private static String told(PushReport report) {
      return report.outcome()
          + " "
          + report.counts()
          + " "
          + report.offsets()
          + " "
          + report.watermark()
          + " "
          + report.warnings();
    }

    private String body() {
      StringBuilder text = new StringBuilder();
      if (strategy.merge.contains("Snapshot")) {
        state(text);
        return text.toString();
      }
      int rows = random.nextInt(6);
      for (int i = 0; i < rows; i++) {
        row(text, operation());
      }
      return text.toString();
    }

    /// Now and then nothing, or a key twice.
    private void state(StringBuilder text) {
      for (long key = 0; key < 12 && random.nextInt(20) > 0; key++) {
        for (int times = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(40) / 39; times > 0; ) {
          row(text, 0, key);
          times--;
        }
      }
    }

    private int operation() {
      // Of a changelog mostly rows that are whole by themselves; pairs come together.
      return random.nextInt(4) == 0 ? 1 : 0;
    }

    private void row(StringBuilder text, int operation) {
      long key = random.nextInt(12);
      boolean isPair = strategy == Strategy.CHANGELOG && random.nextInt(5) == 0;
      row(text, isPair ? 2 : operation, key);
      if (isPair && random.nextInt(10) > 0) {
        row(text, 3, key);
      }
    }

    private void row(StringBuilder text, int operation, long key) {
      text.append('{');
      if (hasOperations()) {
        text.append("\"op\":").append(operation).append(',');
      }
      if (random.nextInt(strategy.merge.contains("Snapshot") ? 200 : 30) > 0) {
        text.append("\"k\":").append(key).append(',');
      }
      boolean isInferred = strategy == Strategy.SNAPSHOT_INFERRED;
      if (!isInferred && random.nextBoolean()) {
        text.append("\"event_time\":\"2020-01-0").append(1 + random.nextInt(9)).append("\",");
      }
      if (isInferred || random.nextInt(4) > 0) {
        text.append("\"w\":").append(random.nextInt(2)).append(',');
      }
      char value = (char) ('a' + random.nextInt(2));
      if (strategy == Strategy.STEPS && random.nextInt(5) == 0) {
        value = random.nextInt(4) == 0 ? '!' : '-';
      }
      text.append("\"v\":\"").append(value).append("\"}\n");
    }

    /// An index is only a cache: deleted, cut or flipped, the answers are the same.
    private void damage() {
      sabotage.maybe(fixture.dataset().indexFolder());
    }

    private void check() {
      List<String> rows = new ArrayList<>(fixture.rows());
      for (RecordBatch batch : HotRows.of(fixture.dataset()).batches()) {
        for (int i = 0; i < batch.rowCount(); i++) {
          rows.add(PushFixture.text(batch, i));
        }
      }
      assertThat(rows).as(what).isEqualTo(cold.rows());
    }
  }
}
