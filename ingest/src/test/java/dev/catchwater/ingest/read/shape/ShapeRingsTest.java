package dev.catchwater.ingest.read.shape;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShapeRingsTest {
  private static final int OUTER = 100_000;
  private static final int HOLES = 40_000;
  private static final long CPU_NANOS_MAX = 5_000_000_000L;

  /// It took minutes: every hole was compared with every edge of the ring.
  @Test
  void T25_manyHolesInALongRingAreFoundInSeconds() {
    int points = OUTER + HOLES * 4;
    ByteBuffer shape = ByteBuffer.allocate(points * 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < OUTER; i++) {
      double angle = -2 * Math.PI * (i % (OUTER - 1)) / (OUTER - 1);
      shape.putDouble(100 * Math.cos(angle)).putDouble(100 * Math.sin(angle));
    }
    SplittableRandom random = new SplittableRandom(1);
    int[] starts = new int[HOLES + 2];
    for (int hole = 0; hole < HOLES; hole++) {
      starts[hole + 1] = OUTER + hole * 4;
      square(shape, random.nextDouble(-50, 50), random.nextDouble(-50, 50));
    }
    starts[HOLES + 1] = points;

    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long started = threads.getCurrentThreadCpuTime();
    int[] outerOf = new ShapeRings().outerOf(shape, 0, starts);
    assertThat(threads.getCurrentThreadCpuTime() - started).isLessThan(CPU_NANOS_MAX);
    assertThat(Arrays.stream(outerOf).allMatch(ring -> ring == 0)).isTrue();
  }

  /// Half of a small square, against the clock.
  private static void square(ByteBuffer shape, double x, double y) {
    shape.putDouble(x).putDouble(y);
    shape.putDouble(x + 0.01).putDouble(y);
    shape.putDouble(x + 0.01).putDouble(y + 0.01);
    shape.putDouble(x).putDouble(y);
  }
}
