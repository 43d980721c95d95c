package dev.catchwater.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.ingest.PushStage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PushProgressTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private String printed() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aTerminalSeesStagesRowsAndBytes() {
    Console console = new Console(err, new Terminals(false, false, true, false));
    PushProgress progress = new PushProgress(console, "gps", 4096, 2);
    progress.stage(PushStage.READING, 0);
    progress.progress(1234, 2048);
    progress.stage(PushStage.COMMITTING, 1);
    assertThat(printed())
        .contains("[1/4] Reading data (gps, file 1 of 2)")
        .contains("[4/4] Committing data (gps, file 2 of 2): 1,234 rows, 2.0 KiB of 4.0 KiB, ")
        .contains(" rows/s");
    console.say("Dataset updated");
    assertThat(printed()).endsWith("\r\033[KDataset updated\n");
  }

  @Test
  void nobodyElseSeesAnything() {
    Console piped = new Console(err, Terminals.NONE);
    PushProgress progress = new PushProgress(piped, "gps", 4096, 1);
    progress.stage(PushStage.READING, 0);
    progress.progress(1234, 2048);
    Console quiet = new Console(err, new Terminals(true, true, true, true));
    quiet.beQuiet();
    new PushProgress(quiet, "gps", 4096, 1).stage(PushStage.READING, 0);
    assertThat(printed()).isEmpty();
  }

  @Test
  void aWaitIsSaidAtOnce() {
    PushProgress progress = new PushProgress(new Console(err, Terminals.NONE), "gps", -1, 1);
    progress.waiting("process 4711");
    assertThat(printed()).isEqualTo("Waiting for process 4711 to finish writing gps\n");
  }
}
