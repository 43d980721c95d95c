package dev.catchwater.ingest.read.cell;

import dev.catchwater.ingest.read.text.TimePattern;
import org.jspecify.annotations.Nullable;

/// What the cells of one reader share: the declared forms of times, and the counts.
public final class Tally {
  public final @Nullable TimePattern dateFormat;
  public final @Nullable TimePattern timestampFormat;
  public long truncatedTimes;
  public long vanishedNumbers;

  public Tally(@Nullable TimePattern dateFormat, @Nullable TimePattern timestampFormat) {
    this.dateFormat = dateFormat;
    this.timestampFormat = timestampFormat;
  }
}
