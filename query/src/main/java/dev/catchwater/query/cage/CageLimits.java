package dev.catchwater.query.cage;

import dev.catchwater.query.sql.SqlLimits;
import java.time.Duration;

/// What a cage may take. The engine keeps to its own limits; those of the process hold where it
/// does not.
///
/// @param engine limits that the engine knows of
/// @param addressBytes address space of the process
/// @param fileBytes the largest file it may write
/// @param cpu processor time of the process
/// @param deadline how long one request may take before the process is killed
public record CageLimits(
    SqlLimits engine, long addressBytes, long fileBytes, Duration cpu, Duration deadline) {
  private static final long ADDRESS_BESIDE_ENGINE = 2L << 30;
  private static final long FILE = 64L << 30;
  private static final Duration TIME = Duration.ofHours(1);

  /// 1 GiB for the engine, 3 GiB in all, files of 64 GiB, an hour.
  public static CageLimits defaults() {
    SqlLimits engine = SqlLimits.defaults();
    return new CageLimits(engine, engine.memoryBytes() + ADDRESS_BESIDE_ENGINE, FILE, TIME, TIME);
  }

  /// Limits around those of the engine.
  public static CageLimits of(SqlLimits engine, Duration deadline) {
    return new CageLimits(
        engine, engine.memoryBytes() + ADDRESS_BESIDE_ENGINE, FILE, TIME, deadline);
  }

  /// The same with another deadline.
  public CageLimits withDeadline(Duration limit) {
    return new CageLimits(engine, addressBytes, fileBytes, cpu, limit);
  }
}
