package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.ingest.live.LiveDataset;
import dev.catchwater.ingest.live.LiveReport;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.Producer;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.sieve.SieveLimits;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.testkit.Fault;
import dev.catchwater.testkit.PowerCut;
import dev.catchwater.testkit.SimDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A dataset that is kept open.
class LiveDatasetTest {
  private static final String APPEND =
      PushFixture.manifest(
          "{kind: NdJson, schema: [\"id BIGINT\", \"v STRING\"]}", "{kind: Append}");

  private static final String LEDGER =
      PushFixture.manifest(
          "{kind: NdJson, schema: [\"id BIGINT\", \"v STRING\"]}",
          "{kind: Ledger, primaryKey: [id]}");

  private static LiveWorkspace live(PushFixture fixture) {
    return new LiveWorkspace(
        Workspace.find(fixture.disk(), Path.of("/work"), null),
        LiveSettings.standard(),
        () -> PushFixture.SYSTEM_TIME,
        new SplittableRandom(3),
        SliceOptions.defaults().withThreads(0),
        new PushLimits(1 << 20, 1_000),
        Preprocess.NONE);
  }

  private static LiveReport push(LiveDataset dataset, PushFixture fixture, String body) {
    Multihash hash = Multihash.sha3(body.getBytes(StandardCharsets.UTF_8));
    return dataset.push(fixture.request(body), PushIdentity.of(hash), false);
  }

  @Test
  void rowsOfEachPushFollowThoseOfThePushBefore() {
    PushFixture fixture = PushFixture.of(APPEND);
    try (LiveWorkspace live = live(fixture)) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      LiveReport first = push(dataset, fixture, "{\"id\":1,\"v\":\"a\"}\n{\"id\":2}");
      LiveReport second = push(dataset, fixture, "{\"id\":3}");
      assertThat(first.report().offsets()).isEqualTo(new PushReport.Offsets(0, 1));
      assertThat(second.report().offsets()).isEqualTo(new PushReport.Offsets(2, 2));
      assertThat(second.sourceName()).isEqualTo("default");
    }
    assertThat(fixture.rows()).hasSize(3);
  }

  @Test
  void aRefusedPushLeavesNothingBehind() {
    PushFixture fixture = PushFixture.of(APPEND);
    try (LiveWorkspace live = live(fixture)) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      push(dataset, fixture, "{\"id\":1}");
      assertThatThrownBy(() -> push(dataset, fixture, "{\"id\":2}\n{\"id\":\"x\"}"))
          .isInstanceOf(CatchwaterException.class);
      assertThatThrownBy(() ->
              dataset.push(
                  fixture.request("{\"id\":8}", "{\"id\":\"x\"}"),
                  PushIdentity.of(Multihash.sha3(new byte[0])),
                  false))
          .isInstanceOf(CatchwaterException.class);
      LiveReport next = push(dataset, fixture, "{\"id\":3}");
      assertThat(next.report().offsets()).isEqualTo(new PushReport.Offsets(1, 1));
    }
    assertThat(fixture.rows()).hasSize(2);
  }

  @Test
  void aDatasetThatSteppedAsideIsOpenedByTheNextPush() {
    PushFixture fixture = PushFixture.of(APPEND);
    try (LiveWorkspace live = live(fixture)) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      push(dataset, fixture, "{\"id\":1}");
      assertThatThrownBy(
              () -> fixture.push(fixture.request("{\"id\":2}").withLockWait(Duration.ofMillis(5))))
          .hasMessageContaining("being written");
      live.stepAside(fixture.dataset().id());
      fixture.push("{\"id\":2}");
      push(dataset, fixture, "{\"id\":3}");
    }
    assertThat(fixture.rows()).hasSize(3);
  }

  @Test
  void aNameIsRememberedOnlyAsLongAsNobodyCanRenameTheDataset() {
    PushFixture fixture = PushFixture.of(APPEND);
    try (LiveWorkspace live = live(fixture)) {
      LiveDataset dataset = live.dataset(live.require("d"));
      push(dataset, fixture, "{\"id\":1}");
      assertThat(live.require("d").id()).isEqualTo(fixture.dataset().id());
      assertThat(live.require("d")).isSameAs(live.require("d"));
      live.stepAside(fixture.dataset().id());
      Workspace workspace = live.workspace();
      workspace.rename(workspace.require("d"), DatasetName.parse("e"), LockWait.standard());
      assertThatThrownBy(() -> live.require("d")).hasMessageContaining("not found");
      push(live.dataset(live.require("e")), fixture, "{\"id\":2}");
      assertThatThrownBy(() -> live.require("d")).hasMessageContaining("not found");
      assertThat(live.require("e").name().toString()).isEqualTo("e");
    }
  }

  private static List<String> hot(LiveDataset dataset) {
    List<String> rows = new ArrayList<>();
    for (RecordBatch batch : dataset.hotRows().batches()) {
      for (int i = 0; i < batch.rowCount(); i++) {
        rows.add(PushFixture.text(batch, i));
      }
    }
    return rows;
  }

  @Test
  void rowsThatAreInNoSliceAreReadableAtOnce() {
    PushFixture fixture = PushFixture.of(APPEND);
    fixture.push("{\"id\":1,\"v\":\"a\"}");
    try (LiveWorkspace live = live(fixture)) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      LiveReport second = push(dataset, fixture, "{\"id\":2,\"v\":\"b\"}\n{\"id\":3}");
      assertThat(second.sequence()).isEqualTo(1);
      assertThat(second.report().block()).isNull();
      assertThat(fixture.rows()).hasSize(1);
      assertThat(hot(dataset))
          .containsExactly("1 0|2050-01-01T12:00:00Z|2 b", "2 0|2050-01-01T12:00:00Z|3 ∅");
      assertThat(HotRows.of(fixture.dataset()).rowCount()).isEqualTo(2);
      dataset.seal();
      assertThat(hot(dataset)).isEmpty();
      assertThat(fixture.rows()).hasSize(3);
      push(dataset, fixture, "{\"id\":4}");
    }
    assertThat(fixture.rows()).hasSize(4);
    assertThat(fixture.dataset().hasUnsealedRows()).isFalse();
    assertThat(new Verifier(1).verify(fixture.dataset(), (_, _) -> {}).problems()).isEmpty();
  }

  @Test
  void aLedgerKnowsTheKeysOfRowsThatAreInNoSlice() {
    PushFixture fixture = PushFixture.of(LEDGER);
    fixture.push("{\"id\":1,\"v\":\"a\"}");
    try (LiveWorkspace live = live(fixture)) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      assertThat(push(dataset, fixture, "{\"id\":1,\"v\":\"a\"}\n{\"id\":2}").report().counts())
          .isEqualTo(new PushCounts(1, 0, 0, 1, 0, 0, 0));
      assertThat(push(dataset, fixture, "{\"id\":2}\n{\"id\":1,\"v\":\"x\"}").report().counts())
          .isEqualTo(new PushCounts(0, 0, 0, 1, 1, 0, 0));
      dataset.seal();
      assertThat(push(dataset, fixture, "{\"id\":2}\n{\"id\":3}\n{\"id\":3}").report().counts())
          .isEqualTo(new PushCounts(1, 0, 0, 2, 0, 0, 0));
    }
    assertThat(fixture.rows()).hasSize(3);
  }

  @Test
  void aPushThatComesAgainGetsItsFirstReport() {
    PushFixture fixture = PushFixture.of(APPEND);
    LiveReport direct;
    LiveReport second;
    try (LiveWorkspace live = live(fixture)) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      direct = keyed(dataset, fixture, "k1", "{\"id\":1,\"x\":1}");
      second = keyed(dataset, fixture, "k2", "{\"id\":2}");
      assertThat(keyed(dataset, fixture, "k1", "{\"id\":1,\"x\":1}").report())
          .isEqualTo(direct.report());
      LiveReport again = keyed(dataset, fixture, "k2", "{\"id\":2}");
      assertThat(again.isReplayed()).isTrue();
      assertThat(again.report()).isEqualTo(second.report());
      assertThatThrownBy(() -> keyed(dataset, fixture, "k2", "{\"id\":3}"))
          .hasMessageContaining("other bytes");
    }
    try (LiveWorkspace live = live(fixture)) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      assertThat(keyed(dataset, fixture, "k1", "{\"id\":1,\"x\":1}").report())
          .isEqualTo(direct.report());
      assertThat(keyed(dataset, fixture, "k2", "{\"id\":2}").report()).isEqualTo(second.report());
    }
    assertThat(fixture.rows()).hasSize(2);
  }

  private static LiveReport keyed(
      LiveDataset dataset, PushFixture fixture, String key, String body) {
    Multihash hash = Multihash.sha3(body.getBytes(StandardCharsets.UTF_8));
    return dataset.push(fixture.request(body), new PushIdentity(key, null, hash), false);
  }

  @Test
  void aPushMayWaitForItsBlock() {
    PushFixture fixture = PushFixture.of(APPEND);
    fixture.push("{\"id\":1}");
    try (LiveWorkspace live = live(fixture)) {
      LiveReport report =
          live.dataset(fixture.dataset())
              .push(
                  fixture.request("{\"id\":2}"),
                  PushIdentity.of(Multihash.sha3(new byte[0])),
                  true);
      assertThat(report.report().block()).isEqualTo(fixture.dataset().head());
    }
  }

  @Test
  void whatTheJournalHasIsThereAfterTheProcessDied() {
    SimDisk disk = new SimDisk(SimDisk.Mode.EXT4, 5);
    PushLimits limits = new PushLimits(1 << 20, 1_000);
    PushFixture fixture = PushFixture.of(disk, LEDGER, limits, 1);
    fixture.push("{\"id\":1}");
    LiveDataset dataset = live(fixture).dataset(fixture.dataset());
    keyed(dataset, fixture, "k", "{\"id\":2}\n{\"id\":3}");
    push(dataset, fixture, "{\"id\":4}");
    PushFixture again =
        PushFixture.reopened(disk.restartAfterPowerCut(), new PushLimits(1 << 20, 1_000));
    assertThat(HotRows.of(again.dataset()).rowCount()).isEqualTo(3);
    try (LiveWorkspace live = live(again)) {
      LiveDataset reopened = live.dataset(again.dataset());
      assertThat(keyed(reopened, again, "k", "{\"id\":2}\n{\"id\":3}").isReplayed()).isTrue();
      assertThat(hot(reopened)).hasSize(3);
      assertThat(push(reopened, again, "{\"id\":4}\n{\"id\":5}").report().offsets())
          .isEqualTo(new PushReport.Offsets(4, 4));
    }
    assertThat(again.rows()).hasSize(5);
    assertThat(new Verifier(1).verify(again.dataset(), (_, _) -> {}).problems()).isEmpty();
  }

  @Test
  void BAD79_aHeadIsComparedInOneStepWithThePush() {
    PushFixture fixture = PushFixture.of(APPEND);
    fixture.push("{\"id\":1}");
    Multihash first = fixture.dataset().head();
    try (LiveWorkspace live = live(fixture)) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      // The head is that of the slices: rows of the journal do not move it.
      onto(dataset, fixture, first, "k1", "{\"id\":2}");
      onto(dataset, fixture, first, "k2", "{\"id\":3}");
      // What a direct push seals itself does not count, what it commits does.
      onto(dataset, fixture, first, "k3", "{\"id\":4}", "{\"id\":5}");
      Multihash second = fixture.dataset().head();
      assertThat(second).isNotEqualTo(first);
      assertThatThrownBy(() -> onto(dataset, fixture, first, "k4", "{\"id\":6}"))
          .hasMessageContaining("The head of the dataset is " + second);
      assertThatThrownBy(() -> onto(dataset, fixture, first, "k5", "{\"id\":6}", "{\"id\":7}"))
          .hasMessageContaining("The head of the dataset is " + second);
      assertThat(dataset.status().isOpen()).isTrue();
      // A push that was applied is told so on any head.
      assertThat(onto(dataset, fixture, first, "k2", "{\"id\":3}").isReplayed()).isTrue();
      assertThat(onto(dataset, fixture, first, "k3", "{\"id\":4}", "{\"id\":5}").isReplayed())
          .isTrue();
      onto(dataset, fixture, second, "k6", "{\"id\":8}");
    }
    PushRequest cold = fixture.request("{\"id\":9}").withExpectedHead(first);
    assertThatThrownBy(() -> fixture.push(cold)).hasMessageContaining("The head of the dataset");
    fixture.push(cold.withExpectedHead(fixture.dataset().head()));
    assertThat(fixture.rows()).hasSize(7);
  }

  private static LiveReport onto(
      LiveDataset dataset, PushFixture fixture, Multihash head, String key, String... inputs) {
    Multihash hash = Multihash.sha3(String.join("", inputs).getBytes(StandardCharsets.UTF_8));
    return dataset.push(
        fixture.request(inputs).withExpectedHead(head), new PushIdentity(key, null, hash), false);
  }

  @Test
  void aPushWhoseRowsWereResetAwayIsAppliedAnew() {
    PushFixture fixture = PushFixture.of(APPEND);
    fixture.push("{\"id\":0}");
    LiveReport first;
    Multihash between;
    try (LiveWorkspace live = live(fixture)) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      first = keyed(dataset, fixture, "k1", "{\"id\":1}");
      numbered(dataset, fixture, 0, "{\"id\":10}");
      dataset.seal();
      between = fixture.dataset().head();
      keyed(dataset, fixture, "k2", "{\"id\":2}");
      numbered(dataset, fixture, 1, "{\"id\":11}");
    }
    Multihash last = fixture.dataset().head();
    reset(fixture, between);
    reset(fixture, last); // taken back: nothing is forgotten
    try (LiveWorkspace live = live(fixture)) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      assertThat(keyed(dataset, fixture, "k2", "{\"id\":2}").isReplayed()).isTrue();
    }
    reset(fixture, between);
    fixture.push("{\"id\":7}\n{\"id\":8}\n{\"id\":9}"); // offsets are there again
    try (LiveWorkspace live = live(fixture)) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      assertThat(keyed(dataset, fixture, "k1", "{\"id\":1}").report()).isEqualTo(first.report());
      LiveReport anew = keyed(dataset, fixture, "k2", "{\"id\":2}");
      assertThat(anew.isReplayed()).isFalse();
      assertThat(anew.report().offsets()).isEqualTo(new PushReport.Offsets(6, 6));
      assertThatThrownBy(() -> numbered(dataset, fixture, 1, "{\"id\":11}"))
          .hasMessageContaining("A reset took away rows of producer p, up to sequence 1");
      assertThat(numbered(dataset, fixture, 2, "{\"id\":11}").isReplayed()).isFalse();
    }
    try (LiveWorkspace live = live(fixture)) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      assertThat(keyed(dataset, fixture, "k2", "{\"id\":2}").isReplayed()).isTrue();
      assertThat(numbered(dataset, fixture, 2, "{\"id\":11}").isReplayed()).isTrue();
    }
    assertThat(fixture.rows()).hasSize(8);
  }

  private static void reset(PushFixture fixture, Multihash to) {
    try (DatasetWriter writer = fixture.dataset().openWriterAt(to, LockWait.none())) {
      writer.commit();
    }
  }

  private static LiveReport numbered(
      LiveDataset dataset, PushFixture fixture, long sequence, String body) {
    Multihash hash = Multihash.sha3(body.getBytes(StandardCharsets.UTF_8));
    Producer producer = new Producer("p", 0, sequence);
    return dataset.push(fixture.request(body), new PushIdentity(null, producer, hash), false);
  }

  @Test
  void anUpsertCorrectsRowsThatAreInNoSlice() {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.manifest(
                "{kind: NdJson, schema: [\"op INT\", \"id BIGINT\", \"v STRING\"]}",
                "{kind: UpsertStream, primaryKey: [id]}"));
    fixture.push("{\"op\":0,\"id\":1,\"v\":\"a\"}");
    try (LiveWorkspace live = live(fixture)) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      push(dataset, fixture, "{\"op\":0,\"id\":1,\"v\":\"b\"}\n{\"op\":0,\"id\":2}");
      LiveReport second =
          push(dataset, fixture, "{\"op\":0,\"id\":1,\"v\":\"c\"}\n{\"op\":1,\"id\":2}");
      assertThat(second.report().block()).isNull();
      assertThat(second.report().counts()).isEqualTo(new PushCounts(0, 1, 1, 0, 0, 0, 0));
      assertThat(hot(dataset))
          .extracting(row -> row.replaceAll("[|].*[|]", "|"))
          .containsExactly("1 2|1 a", "2 3|1 b", "3 0|2 ∅", "4 2|1 b", "5 3|1 c", "6 1|2 ∅");
      dataset.seal();
      assertThat(push(dataset, fixture, "{\"op\":0,\"id\":1,\"v\":\"c\"}").report().counts())
          .isEqualTo(new PushCounts(0, 0, 0, 1, 0, 0, 0));
    }
    assertThat(fixture.rows()).hasSize(7);
  }

  /// Each run of a server's process that ended so left a thread and a lock behind.
  @Test
  void aDatasetThatCannotBeSealedIsLetGoAllTheSame() {
    SimDisk disk = new SimDisk(SimDisk.Mode.EXT4, 1);
    PushLimits limits = new PushLimits(1 << 20, 1_000);
    PushFixture fixture = PushFixture.of(disk, LEDGER, limits, 1);
    fixture.push("{\"id\":1,\"v\":\"a\"}");
    int openBefore = disk.openFiles();
    LiveWorkspace live = live(fixture);
    push(live.dataset(fixture.dataset()), fixture, "{\"id\":2,\"v\":\"b\"}");
    disk.faultFrom(disk.calls() + 1, Fault.NO_SPACE);

    assertThatThrownBy(live::close).isInstanceOf(CatchwaterException.class);

    assertThat(disk.openFiles()).isEqualTo(openBefore);
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("journal " + fixture.dataset().id());
    PushFixture later = PushFixture.reopened(disk.restartAfterKill(), limits);
    try (LiveWorkspace again = live(later)) {
      push(again.dataset(later.dataset()), later, "{\"id\":3,\"v\":\"c\"}");
    }
    assertThat(later.rows()).hasSize(3);
  }

  /// Thousands of cut runs of a test held the memory of all their disks by the threads of datasets
  /// that came behind the one that failed.
  @Test
  void noDatasetIsHeldBecauseOneBeforeItFailed() {
    SimDisk disk = new SimDisk(SimDisk.Mode.EXT4, 1);
    PushFixture fixture = PushFixture.of(disk, APPEND, new PushLimits(1 << 20, 1_000), 1);
    int openBefore = disk.openFiles();
    long before = journalThreads();
    LiveWorkspace live = live(fixture);
    LiveDataset dataset = live.dataset(fixture.dataset());
    String body = "{\"id\":1}\n{\"id\":\"x\"}";
    PushRequest request = fixture.request(body).withQuarantine(new SieveLimits(100, 0, 1 << 20));
    Multihash hash = Multihash.sha3(body.getBytes(StandardCharsets.UTF_8));
    dataset.push(request, PushIdentity.of(hash), false);
    dataset.seal(); // the bad row is in the quarantine, a dataset that is open too
    push(dataset, fixture, "{\"id\":2}");
    assertThat(journalThreads()).isEqualTo(before + 2);
    disk.faultAt(disk.calls() + 1, Fault.POWER_CUT);

    assertThatThrownBy(live::close).isInstanceOf(PowerCut.class);

    assertThat(journalThreads()).isEqualTo(before);
    assertThat(disk.openFiles()).isEqualTo(openBefore);
  }

  private static long journalThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("journal "))
        .count();
  }
}
