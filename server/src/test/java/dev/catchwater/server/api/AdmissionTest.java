package dev.catchwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.disk.LocalDisk;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.server.http.Refusal;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdmissionTest {
  private static final DatasetId DATASET = DatasetId.create(new SplittableRandom(1));
  private static final int SMALL = 100;
  private static final int LARGE = 1 << 20;

  @TempDir Path folder;
  private final AtomicBoolean hasMemory = new AtomicBoolean(true);

  private Admission admission(int perDatasetMax) {
    return new Admission(4096, perDatasetMax, new LocalDisk(), folder, 0, () -> 0, hasMemory::get);
  }

  private static int let(Admission admission, int bytes, boolean isReceived) {
    int count = 0;
    try {
      for (; count < 10_000; count++) {
        Admission.Ticket ticket = admission.enter(DATASET, bytes);
        if (isReceived) {
          ticket.received();
        }
      }
    } catch (Refusal e) {
      assertThat(e).hasMessageContaining("are on their way");
    }
    return count;
  }

  @Test
  void asManySmallPushesAsTheLimitSaysAndTwoHundredLargeOnes() {
    assertThat(let(admission(2048), SMALL, true)).isEqualTo(2048);
    assertThat(let(admission(2048), LARGE, true)).isBetween(200, 205);
  }

  @Test
  void largeBodiesThatStillComeInKeepNobodyOut() {
    Admission admission = admission(2048);
    assertThat(let(admission, LARGE, false)).isBetween(2030, 2048);
    assertThat(admission.inFlight()).isBetween(2030, 2048);
  }

  @Test
  void whoeverIsAloneIsLetInHoweverLargeAndAllIsGivenBack() {
    Admission admission = admission(1);
    for (int i = 0; i < 3; i++) {
      try (Admission.Ticket ticket = admission.enter(DATASET, LARGE)) {
        ticket.received();
        assertThatThrownBy(() -> admission.enter(DATASET, SMALL)).isInstanceOf(Refusal.class);
      }
    }
    assertThat(admission.inFlight()).isZero();
  }

  @Test
  void withoutMemoryFewAreLetInToWaitAndManyAreTurnedAway() {
    hasMemory.set(false);
    Admission admission = admission(2048);
    int count = 0;
    try {
      for (; count < 10_000; count++) {
        admission.enter(DATASET, SMALL).received();
      }
    } catch (Refusal e) {
      assertThat(e).hasMessageContaining("memory");
    }
    assertThat(count).isEqualTo(257);
  }
}
