package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.ingest.live.LiveReport;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Clocks that jump (reliability T21).
class LiveClockTest {
  private static final Path UPTIME = Path.of("/proc/uptime");
  private static final PushLimits LIMITS = new PushLimits(1 << 20, 1_000);
  private static final String APPEND =
      PushFixture.manifest("{kind: NdJson, schema: [\"id BIGINT\"]}", "{kind: Append}");

  private final SimDisk disk = new SimDisk(SimDisk.Mode.EXT4, 2);
  private final PushFixture fixture = PushFixture.of(disk, APPEND, LIMITS, 1);
  private Instant wall = PushFixture.SYSTEM_TIME.plusSeconds(10);
  private long nanos = 5_000_000_000L;
  private Duration uptime = Duration.ofSeconds(77);

  @BeforeEach
  void theDatasetHasColumns() {
    fixture.push("{\"id\":0}");
  }

  private LiveWorkspace live() {
    return LiveWorkspace.of(
        Workspace.find(disk, Path.of("/work"), null),
        LiveSettings.standard(),
        () -> wall,
        () -> nanos,
        new SplittableRandom(3),
        SliceOptions.defaults().withThreads(0),
        LIMITS,
        Preprocess.NONE,
        Runnable::run);
  }

  private LiveReport push(LiveWorkspace live) {
    return live.dataset(fixture.dataset())
        .push(fixture.request("{\"id\":1}"), PushIdentity.of(Multihash.sha3(new byte[0])), false);
  }

  private void pass(Duration time, Duration ofTheWall) {
    nanos += time.toNanos();
    uptime = uptime.plus(time);
    wall = wall.plus(ofTheWall);
  }

  private void pass(Duration time) {
    pass(time, time);
  }

  @Test
  void T21_aClockThatGoesBackRefusesNothingAndSystemTimesDoNotFall() {
    try (LiveWorkspace live = live()) {
      Instant last = push(live).report().systemTime();
      // A leap second that is put in is a second that comes twice.
      for (Duration back :
          new Duration[] {Duration.ofMillis(1), Duration.ofSeconds(1), Duration.ofDays(1)}) {
        Instant before = wall;
        wall = wall.minus(back);
        Instant time = push(live).report().systemTime();
        assertThat(time).isEqualTo(last).isAfterOrEqualTo(wall);
        last = time;
        wall = before;
        pass(Duration.ofSeconds(3));
        last = push(live).report().systemTime();
        assertThat(last).isEqualTo(wall);
      }
      assertThat(live.clockSetBacks()).isEqualTo(3);
    }
    verify();
  }

  @Test
  void T21_aFrozenClockRefusesNothingAndIsCountedOnce() {
    try (LiveWorkspace live = live()) {
      Instant last = push(live).report().systemTime();
      for (int i = 0; i < 50; i++) {
        pass(Duration.ofMinutes(5), Duration.ZERO);
        assertThat(push(live).report().systemTime()).isEqualTo(last);
      }
      assertThat(live.clockSetBacks()).isEqualTo(1);
      // It goes on and is set right, more than an hour ahead of where it stood.
      wall = wall.plus(Duration.ofMinutes(250));
      pass(Duration.ofSeconds(1));
      assertThat(push(live).report().systemTime()).isEqualTo(wall);
    }
    verify();
  }

  @Test
  void T21_aClockThatJumpsAheadEndsPushesUntilItIsBack() {
    try (LiveWorkspace live = live()) {
      push(live);
      pass(Duration.ofSeconds(1), Duration.ofMinutes(59));
      Instant believed = push(live).report().systemTime();
      assertThat(believed).isEqualTo(wall);
      for (Duration jump : new Duration[] {Duration.ofMinutes(61), Duration.ofDays(36_525)}) {
        Instant before = wall;
        wall = wall.plus(jump);
        assertThatThrownBy(() -> push(live))
            .isInstanceOfSatisfying(
                CatchwaterException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOCK_SUSPECT))
            .hasMessageContaining("doctor --accept-clock");
        // However long it stays so.
        pass(Duration.ofDays(2));
        assertThatThrownBy(() -> push(live)).hasMessageContaining("minutes more than it should");
        wall = before.plus(Duration.ofDays(2));
        assertThat(push(live).report().systemTime()).isEqualTo(wall);
      }
    }
    assertThat(fixture.rows()).hasSize(5);
    verify();
  }

  @Test
  void T21_anAcceptedClockIsBelieved() {
    try (LiveWorkspace live = live()) {
      push(live);
      wall = wall.plus(Duration.ofDays(400));
      assertThatThrownBy(() -> push(live)).isInstanceOf(CatchwaterException.class);
      assertThat(live.acceptClock()).isEqualTo(wall);
      assertThat(push(live).report().systemTime()).isEqualTo(wall);
      wall = wall.plus(Duration.ofDays(1));
      assertThatThrownBy(() -> push(live)).isInstanceOf(CatchwaterException.class);
    }
    verify();
  }

  @Test
  void T21_aMachineThatSleptIsNoJump() throws IOException {
    writeUptime();
    try (LiveWorkspace live = live()) {
      push(live);
      for (int i = 0; i < 3; i++) {
        // The clock that never jumps stands still meanwhile; the machine tells.
        Duration slept = Duration.ofHours(9);
        wall = wall.plus(slept);
        uptime = uptime.plus(slept);
        writeUptime();
        assertThat(push(live).report().systemTime()).isEqualTo(wall);
      }
      // A jump is one all the same, also right after a sleep.
      wall = wall.plus(Duration.ofHours(12));
      uptime = uptime.plus(Duration.ofHours(9));
      writeUptime();
      assertThatThrownBy(() -> push(live)).hasMessageContaining("180 minutes more");
    }
    verify();
  }

  private void writeUptime() throws IOException {
    if (!disk.exists(UPTIME)) {
      disk.createDirectories(Path.of("/proc"));
    }
    disk.delete(UPTIME);
    String text = String.format(Locale.ROOT, "%.2f 12345.67\n", uptime.toMillis() / 1e3);
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    try (DiskFile file = disk.create(UPTIME)) {
      file.write(bytes, 0, bytes.length, 0);
    }
  }

  private void verify() {
    assertThat(new Verifier(1).verify(fixture.dataset(), (_, _) -> {}).problems()).isEmpty();
  }
}
