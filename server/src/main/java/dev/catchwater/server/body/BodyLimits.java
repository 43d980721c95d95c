package dev.catchwater.server.body;

import java.time.Duration;

/// How large a body may be and how long it may take.
///
/// @param packedBytesMax of the bytes as they come
/// @param unpackedBytesMax of what they unpack to
/// @param ratioMax how many times as large as the bytes that came the unpacked may be, after the
///   first mebibyte of it
/// @param memoryBytesMax up to where a body is kept in memory; a larger one goes to a file
/// @param time from its first byte to its last
/// @param bytesPerSecondMin how fast it must come on the whole, once it has taken longer than
///   `slowAfter`
/// @param slowAfter how long nobody asks how fast it comes
public record BodyLimits(
    long packedBytesMax,
    long unpackedBytesMax,
    int ratioMax,
    int memoryBytesMax,
    Duration time,
    long bytesPerSecondMin,
    Duration slowAfter) {

  /// 64 MiB, unpacked 256 MiB, 200 to 1, a mebibyte in memory, five minutes (reliability §2.13); a
  /// KiB a second after ten seconds.
  public static BodyLimits defaults() {
    return new BodyLimits(
        64L << 20,
        256L << 20,
        200,
        1 << 20,
        Duration.ofMinutes(5),
        1 << 10,
        Duration.ofSeconds(10));
  }

  /// The same with other sizes.
  public BodyLimits withBytesMax(long packed, long unpacked) {
    return new BodyLimits(
        packed, unpacked, ratioMax, memoryBytesMax, time, bytesPerSecondMin, slowAfter);
  }

  /// The same with another time.
  public BodyLimits withTime(Duration other) {
    return new BodyLimits(
        packedBytesMax,
        unpackedBytesMax,
        ratioMax,
        memoryBytesMax,
        other,
        bytesPerSecondMin,
        slowAfter);
  }

  /// The same with another pace.
  public BodyLimits withPace(long bytesPerSecond, Duration after) {
    return new BodyLimits(
        packedBytesMax, unpackedBytesMax, ratioMax, memoryBytesMax, time, bytesPerSecond, after);
  }

  /// Whether a body comes too slowly.
  ///
  /// @param nanos since its first byte was waited for
  /// @param bytes that came in this time
  boolean areBroken(long nanos, long bytes) {
    return nanos > time.toNanos()
        || (nanos > slowAfter.toNanos() && bytes < nanos / 1e9 * bytesPerSecondMin);
  }
}
