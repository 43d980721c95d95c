package dev.catchwater.ingest.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.testkit.Seeded;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RowLinesTest {
  @Seeded(iterations = 200)
  void everyRowIsFoundOnItsLine(RandomGenerator random) {
    RowLines lines = new RowLines();
    long[] wanted = new long[random.nextInt(1, 2_000)];
    long line = random.nextLong(1, 4);
    int step = 1;
    for (int row = 0; row < wanted.length; row++) {
      wanted[row] = line;
      lines.add(line);
      step = random.nextInt(10) == 0 ? random.nextInt(4) : step;
      line += step;
    }
    for (int row = 0; row < wanted.length; row++) {
      assertThat(lines.of(row)).as("row %s", row).isEqualTo(wanted[row]);
    }
    assertThat(lines.of(wanted.length)).isZero();
  }

  @Test
  void behindTooManyBreaksLinesAreNotKnown() {
    RowLines lines = new RowLines();
    long line = 1;
    int rows = 0;
    for (int i = 0; i < 3 * RowLines.BREAKS_MAX; i++) {
      lines.add(line);
      rows++;
      line += 1 + (long) i * i % 7;
    }
    assertThat(lines.of(0)).isEqualTo(1);
    assertThat(lines.of(1)).isEqualTo(2);
    assertThat(lines.of(rows - 1)).isZero();
  }
}
