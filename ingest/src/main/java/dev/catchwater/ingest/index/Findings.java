package dev.catchwater.ingest.index;

import org.jspecify.annotations.Nullable;

/// What was found of a sorted set of keys. Used by one thread.
final class Findings {
  private final boolean[] isFound;
  private final long[] values;
  private final int width;
  private final @Nullable IndexRun[] runs;

  Findings(KeySet keys, int width) {
    this.width = width;
    isFound = new boolean[keys.size()];
    values = new long[keys.size() * width];
    runs = new @Nullable IndexRun[keys.size()];
  }

  /// Whether there is an entry, be it that of a retracted row.
  boolean isFound(int index) {
    return isFound[index];
  }

  /// The first value of the entry.
  long content(int index) {
    return values[index * width];
  }

  /// A value of the entry.
  long value(int index, int which) {
    return values[index * width + which];
  }

  /// The run of the entry, or null if it is still in memory.
  @Nullable IndexRun run(int index) {
    return runs[index];
  }

  void put(int index, int which, long value) {
    values[index * width + which] = value;
  }

  void found(int index, @Nullable IndexRun run) {
    isFound[index] = true;
    runs[index] = run;
  }
}
