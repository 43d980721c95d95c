package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.ingest.live.LiveDataset;
import dev.catchwater.ingest.live.LiveReport;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Workspace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A dataset that is kept open.
class LiveDatasetTest {
  private static final String APPEND =
      PushFixture.manifest(
          "{kind: NdJson, schema: [\"id BIGINT\", \"v STRING\"]}", "{kind: Append}");

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
}
