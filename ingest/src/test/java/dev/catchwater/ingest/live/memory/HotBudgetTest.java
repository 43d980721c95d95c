package dev.catchwater.ingest.live.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HotBudgetTest {
  private static final long MIB = 1 << 20;

  @Test
  void isUsedUpByAThirdOfTheHeapAndNotAnyMoreWhenASliceIsMade() {
    HotBudget budget = new HotBudget(300 * MIB);
    budget.add(60 * MIB);
    budget.add(40 * MIB);
    assertThat(budget.isUsedUp()).isFalse();
    budget.add(1);
    assertThat(budget.isUsedUp()).isTrue();
    assertThat(budget.isOverdrawn()).isFalse();
    budget.add(100 * MIB / 8);
    assertThat(budget.isOverdrawn()).isTrue();
    budget.give(60 * MIB);
    assertThat(budget.isUsedUp()).isFalse();
  }

  @Test
  void aSliceIsNeverMoreThanASixthOfTheHeap() {
    assertThat(new HotBudget(256 * MIB).sliceBytes(64 * MIB)).isEqualTo(256 * MIB / 6);
    assertThat(new HotBudget(400 * MIB).sliceBytes(64 * MIB)).isEqualTo(64 * MIB);
  }
}
