package dev.catchwater.flight;

import java.time.Duration;

/// What clients of the Flight port may take of the server. Immutable.
///
/// @param heldMax results that wait to be fetched, all callers together
/// @param heldBytes what results that wait or are being read may take of the disk together
/// @param heldFor how long one waits until it is dropped
/// @param streamsMax results that are being read at once
/// @param patience how long a reader may take no row
/// @param memoryBytes what rows on their way may hold of memory, all readers together
/// @param messageBytesMax how large a message of a client may be
/// @param connectionIdle how long a connection may have no call
public record FlightLimits(
    int heldMax,
    long heldBytes,
    Duration heldFor,
    int streamsMax,
    Duration patience,
    long memoryBytes,
    int messageBytesMax,
    Duration connectionIdle) {

  /// 64 results that wait a minute, 8 GiB of them on the disk, 64 readers that may pause ten, 128
  /// MiB, messages of 4 MiB, connections that may be idle for an hour.
  public static FlightLimits standard() {
    return new FlightLimits(
        64,
        8L << 30,
        Duration.ofMinutes(1),
        64,
        Duration.ofMinutes(10),
        128L << 20,
        4 << 20,
        Duration.ofHours(1));
  }
}
