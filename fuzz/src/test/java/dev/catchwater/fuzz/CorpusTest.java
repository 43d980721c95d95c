package dev.catchwater.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.testkit.Seeded;
import dev.catchwater.testkit.Tier;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every input that once led somewhere new, and a few changed ones: the same targets without a
/// fuzzer.
class CorpusTest {
  private static final int INPUTS = 2_000;

  @ParameterizedTest
  @EnumSource
  void T25_noInputOfTheCorpusBreaksItsReader(Target target) throws IOException {
    List<byte[]> corpus = target.corpus();
    assertThat(corpus).hasSizeGreaterThan(5);
    for (byte[] input : corpus) {
      target.read(input);
    }
  }

  @Seeded(iterations = 1)
  void T25_noChangedInputBreaksAReader(RandomGenerator random) throws IOException {
    for (Target target : Target.values()) {
      Mutations.run(target, INPUTS, random);
    }
  }

  @Tag("slow")
  @Seeded(iterations = 1)
  void T25_noInputOfManyBreaksAReader(RandomGenerator random) throws IOException {
    for (Target target : Target.values()) {
      Mutations.run(target, Tier.pick(1, 10, 100) * (long) INPUTS, random);
    }
  }
}
