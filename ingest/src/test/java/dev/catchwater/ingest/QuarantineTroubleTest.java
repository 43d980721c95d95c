package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.disk.ForwardingDisk;
import dev.catchwater.ingest.live.LiveReport;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.sieve.SieveLimits;
import dev.catchwater.ingest.trouble.Trouble;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A quarantine that cannot be written: pushes go on, the rows wait in the journal, and whoever
/// looks after the process hears of it.
class QuarantineTroubleTest {
  /// A disk of which one folder takes nothing new, and one lock is somebody else's.
  private static final class PartlyBroken extends ForwardingDisk {
    private volatile @Nullable Path broken;
    private volatile @Nullable String locked;

    PartlyBroken() {
      super(new SimDisk(SimDisk.Mode.EXT4, 1));
    }

    @Override
    public DiskFile create(Path file) throws IOException {
      Path folder = broken;
      if (folder != null && file.startsWith(folder)) {
        throw new IOException("nothing new in " + folder);
      }
      return super.create(file);
    }

    @Override
    public Optional<DiskLock> lock(Path file, Duration wait, Consumer<String> waiting)
        throws IOException {
      String name = locked;
      return name != null && file.toString().contains(name)
          ? Optional.empty()
          : super.lock(file, wait, waiting);
    }
  }

  private static LiveReport push(LiveWorkspace live, PushFixture fixture, int id) {
    String body = "{\"id\":" + id + "}\n{\"id\":\"bad " + id + "\"}\n";
    return live.dataset(fixture.dataset())
        .push(
            fixture.request(body).withQuarantine(new SieveLimits(100, 0, 1 << 20)),
            PushIdentity.of(Multihash.sha3(body.getBytes(StandardCharsets.UTF_8))),
            false);
  }

  private static List<String> heard(LiveWorkspace live) {
    List<String> heard = new ArrayList<>();
    live.troubles()
        .listen((trouble, dataset, why) ->
            heard.add(trouble.word() + " " + dataset + (why == null ? " works" : " fails")));
    return heard;
  }

  @Test
  void rowsThatCannotBeMovedAreToldOfOnceAndMovedWhenTheyCanBe() {
    PartlyBroken disk = new PartlyBroken();
    PushFixture fixture =
        PushFixture.of(
            disk,
            PushFixture.manifest("{kind: NdJson, schema: [\"id BIGINT\"]}", "{kind: Append}"),
            new PushLimits(1 << 20, 1_000),
            1);
    try (LiveWorkspace live = QuarantinePushTest.live(fixture)) {
      List<String> heard = heard(live);
      push(live, fixture, 1);
      assertThat(heard).isEmpty();
    }
    Dataset quarantine = fixture.dataset().workspace().require("d.quarantine");
    disk.locked = quarantine.journalFolder().getFileName().toString();
    try (LiveWorkspace live = QuarantinePushTest.live(fixture)) {
      List<String> heard = heard(live);
      for (int id = 2; id < 4; id++) {
        PushCounts counts = push(live, fixture, id).report().counts();
        assertThat(counts.added()).isEqualTo(1);
        assertThat(counts.quarantined()).isEqualTo(1);
      }
      assertThat(heard).containsExactly("quarantine d fails");
      assertThat(live.troubles().failures(Trouble.QUARANTINE)).isEqualTo(2);
      assertThat(live.troubles().lasting(Trouble.QUARANTINE)).isEqualTo(1);
      live.dataset(fixture.dataset()).seal();
      assertThat(live.troubles().failures(Trouble.QUARANTINE)).isEqualTo(3);
      disk.locked = null;
      // One that is moved says nothing of those that wait.
      push(live, fixture, 4);
      assertThat(heard).hasSize(1);
      live.dataset(fixture.dataset()).seal();
      assertThat(heard).containsExactly("quarantine d fails", "quarantine d works");
      assertThat(live.troubles().lasting(Trouble.QUARANTINE)).isZero();
      assertThat(live.troubles().failures(Trouble.SEAL)).isZero();
    }
    assertThat(QuarantinePushTest.quarantined(fixture, "row"))
        .containsExactlyInAnyOrder(
            "{\"id\":\"bad 1\"}", "{\"id\":\"bad 2\"}", "{\"id\":\"bad 3\"}", "{\"id\":\"bad 4\"}");
    assertThat(fixture.rows()).hasSize(4);
  }

  @Test
  void aSealThatFailsInTheBackgroundIsToldOf() {
    PartlyBroken disk = new PartlyBroken();
    PushFixture fixture =
        PushFixture.of(
            disk,
            PushFixture.manifest("{kind: NdJson, schema: [\"id BIGINT\"]}", "{kind: Append}"),
            new PushLimits(1 << 20, 1_000),
            1);
    try (LiveWorkspace live = QuarantinePushTest.live(fixture)) {
      List<String> heard = heard(live);
      push(live, fixture, 1);
      disk.broken = fixture.dataset().workspace().root().resolve("run");
      live.recover();
      assertThat(heard).contains("seal d fails");
      assertThat(live.troubles().failures(Trouble.SEAL)).isPositive();
      disk.broken = null;
      live.recover();
      assertThat(heard).contains("seal d works");
      assertThat(live.troubles().lasting(Trouble.SEAL)).isZero();
    }
    assertThat(fixture.rows()).hasSize(1);
  }
}
