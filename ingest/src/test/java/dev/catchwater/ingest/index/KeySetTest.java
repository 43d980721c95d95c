package dev.catchwater.ingest.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.testkit.Seeded;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

class KeySetTest {
  @Seeded(iterations = 100)
  void theOrderIsByKeyAndThenByArrival(RandomGenerator random) {
    KeySet keys = new KeySet(1);
    int size = random.nextInt(300);
    boolean isUniform = random.nextBoolean();
    for (int i = 0; i < size; i++) {
      long high = isUniform ? random.nextLong() : random.nextInt(-3, 3);
      keys.add(high, random.nextInt(2), i);
    }
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      expected.add(i);
    }
    expected.sort(
        Comparator.comparingLong((Integer i) -> keys.high(i)).thenComparingLong(keys::low));
    assertThat(keys.order()).containsExactly(expected.stream().mapToInt(i -> i).toArray());
  }
}
