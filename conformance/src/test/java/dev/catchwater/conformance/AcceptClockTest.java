package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.cli.resident.Engine;
import dev.catchwater.cli.resident.EngineSettings;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.ingest.PushLimits;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.server.CatchwaterServer;
import dev.catchwater.server.ServerSettings;
import dev.catchwater.storage.Workspace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// T21: `doctor --accept-clock` reaches the server of the workspace through its socket.
class AcceptClockTest {
  private static final String ROW = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1}";

  @TempDir Path folder;
  private volatile Duration ahead = Duration.ZERO;

  @Test
  void T21_aServerWhoseClockJumpedTakesPushesAgainWhenDoctorSaysThatItIsRight() throws IOException {
    Sandbox.with(folder, BadHttpTest.MANIFEST);
    Disk disk = new LocalDisk();
    InstantSource clock = () -> InstantSource.system().instant().plus(ahead);
    LiveWorkspace live =
        new LiveWorkspace(
            Workspace.find(disk, folder, null),
            LiveSettings.standard(),
            clock,
            new SplittableRandom(1),
            SliceOptions.defaults(),
            PushLimits.ofThisProcess(),
            Preprocess.NONE);
    EngineSettings settings =
        new EngineSettings(folder.resolve(".catchwater"), "b1", null, null, "");
    CatchwaterServer server =
        CatchwaterServer.start(
            live,
            ServerSettings.standard(0, "kamu-server"),
            new CatchwaterServer.Surroundings(
                new ByteArrayOutputStream(),
                clock,
                new SplittableRandom(2),
                Preprocess.NONE,
                "test",
                Map.of()));
    byte[] push = Wire.push("gps", "", ROW);
    int port = server.address().getPort();
    try (Engine engine = Engine.start(settings, disk, clock, live).orElseThrow()) {
      assertThat(engine.isDone()).isFalse();
      assertThat(Wire.once(port, push).status()).isEqualTo(200);
      ahead = Duration.ofHours(3);
      Wire.Reply suspect = Wire.once(port, push);
      assertThat(suspect.status()).isEqualTo(503);
      assertThat(suspect.text()).contains("clock-suspect", "doctor --accept-clock");
      Sandbox.bare(folder)
          .run("doctor", "--accept-clock")
          .succeeded()
          .says("The server takes pushes; its clock says 2");
      assertThat(Wire.once(port, push).status()).isEqualTo(200);
    } finally {
      server.stop();
    }
    Sandbox.bare(folder)
        .run("doctor", "--accept-clock")
        .refused()
        .says("No server runs in this workspace");
  }
}
