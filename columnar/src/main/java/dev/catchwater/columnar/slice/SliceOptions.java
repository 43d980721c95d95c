package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.codec.Codec;

/// How a slice is written.
///
/// @param codec compression of its pages; small ones are stored as they are
/// @param readBack whether [SliceWriter#finish()] decodes what was written and compares it
/// @param threads helper threads beside the caller's; 0 does everything on the caller's thread.
///   None is started for a slice of few rows
public record SliceOptions(Codec codec, boolean readBack, int threads) {
  private static final int THREADS_MAX = 16;

  public SliceOptions {
    if (threads < 0 || threads > THREADS_MAX) {
      throw new IllegalArgumentException(threads + " threads");
    }
  }

  /// Zstandard, read back, a helper for each further processor (three at most, one at least).
  public static SliceOptions defaults() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new SliceOptions(Codec.ZSTD, true, Math.clamp(processors - 1, 1, 3));
  }

  /// The same with another codec.
  public SliceOptions withCodec(Codec codec) {
    return new SliceOptions(codec, readBack, threads);
  }

  /// The same with or without reading back.
  public SliceOptions withReadBack(boolean readBack) {
    return new SliceOptions(codec, readBack, threads);
  }

  /// The same with another number of helper threads.
  public SliceOptions withThreads(int threads) {
    return new SliceOptions(codec, readBack, threads);
  }
}
