package dev.catchwater.ingest.read;

import java.util.Arrays;

/// On which line each row began. Rows mostly take the same number of lines each, so only the breaks
/// in that rhythm are kept: noting a row is one comparison, and a million rows of one line take no
/// memory. Behind 65,536 breaks lines are no longer known. Used by one thread.
final class RowLines {
  static final int BREAKS_MAX = 65_536;
  private static final int WIDTH = 3;
  private static final int AT_FIRST = 4;

  /// Of each break the row, its line, and how many lines there are from row to row behind it.
  private long[] breaks = new long[AT_FIRST * WIDTH];

  private int count;
  private long rows;
  private long expected = -1;
  private long step = 1;

  /// The next row began on a line.
  void add(long line) {
    if (line == expected) {
      expected += step;
    } else {
      addBreak(line);
    }
    rows++;
  }

  /// The line of a row, numbered from 0, or 0 where it is not known.
  long of(long row) {
    for (int at = (count - 1) * WIDTH; at >= 0; at -= WIDTH) {
      if (breaks[at] <= row) {
        boolean isKnown = row < rows && (count < BREAKS_MAX || at < (count - 1) * WIDTH);
        return isKnown ? breaks[at + 1] + (row - breaks[at]) * breaks[at + 2] : 0;
      }
    }
    return 0;
  }

  private void addBreak(long line) {
    int last = (count - 1) * WIDTH;
    if (count > 0 && rows == breaks[last] + 1) {
      // The second row behind a break tells the rhythm.
      step = line - breaks[last + 1];
      breaks[last + 2] = step;
      expected = line + step;
      return;
    }
    if (count == BREAKS_MAX) {
      expected = -1;
      return;
    }
    int at = count++ * WIDTH;
    if (at == breaks.length) {
      breaks = Arrays.copyOf(breaks, 2 * breaks.length);
    }
    step = 1;
    breaks[at] = rows;
    breaks[at + 1] = line;
    breaks[at + 2] = step;
    expected = line + step;
  }
}
