package dev.catchwater.server.proof;

import dev.catchwater.odf.identity.DatasetId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// How often questions may make a dataset write a slice, so that whoever may only read cannot fill
/// it with small ones: so many at once, and one a second. Thread-safe.
public final class SealBudget {
  private static final long SECOND = 1_000_000_000;
  private static final int AT_ONCE = 120;
  private static final int DATASETS_MAX = 4_096;

  private final LongSupplier nanos;
  private final Map<DatasetId, Bucket> buckets = new ConcurrentHashMap<>();

  private record Bucket(double left, long at) {}

  /// @param nanos a clock that never jumps
  public SealBudget(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /// Takes one; false where there is none.
  public boolean take(DatasetId dataset) {
    long now = nanos.getAsLong();
    if (buckets.size() > DATASETS_MAX) {
      // One that had the time to fill is as good as a new one.
      buckets.values().removeIf(bucket -> now - bucket.at > AT_ONCE * SECOND);
    }
    boolean[] isTaken = {false};
    buckets.compute(
        dataset,
        (_, before) -> {
          double left =
              before == null
                  ? AT_ONCE
                  : Math.min(AT_ONCE, before.left + (double) Math.max(0, now - before.at) / SECOND);
          isTaken[0] = left >= 1;
          return new Bucket(isTaken[0] ? left - 1 : left, now);
        });
    return isTaken[0];
  }
}
