package dev.catchwater.benchmarks;

import java.util.Arrays;

/// Durations, kept all. Not thread-safe.
final class Samples {
  private long[] nanos = new long[1 << 16];
  private int count;
  private boolean isSorted;

  void add(long duration) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = duration;
    isSorted = false;
  }

  int count() {
    return count;
  }

  /// The duration in microseconds that a share of them does not exceed, 0 where there is none.
  double micros(double share) {
    if (count == 0) {
      return 0;
    }
    if (!isSorted) {
      Arrays.sort(nanos, 0, count);
      isSorted = true;
    }
    return nanos[(int) Math.min(count - 1, (long) (share * count))] / 1e3;
  }
}
