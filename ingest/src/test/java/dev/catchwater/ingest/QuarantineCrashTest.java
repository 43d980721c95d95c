package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.ingest.live.LiveDataset;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.sieve.SieveLimits;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.testkit.Fault;
import dev.catchwater.testkit.PowerCut;
import dev.catchwater.testkit.SimDisk;
import dev.catchwater.testkit.Tier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A script of pushes with bad rows, through the journal and into slices directly, with seals and a
/// restart, cut at disk calls: a refused row is in quarantine once if and only if its push is
/// applied, and whoever repeats the pushes ends with the rows of the run without a cut.
class QuarantineCrashTest {
  private static final PushLimits LIMITS = new PushLimits(1 << 20, 1_000);
  // Far from the seed of the dataset: two datasets of one identity are one to a live workspace.
  private static final AtomicLong SEEDS = new AtomicLong(1_000);
  private static final String SEAL = "seal";
  private static final String RESTART = "restart";

  /// Good and bad ids of each push; one that begins with `w` goes into a slice directly.
  private static final List<String> SCRIPT =
      List.of("1 b2", "3", "b4 b5 6", SEAL, "w7 b8", "9 b10", RESTART, "b11", "wb12", "13 b14");

  private static LiveWorkspace live(PushFixture fixture) {
    return new LiveWorkspace(
        Workspace.find(fixture.disk(), Path.of("/work"), null),
        LiveSettings.standard(),
        () -> PushFixture.SYSTEM_TIME,
        new SplittableRandom(SEEDS.incrementAndGet()),
        SliceOptions.defaults().withThreads(0),
        LIMITS,
        Preprocess.NONE);
  }

  private static String body(String step) {
    StringBuilder text = new StringBuilder();
    for (String id : step.replace("w", "").split(" ", -1)) {
      String row =
          id.startsWith("b") ? "{\"id\":" + id.substring(1) + ",\"v\":1}" : "{\"id\":" + id + "}";
      text.append(row).append('\n');
    }
    return text.toString();
  }

  /// Runs the steps from one on; tells of each that was acknowledged.
  private static void run(PushFixture fixture, int from, Set<Integer> acknowledged) {
    LiveWorkspace live = live(fixture);
    boolean isDone = false;
    try {
      for (int i = from; i < SCRIPT.size(); i++) {
        String step = SCRIPT.get(i);
        LiveDataset dataset = live.dataset(fixture.dataset());
        if (step.equals(SEAL)) {
          dataset.seal();
        } else if (step.equals(RESTART)) {
          live.close();
          live = live(fixture);
        } else {
          String body = body(step);
          PushRequest request =
              step.startsWith("w") ? fixture.request(body, "") : fixture.request(body);
          Multihash hash = Multihash.sha3(body.getBytes(StandardCharsets.UTF_8));
          dataset.push(
              request.withQuarantine(new SieveLimits(100, 0, 1 << 20)),
              new PushIdentity("key-" + i, null, hash),
              false);
        }
        acknowledged.add(i);
      }
      live.close();
      isDone = true;
    } finally {
      if (!isDone) {
        abandon(live);
      }
    }
  }

  private static void abandon(LiveWorkspace live) {
    try {
      live.close();
    } catch (PowerCut | CatchwaterException e) {
      // Nothing can be done on a disk without power.
    }
  }

  private static PushFixture begun(SimDisk disk) {
    return PushFixture.of(
        disk,
        PushFixture.manifest(
            "{kind: NdJson, schema: [\"id BIGINT\", \"v BOOLEAN\"]}", "{kind: Append}"),
        LIMITS,
        1);
  }

  private static Set<String> refused(String step) {
    Set<String> rows = new HashSet<>();
    for (String id : step.replace("w", "").split(" ", -1)) {
      if (id.startsWith("b")) {
        rows.add("{\"id\":" + id.substring(1) + ",\"v\":1}");
      }
    }
    return rows;
  }

  @ParameterizedTest
  @EnumSource(SimDisk.Mode.class)
  void T03_aRefusedRowIsInQuarantineOnceIfItsPushIsApplied(SimDisk.Mode mode) {
    PushFixture whole = begun(new SimDisk(mode, 0));
    run(whole, 0, new HashSet<>());
    List<String> expected = whole.rows();
    assertThat(expected).hasSize(6);
    List<String> aside = QuarantinePushTest.quarantined(whole, "row");
    assertThat(aside).hasSize(8);
    int stride = Tier.pick(29, 1);
    boolean wasCut = true;
    int cuts = 0;
    for (long call = 1; wasCut; call += stride) {
      SimDisk disk = new SimDisk(mode, call);
      PushFixture fixture = begun(disk);
      disk.faultAt(disk.calls() + call, Fault.POWER_CUT);
      Set<Integer> acknowledged = new HashSet<>();
      wasCut = isCut(fixture, acknowledged);
      for (SimDisk image : List.of(disk.restartAfterKill(), disk.restartAfterPowerCut())) {
        check(image, acknowledged, expected, aside, mode + ", call " + call);
        cuts++;
      }
    }
    System.out.printf(
        "T03 quarantine mode=%s stride=%d images=%d lost=0 dup=0%n", mode, stride, cuts);
    assertThat(cuts).isGreaterThan(100 / stride);
  }

  private static boolean isCut(PushFixture fixture, Set<Integer> acknowledged) {
    try {
      run(fixture, 0, acknowledged);
      return false;
    } catch (PowerCut | CatchwaterException e) {
      return true;
    }
  }

  private static void check(
      SimDisk image,
      Set<Integer> acknowledged,
      List<String> expected,
      List<String> aside,
      String what) {
    PushFixture fixture = PushFixture.reopened(image, LIMITS);
    // Whoever writes next puts in order what was left.
    try (LiveWorkspace live = live(fixture)) {
      live.recover();
      live.dataset(fixture.dataset()).seal();
    }
    List<String> found = QuarantinePushTest.quarantined(fixture, "row");
    assertThat(found).as(what).doesNotHaveDuplicates();
    List<String> rows = new ArrayList<>(fixture.rows());
    assertThat(expected.subList(0, rows.size())).as(what).isEqualTo(rows);
    for (int i = 0; i < SCRIPT.size(); i++) {
      String step = SCRIPT.get(i);
      if (step.equals(SEAL) || step.equals(RESTART)) {
        continue;
      }
      Set<String> refused = refused(step);
      if (acknowledged.contains(i)) {
        assertThat(found).as("%s, step %s", what, step).containsAll(refused);
      }
      // All rows of a push are there or none, and the bad ones go with the good ones.
      Set<String> there = new HashSet<>(refused);
      there.retainAll(found);
      assertThat(there.isEmpty() || there.equals(refused)).as("%s, step %s", what, step).isTrue();
      for (String id : step.replace("w", "").split(" ", -1)) {
        if (!id.startsWith("b") && !refused.isEmpty()) {
          boolean isApplied = rows.stream().anyMatch(row -> row.contains("|" + id + " "));
          assertThat(there.isEmpty()).as("%s, step %s", what, step).isEqualTo(!isApplied);
        }
      }
    }
    run(fixture, 0, new HashSet<>());
    assertThat(fixture.rows()).as(what).isEqualTo(expected);
    assertThat(QuarantinePushTest.quarantined(fixture, "row")).as(what).isEqualTo(aside);
    assertThat(fixture.dataset().hasUnsealedRows()).as(what).isFalse();
    assertThat(new Verifier(1).verify(fixture.dataset(), (_, _) -> {}).problems())
        .as(what)
        .isEmpty();
  }
}
