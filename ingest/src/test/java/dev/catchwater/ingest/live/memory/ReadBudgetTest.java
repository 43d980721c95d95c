package dev.catchwater.ingest.live.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class ReadBudgetTest {
  private static final int MIB = 1 << 20;

  // A fifth of the heap: 20 MiB, for four bodies of a mebibyte, of which each takes five.
  private final ReadBudget budget = new ReadBudget(100L * MIB);

  @Test
  void whoFindsItUsedUpWaitsUntilSomebodyGivesBack() throws Exception {
    ReadBudget.Share first = budget.take(MIB);
    for (int i = 0; i < 2; i++) {
      budget.take(MIB);
    }
    CompletableFuture<ReadBudget.Share> late =
        CompletableFuture.supplyAsync(() -> budget.take(MIB));
    Assertions.assertThatThrownBy(() -> late.get(100, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    first.close();
    assertThat(late.get(10, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void whatIsLargerThanAllOfItTakesAllOfIt() throws Exception {
    ReadBudget.Share all = budget.take(64L * MIB);
    CompletableFuture<ReadBudget.Share> late =
        CompletableFuture.supplyAsync(() -> budget.take(MIB));
    Assertions.assertThatThrownBy(() -> late.get(100, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    all.close();
    assertThat(late.get(10, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void smallPushesAndThoseOfUnknownLengthNeverWait() {
    budget.take(64L * MIB);
    for (int i = 0; i < 10_000; i++) {
      budget.take(16 << 10);
      budget.take(-1);
    }
  }
}
