package dev.catchwater.columnar.encode;

import dev.catchwater.columnar.parquet.ByteSink;
import java.util.Arrays;

/// The levels of one page: a bare count while all are equal, which is nearly always.
final class LevelBuffer {
  private final int width;
  private int[] levels = {};
  private int count;
  private int only;
  private boolean mixed;

  LevelBuffer(int maxLevel) {
    this.width = HybridEncoder.bitWidth(maxLevel);
  }

  void addRun(int level, int times) {
    if (times == 0) {
      return;
    }
    if (!mixed) {
      if (count == 0) {
        only = level;
      }
      if (level == only) {
        count += times;
        return;
      }
      spread();
    }
    reserve(times);
    Arrays.fill(levels, count, count + times, level);
    count += times;
  }

  void add(int[] from, int offset, int length) {
    for (int i = 0; i < length; ) {
      int end = i + 1;
      while (end < length && from[offset + end] == from[offset + i]) {
        end++;
      }
      addRun(from[offset + i], end - i);
      i = end;
    }
  }

  private void spread() {
    mixed = true;
    reserve(0);
    Arrays.fill(levels, 0, count, only);
  }

  private void reserve(int more) {
    if (levels.length < count + more) {
      levels = Arrays.copyOf(levels, Math.max(count + more, levels.length * 2));
    }
  }

  /// Puts the levels behind their size in four bytes, as data pages of kind 1 have them, and
  /// forgets them.
  void flush(ByteSink sink) {
    int start = sink.skip(4);
    if (mixed) {
      HybridEncoder.put(sink, levels, count, width);
    } else if (count > 0) {
      HybridEncoder.putRun(sink, only, count, width);
    }
    sink.setInt(start, sink.size() - start - 4);
    count = 0;
    mixed = false;
  }
}
