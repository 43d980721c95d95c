package dev.catchwater.ingest.index;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Several sources as one, in key order; of entries with one key the first source's stays. Used by
/// one thread.
final class MergedEntries implements EntrySource {
  /// Hears of keys that are in two sources.
  @FunctionalInterface
  interface TwiceListener {
    /// Both sources stand at the key.
    void twice(EntrySource first, EntrySource other);
  }

  private final EntrySource[] sources;
  private final boolean[] isLive;
  // The keys at which the sources stand: a merge looks at them all the time.
  private final long[] highs;
  private final long[] lows;
  private final @Nullable TwiceListener listener;
  private int present = -1;
  private boolean isStarted;

  MergedEntries(List<EntrySource> sources, @Nullable TwiceListener listener) {
    this.sources = sources.toArray(new EntrySource[0]);
    this.isLive = new boolean[this.sources.length];
    this.highs = new long[this.sources.length];
    this.lows = new long[this.sources.length];
    this.listener = listener;
  }

  @Override
  public boolean next() throws IOException {
    if (isStarted) {
      pass();
    } else {
      isStarted = true;
      for (int i = 0; i < sources.length; i++) {
        advance(i);
      }
    }
    present = least();
    if (listener != null && present >= 0) {
      tellTwice(listener);
    }
    return present >= 0;
  }

  @Override
  public long high() {
    return highs[present];
  }

  @Override
  public long low() {
    return lows[present];
  }

  @Override
  public long value(int which) {
    return sources[present].value(which);
  }

  @Override
  public long copyRow(RowLog.Writer to) throws IOException {
    return sources[present].copyRow(to);
  }

  private void advance(int source) throws IOException {
    isLive[source] = sources[source].next();
    if (isLive[source]) {
      highs[source] = sources[source].high();
      lows[source] = sources[source].low();
    }
  }

  /// Moves every source on that stands at the present key.
  private void pass() throws IOException {
    long high = highs[present];
    long low = lows[present];
    for (int i = present; i < sources.length; i++) {
      if (isLive[i] && highs[i] == high && lows[i] == low) {
        advance(i);
      }
    }
  }

  private int least() {
    int least = -1;
    for (int i = 0; i < sources.length; i++) {
      if (isLive[i]
          && (least < 0
              || highs[i] < highs[least]
              || (highs[i] == highs[least] && lows[i] < lows[least]))) {
        least = i;
      }
    }
    return least;
  }

  private void tellTwice(TwiceListener hears) {
    for (int i = present + 1; i < sources.length; i++) {
      if (isLive[i] && highs[i] == highs[present] && lows[i] == lows[present]) {
        hears.twice(sources[present], sources[i]);
      }
    }
  }
}
