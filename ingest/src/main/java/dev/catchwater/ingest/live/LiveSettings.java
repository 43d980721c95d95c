package dev.catchwater.ingest.live;

import dev.catchwater.ingest.sieve.SieveLimits;
import java.time.Duration;

/// How long rows stay in the journal, and how much is remembered of pushes. Immutable.
///
/// @param sealBytes how many bytes of records are in the journal before they become a slice
/// @param sealAge how old the oldest row outside of a slice may get
/// @param directBytes how large a body may be to go through the journal; larger ones go into a
///   slice at once
/// @param keysMax how many idempotency keys of a dataset are remembered
/// @param keyAge how long an idempotency key is remembered at least, as long as the budget lasts
/// @param keyBytesMax the budget of all keys of a dataset, in bytes
/// @param quarantine how much of a push may be set aside where it asks for that
public record LiveSettings(
    long sealBytes,
    Duration sealAge,
    long directBytes,
    int keysMax,
    Duration keyAge,
    long keyBytesMax,
    SieveLimits quarantine) {
  public LiveSettings {
    if (sealBytes < 1
        || sealAge.isNegative()
        || directBytes < 0
        || keysMax < 0
        || keyBytesMax < 0) {
      throw new IllegalArgumentException("settings that allow nothing");
    }
  }

  /// Settings with the standard limits of the quarantine.
  public LiveSettings(
      long sealBytes,
      Duration sealAge,
      long directBytes,
      int keysMax,
      Duration keyAge,
      long keyBytesMax) {
    this(sealBytes, sealAge, directBytes, keysMax, keyAge, keyBytesMax, SieveLimits.standard());
  }

  /// 64 MiB or a minute (design §7.15); a million keys, a week within 256 MiB (§7.18).
  public static LiveSettings standard() {
    return new LiveSettings(
        64L << 20, Duration.ofSeconds(60), 8L << 20, 1_000_000, Duration.ofDays(7), 256L << 20);
  }

  /// The same with another rule for sealing.
  public LiveSettings withSealing(long bytes, Duration age) {
    return new LiveSettings(bytes, age, directBytes, keysMax, keyAge, keyBytesMax, quarantine);
  }

  /// The same with other limits of what may be set aside.
  public LiveSettings withQuarantine(SieveLimits limits) {
    return new LiveSettings(sealBytes, sealAge, directBytes, keysMax, keyAge, keyBytesMax, limits);
  }
}
