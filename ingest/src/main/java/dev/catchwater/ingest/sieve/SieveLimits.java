package dev.catchwater.ingest.sieve;

/// When a push with bad rows is refused all the same: a source that is mostly wrong is to be
/// stopped, not to be emptied into the quarantine. Immutable.
///
/// @param percentMax how many of a hundred rows may be set aside
/// @param rowsMin of how many rows on that is asked
/// @param bytesMax how many bytes of rows may be set aside; they are held in memory
public record SieveLimits(int percentMax, long rowsMin, long bytesMax) {
  /// The longest row that is set aside: in the quarantine it is a text in a line of JSON.
  public static final int ROW_BYTES_MAX = 1 << 20;

  private static final int PERCENT_MAX = 50;
  private static final int ROWS_MIN = 100;
  private static final long BYTES_MAX = 16L << 20;

  /// @throws IllegalArgumentException for limits that mean nothing
  public SieveLimits {
    if (percentMax < 0 || percentMax > 100 || rowsMin < 0 || bytesMax < 0) {
      throw new IllegalArgumentException(percentMax + " %, " + rowsMin + ", " + bytesMax);
    }
  }

  /// Half of the rows, of a hundred or more; 16 MiB.
  public static SieveLimits standard() {
    return new SieveLimits(PERCENT_MAX, ROWS_MIN, BYTES_MAX);
  }
}
