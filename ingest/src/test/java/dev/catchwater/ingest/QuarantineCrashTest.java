package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.ingest.live.LiveDataset;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.sieve.SieveLimits;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.testkit.CutRuns;
import dev.catchwater.testkit.SimDisk;
import dev.catchwater.testkit.Tier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A script of pushes with bad rows, through the journal and into slices directly, with seals and a
/// restart, cut at disk calls: a refused row is in quarantine once if and only if its push is
/// applied, and whoever repeats the pushes ends with the rows of the run without a cut.
class QuarantineCrashTest {
  private static final String SEAL = LiveScript.SEAL;
  private static final String RESTART = LiveScript.RESTART;

  /// Good and bad ids of each push; one that begins with `w` goes into a slice directly.
  private static final List<String> STEPS =
      List.of("1 b2", "3", "b4 b5 6", SEAL, "w7 b8", "9 b10", RESTART, "b11", "wb12", "13 b14");

  private static final LiveScript SCRIPT = new LiveScript(STEPS, Preprocess.NONE);

  private static String body(String step) {
    StringBuilder text = new StringBuilder();
    for (String id : step.replace("w", "").split(" ", -1)) {
      String row =
          id.startsWith("b") ? "{\"id\":" + id.substring(1) + ",\"v\":1}" : "{\"id\":" + id + "}";
      text.append(row).append('\n');
    }
    return text.toString();
  }

  /// Runs the script; tells of each step that was acknowledged.
  private static void run(PushFixture fixture, Set<Integer> acknowledged) {
    SCRIPT.run(
        fixture,
        0,
        new LiveScript.Client() {
          @Override
          public void push(LiveDataset dataset, int number, String step) {
            String body = body(step);
            PushRequest request =
                step.startsWith("w") ? fixture.request(body, "") : fixture.request(body);
            Multihash hash = Multihash.sha3(body.getBytes(StandardCharsets.UTF_8));
            dataset.push(
                request.withQuarantine(new SieveLimits(100, 0, 1 << 20)),
                new PushIdentity("key-" + number, null, hash),
                false);
          }

          @Override
          public void done(int number) {
            acknowledged.add(number);
          }
        });
  }

  private static PushFixture begun(SimDisk disk) {
    return PushFixture.of(
        disk,
        PushFixture.manifest(
            "{kind: NdJson, schema: [\"id BIGINT\", \"v BOOLEAN\"]}", "{kind: Append}"),
        LiveScript.LIMITS,
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
    run(whole, new HashSet<>());
    List<String> expected = whole.rows();
    assertThat(expected).hasSize(6);
    List<String> aside = QuarantinePushTest.quarantined(whole, "row");
    assertThat(aside).hasSize(8);
    int stride = Tier.pick(29, 1);
    int cuts = CutRuns.of(mode, stride, disk -> new Cut(disk, expected, aside));
    System.out.printf(
        "T03 quarantine mode=%s stride=%d images=%d lost=0 dup=0%n", mode, stride, cuts);
    assertThat(cuts).isGreaterThan(100 / stride);
  }

  @ParameterizedTest
  @EnumSource(SimDisk.Mode.class)
  void T03_manyRefusedRowsAreThereOnceIfTheirPushIsApplied(SimDisk.Mode mode) {
    int many = 3_500;
    LiveScript script = new LiveScript(List.of("few", "many"), Preprocess.NONE);
    int images =
        CutRuns.of(
            mode,
            Tier.pick(61, 5),
            disk -> {
              PushFixture fixture = begun(disk);
              return new CutRuns.Script() {
                @Override
                public void run() {
                  push(script, fixture, many);
                }

                @Override
                public void check(SimDisk image, String what) {
                  PushFixture left = PushFixture.reopened(image, LiveScript.LIMITS);
                  try (LiveWorkspace live = script.live(left)) {
                    live.recover();
                    live.dataset(left.dataset()).seal();
                  }
                  int rows = left.rows().size();
                  assertThat(rows).as(what).isIn(0, 1, 1 + many);
                  List<String> ids = QuarantinePushTest.quarantined(left, "id");
                  assertThat(ids).as(what).hasSize(rows).doesNotHaveDuplicates();
                  push(script, left, many);
                  assertThat(left.rows()).as(what).hasSize(1 + many);
                  assertThat(QuarantinePushTest.quarantined(left, "id"))
                      .as(what)
                      .hasSize(1 + many)
                      .doesNotHaveDuplicates();
                }
              };
            });
    assertThat(images).isGreaterThan(2);
  }

  private static void push(LiveScript script, PushFixture fixture, int many) {
    script.run(
        fixture,
        0,
        new LiveScript.Client() {
          @Override
          public void push(LiveDataset dataset, int number, String step) {
            boolean isFew = step.equals("few");
            String body =
                isFew ? QuarantinePushTest.manyBad(0, 1) : QuarantinePushTest.manyBad(1, many);
            dataset.push(
                fixture.request(body).withQuarantine(new SieveLimits(100, 0, 1 << 20)),
                new PushIdentity(step, null, Multihash.sha3(body.getBytes(StandardCharsets.UTF_8))),
                false);
          }

          @Override
          public void done(int number) {
            // Nothing is asked about what was acknowledged: all of it is pushed again.
          }
        });
  }

  /// A run that is cut.
  private static final class Cut implements CutRuns.Script {
    private final PushFixture fixture;
    private final Set<Integer> acknowledged = new HashSet<>();
    private final List<String> expected;
    private final List<String> aside;

    Cut(SimDisk disk, List<String> expected, List<String> aside) {
      fixture = begun(disk);
      this.expected = expected;
      this.aside = aside;
    }

    @Override
    public void run() {
      QuarantineCrashTest.run(fixture, acknowledged);
    }

    @Override
    public void check(SimDisk image, String what) {
      QuarantineCrashTest.check(image, acknowledged, expected, aside, what);
    }
  }

  private static void check(
      SimDisk image,
      Set<Integer> acknowledged,
      List<String> expected,
      List<String> aside,
      String what) {
    PushFixture fixture = PushFixture.reopened(image, LiveScript.LIMITS);
    // Whoever writes next puts in order what was left.
    try (LiveWorkspace live = SCRIPT.live(fixture)) {
      live.recover();
      live.dataset(fixture.dataset()).seal();
    }
    List<String> found = QuarantinePushTest.quarantined(fixture, "row");
    assertThat(found).as(what).doesNotHaveDuplicates();
    List<String> rows = new ArrayList<>(fixture.rows());
    assertThat(expected.subList(0, rows.size())).as(what).isEqualTo(rows);
    for (int i = 0; i < STEPS.size(); i++) {
      String step = STEPS.get(i);
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
    run(fixture, new HashSet<>());
    assertThat(fixture.rows()).as(what).isEqualTo(expected);
    assertThat(QuarantinePushTest.quarantined(fixture, "row")).as(what).isEqualTo(aside);
    assertThat(fixture.dataset().hasUnsealedRows()).as(what).isFalse();
    assertThat(new Verifier(1).verify(fixture.dataset(), (_, _) -> {}).problems())
        .as(what)
        .isEmpty();
  }
}
