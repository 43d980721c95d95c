package dev.catchwater.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.ingest.PushStage;
import dev.catchwater.odf.error.CatchwaterException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterruptionTest {
  private final Interruption interruption = new Interruption();
  private final Console console =
      new Console(new ByteArrayOutputStream(), Terminals.NONE, interruption);

  @Test
  void aPushThatNobodyWaitsForEndsAtItsNextBatch() {
    PushProgress progress = new PushProgress(console, "gps", -1, 1);
    progress.stage(PushStage.READING, 0);
    progress.progress(1, 1);
    interruption.interrupt();
    assertThatThrownBy(() -> progress.progress(2, 2)).isInstanceOf(CatchwaterException.class);
    assertThatThrownBy(() -> progress.stage(PushStage.MERGING, 0))
        .isInstanceOf(CatchwaterException.class);
  }

  @Test
  void aCommitThatHasBegunIsNotInterrupted() {
    PushProgress progress = new PushProgress(console, "gps", -1, 1);
    interruption.interrupt();
    progress.stage(PushStage.COMMITTING, 0);
  }

  @Test
  void aCopyThatNobodyWaitsForEndsAtItsNextStep() {
    TransferProgress progress = new TransferProgress(console, "Copying");
    progress.progress(1, 2);
    interruption.interrupt();
    assertThatThrownBy(() -> progress.progress(2, 2)).isInstanceOf(CatchwaterException.class);
  }

  @Test
  void whatIsRegisteredRunsOnce() {
    List<String> ran = new ArrayList<>();
    interruption.whenInterrupted(() -> ran.add("before"));
    interruption.interrupt();
    interruption.interrupt();
    interruption.whenInterrupted(() -> ran.add("after"));
    assertThat(ran).containsExactly("before", "after");
  }
}
