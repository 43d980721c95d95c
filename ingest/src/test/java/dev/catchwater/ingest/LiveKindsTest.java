package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.ingest.live.LiveDataset;
import dev.catchwater.ingest.live.LiveReport;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.prepare.PreparedRows;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.Transform;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which kinds of pushes go through the journal, and what becomes of those that cannot.
class LiveKindsTest {
  private static final PushLimits LIMITS = new PushLimits(1 << 20, 1_000);
  private static final String COLUMNS = "{kind: NdJson, schema: [\"id BIGINT\", \"v STRING\"]}";

  private static LiveWorkspace live(PushFixture fixture, Preprocess steps, LiveSettings settings) {
    return new LiveWorkspace(
        Workspace.find(fixture.disk(), Path.of("/work"), null),
        settings,
        () -> PushFixture.SYSTEM_TIME,
        new SplittableRandom(3),
        SliceOptions.defaults().withThreads(0),
        LIMITS,
        steps);
  }

  private static LiveReport push(LiveDataset dataset, PushRequest request, String body) {
    Multihash hash = Multihash.sha3(body.getBytes(StandardCharsets.UTF_8));
    return dataset.push(request, PushIdentity.of(hash), false);
  }

  private static String row(long id, String value) {
    return "{\"id\":" + id + ",\"v\":\"" + value + "\"}\n";
  }

  @Test
  void aPushThroughStepsGoesIntoTheJournalAndLeavesNoFile() throws IOException {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.withSteps(
                PushFixture.manifest(COLUMNS, "{kind: Ledger, primaryKey: [id]}")));
    fixture.push(row(0, "a"));
    Path run = Workspace.find(fixture.disk(), Path.of("/work"), null).root().resolve("run");
    try (LiveWorkspace live =
        live(fixture, new PlainSteps(fixture.disk()), LiveSettings.standard())) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      String body = row(1, "a") + row(2, "-") + row(0, "a");
      LiveReport report = push(dataset, fixture.request(body), body);
      assertThat(report.report().counts().added()).isEqualTo(1);
      assertThat(report.report().warnings()).containsExactly(PlainSteps.NOTE);
      assertThat(report.sequence()).isPositive();
      assertThat(report.report().block()).isNull();
      assertThat(dataset.status().hotRows()).isEqualTo(1);
      assertThatThrownBy(() ->
              push(
                  dataset,
                  fixture.request(row(7, "a") + row(8, "!")).withInputs(named(row(8, "!"))),
                  "x"))
          .isInstanceOf(CatchwaterException.class)
          .hasMessageContaining("The steps refuse a row")
          .hasMessageContaining("rows.json");
      assertThat(dataset.status().hotRows()).isEqualTo(1);
    }
    assertThat(fixture.disk().list(run)).noneMatch(name -> name.startsWith("sql-"));
    assertThat(fixture.rows()).hasSize(2);
  }

  private static List<PushInput> named(String body) {
    return List.of(PushInput.bytes("rows.json", body.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void nobodyWaitsForTheStepsOfAnotherPush() throws Exception {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.withSteps(PushFixture.manifest(COLUMNS, "{kind: Append}"))
                + """
                    - kind: AddPushSource
                      sourceName: plain
                      read: {kind: NdJson, schema: ["id BIGINT", "v STRING"]}
                      merge: {kind: Append}
                """);
    fixture.push(fixture.request(row(0, "a")).withSourceName("plain"));
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Preprocess slow = new Waiting(new PlainSteps(fixture.disk()), begun, mayEnd);
    try (LiveWorkspace live = live(fixture, slow, LiveSettings.standard());
        ExecutorService threads = Executors.newCachedThreadPool()) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      PushRequest stepped = fixture.request(row(1, "a")).withSourceName("default");
      Future<LiveReport> waiting = threads.submit(() -> push(dataset, stepped, "1"));
      begun.await();
      LiveReport other = push(dataset, fixture.request(row(2, "a")).withSourceName("plain"), "2");
      assertThat(other.report().offsets()).isEqualTo(new PushReport.Offsets(1, 1));
      dataset.seal();
      mayEnd.countDown();
      assertThat(waiting.get().report().offsets()).isEqualTo(new PushReport.Offsets(2, 2));
    }
    assertThat(fixture.rows()).hasSize(3);
  }

  /// Steps that begin when somebody lets them.
  private record Waiting(Preprocess steps, CountDownLatch begun, CountDownLatch mayEnd)
      implements Preprocess {
    @Override
    public void check(String source, Transform transform, @Nullable DataSchema columns) {}

    @Override
    public PreparedRows open(String source, Transform transform, RowReader rows, Path folder) {
      begun.countDown();
      try {
        mayEnd.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return steps.open(source, transform, rows, folder);
    }
  }

  @Test
  void aSnapshotIsComparedWithHotRowsToo() {
    PushFixture fixture =
        PushFixture.of(PushFixture.manifest(COLUMNS, "{kind: Snapshot, primaryKey: [id]}"));
    fixture.push(row(1, "a") + row(2, "a"));
    try (LiveWorkspace live = live(fixture, Preprocess.NONE, LiveSettings.standard())) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      String second = row(1, "b") + row(3, "a");
      assertThat(push(dataset, fixture.request(second), second).report().counts().retracted())
          .isEqualTo(1);
      String third = row(1, "b") + row(2, "c");
      LiveReport report = push(dataset, fixture.request(third), third);
      assertThat(report.report().counts().added()).isEqualTo(1);
      assertThat(report.report().counts().retracted()).isEqualTo(1);
      assertThat(report.report().counts().duplicate()).isEqualTo(1);
      assertThat(report.report().block()).isNull();
      assertThat(dataset.status().hotRows()).isEqualTo(6);
      String twice = row(4, "a") + row(4, "b");
      assertThatThrownBy(() -> push(dataset, fixture.request(twice), twice))
          .hasMessageContaining("is in the push twice");
      assertThatThrownBy(() -> push(dataset, fixture.request(""), ""))
          .hasMessageContaining("every row would be retracted");
      assertThat(dataset.status().hotRows()).isEqualTo(6);
    }
    assertThat(fixture.rows()).hasSize(8);
  }

  @Test
  void aSmallSnapshotThatRetractsTooMuchBecomesASlice() {
    PushFixture fixture =
        PushFixture.of(PushFixture.manifest(COLUMNS, "{kind: Snapshot, primaryKey: [id]}"));
    StringBuilder state = new StringBuilder();
    for (int id = 0; id < 2_000; id++) {
      state.append(row(id, "a value of some length"));
    }
    fixture.push(state.toString());
    LiveSettings small =
        new LiveSettings(1 << 20, Duration.ofMinutes(1), 1_000, 10, Duration.ZERO, 1_000);
    try (LiveWorkspace live = live(fixture, Preprocess.NONE, small)) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      LiveReport report = push(dataset, fixture.request(row(1, "b")), "1");
      assertThat(report.report().counts().retracted()).isEqualTo(1_999);
      assertThat(report.report().block()).isNotNull();
      LiveReport next = push(dataset, fixture.request(row(1, "c")), "2");
      assertThat(next.report().block()).isNull();
    }
    assertThat(fixture.rows()).hasSize(2_000 + 1_999 + 2 + 2);
  }

  @Test
  void theFirstPushGivesTheDatasetItsColumnsAndItsRowsAreHot() {
    PushFixture fixture =
        PushFixture.of(PushFixture.manifest(COLUMNS, "{kind: Ledger, primaryKey: [id]}"));
    Multihash empty = fixture.dataset().head();
    try (LiveWorkspace live = live(fixture, Preprocess.NONE, LiveSettings.standard())) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      // Refused where the rows are merged, not where they are read: no block is left either.
      String bad = row(1, "a") + "{\"v\":\"no key\"}\n";
      assertThatThrownBy(() -> push(dataset, fixture.request(bad), bad))
          .isInstanceOf(CatchwaterException.class);
      assertThat(fixture.dataset().head()).isEqualTo(empty);
      PushRequest request = fixture.request(row(1, "a")).withExpectedHead(empty);
      LiveReport report = push(dataset, request, "1");
      assertThat(report.report().offsets()).isEqualTo(new PushReport.Offsets(0, 0));
      assertThat(report.report().block()).isNull();
      assertThat(dataset.status().hotRows()).isEqualTo(1);
      assertThat(fixture.schema()).contains("id: Int64");
      assertThat(fixture.rows()).isEmpty();
      assertThatThrownBy(() -> push(dataset, request, "2")).isInstanceOf(CatchwaterException.class);
    }
    assertThat(fixture.rows()).hasSize(1);
  }

  @Test
  void aFirstPushWithoutRowsGivesTheDatasetItsColumnsToo() {
    PushFixture fixture = PushFixture.of(PushFixture.manifest(COLUMNS, "{kind: Append}"));
    try (LiveWorkspace live = live(fixture, Preprocess.NONE, LiveSettings.standard())) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      assertThat(push(dataset, fixture.request(""), "").report().outcome())
          .isEqualTo(PushOutcome.UPDATED);
      assertThat(fixture.schema()).contains("id: Int64");
    }
  }
}
