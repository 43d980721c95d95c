package dev.catchwater.ingest.read;

import dev.catchwater.ingest.read.text.TimePattern;
import org.jspecify.annotations.Nullable;

/// What the cells of one reader share: the declared forms of times, and the counts.
final class Tally {
  final @Nullable TimePattern dateFormat;
  final @Nullable TimePattern timestampFormat;
  long truncatedTimes;
  long vanishedNumbers;

  Tally(@Nullable TimePattern dateFormat, @Nullable TimePattern timestampFormat) {
    this.dateFormat = dateFormat;
    this.timestampFormat = timestampFormat;
  }
}
