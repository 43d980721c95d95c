package dev.catchwater.ingest.live;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// Compares the wall clock with one that never jumps (design §7.20). A wall clock that jumped more
/// than an hour ahead is not believed: system times never fall, so rows would be pinned to the
/// future for ever. One that went back harms nobody. Thread-safe.
final class ClockGuard {
  private static final Duration JUMP_MAX = Duration.ofHours(1);

  private final InstantSource clock;
  private final LongSupplier nanos;
  private Instant lastWall;
  private long lastNanos;

  ClockGuard(InstantSource clock, LongSupplier nanos) {
    this.clock = clock;
    this.nanos = nanos;
    lastWall = clock.instant();
    lastNanos = nanos.getAsLong();
  }

  /// Refuses as long as the clock is ahead of where it should be.
  ///
  /// @throws CatchwaterException `CLOCK_SUSPECT`
  synchronized void require() {
    Instant wall = clock.instant();
    long now = nanos.getAsLong();
    Duration ahead = Duration.between(lastWall.plusNanos(now - lastNanos), wall);
    if (ahead.compareTo(JUMP_MAX) > 0) {
      throw CatchwaterException.of(
              ErrorCode.CLOCK_SUSPECT,
              "The clock of this machine says "
                  + wall
                  + ", "
                  + ahead.toMinutes()
                  + " minutes more than it should")
          .withHint("mend the clock; if it is right, start the server again");
    }
    // A step of less than an hour is believed. One back is not, so that the way forth is free.
    if (ahead.compareTo(JUMP_MAX.negated()) > 0) {
      lastWall = wall;
      lastNanos = now;
    }
  }

  /// The clock is right, whatever it says.
  synchronized void accept() {
    lastWall = clock.instant();
    lastNanos = nanos.getAsLong();
  }
}
