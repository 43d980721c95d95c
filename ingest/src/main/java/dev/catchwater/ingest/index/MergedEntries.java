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
  private final @Nullable TwiceListener listener;
  private @Nullable EntrySource present;
  private boolean isStarted;

  MergedEntries(List<EntrySource> sources, @Nullable TwiceListener listener) {
    this.sources = sources.toArray(new EntrySource[0]);
    this.isLive = new boolean[this.sources.length];
    this.listener = listener;
  }

  @Override
  public boolean next() throws IOException {
    if (isStarted) {
      pass(present());
    } else {
      isStarted = true;
      for (int i = 0; i < sources.length; i++) {
        isLive[i] = sources[i].next();
      }
    }
    present = least();
    return present != null;
  }

  @Override
  public long high() {
    return present().high();
  }

  @Override
  public long low() {
    return present().low();
  }

  @Override
  public long value(int which) {
    return present().value(which);
  }

  @Override
  public long copyRow(RowLog.Writer to) throws IOException {
    return present().copyRow(to);
  }

  private EntrySource present() {
    EntrySource source = present;
    if (source == null) {
      throw new IllegalStateException("at the end");
    }
    return source;
  }

  private void pass(EntrySource source) throws IOException {
    long high = source.high();
    long low = source.low();
    for (int i = 0; i < sources.length; i++) {
      if (isLive[i] && sources[i].high() == high && sources[i].low() == low) {
        isLive[i] = sources[i].next();
      }
    }
  }

  @SuppressWarnings("ReferenceEquality")
  private @Nullable EntrySource least() {
    EntrySource least = null;
    for (int i = 0; i < sources.length; i++) {
      EntrySource source = sources[i];
      if (isLive[i] && (least == null || isBelow(source, least))) {
        least = source;
      }
    }
    if (listener != null && least != null) {
      for (int i = 0; i < sources.length; i++) {
        EntrySource source = sources[i];
        if (isLive[i]
            && source != least
            && source.high() == least.high()
            && source.low() == least.low()) {
          listener.twice(least, source);
        }
      }
    }
    return least;
  }

  private static boolean isBelow(EntrySource one, EntrySource other) {
    return one.high() < other.high() || (one.high() == other.high() && one.low() < other.low());
  }
}
