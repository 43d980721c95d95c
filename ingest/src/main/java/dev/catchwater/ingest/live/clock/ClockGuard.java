package dev.catchwater.ingest.live.clock;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/// Compares the wall clock with one that never jumps (design §7.20). A wall clock that jumped more
/// than an hour ahead is not believed: system times never fall, so rows would be pinned to the
/// future for ever. One that goes back, or stands still, harms nobody and is counted.
///
/// The clock that never jumps stands still while the machine sleeps; the time slept is told by
/// [MachineSleep], asked only when the two differ. Thread-safe.
public final class ClockGuard {
  private static final Duration JUMP_MAX = Duration.ofHours(1);
  private static final Duration STEP = Duration.ofSeconds(1);

  private final InstantSource clock;
  private final LongSupplier nanos;
  private final MachineSleep sleep;
  private Instant lastWall;
  private long lastNanos;
  private OptionalLong lastSlept;
  private Instant seenWall;
  private long seenNanos;
  private boolean isFrozen;
  private long setBacks;

  /// Believes the clock as it is now.
  ///
  /// @param nanos a clock that never jumps
  public ClockGuard(InstantSource clock, LongSupplier nanos, MachineSleep sleep) {
    this.clock = clock;
    this.nanos = nanos;
    this.sleep = sleep;
    lastWall = clock.instant();
    lastNanos = nanos.getAsLong();
    lastSlept = sleep.nanos(lastNanos);
    seenWall = lastWall;
    seenNanos = lastNanos;
  }

  /// Refuses as long as the clock is ahead of where it should be.
  ///
  /// @throws CatchwaterException `CLOCK_SUSPECT`
  public synchronized void require() {
    Instant wall = clock.instant();
    long now = nanos.getAsLong();
    watch(wall, now);
    Duration ahead = Duration.between(lastWall.plusNanos(now - lastNanos), wall);
    if (ahead.compareTo(STEP) > 0) {
      OptionalLong slept = sleep.nanos(now);
      if (slept.isPresent() && lastSlept.isPresent()) {
        ahead = ahead.minusNanos(slept.getAsLong() - lastSlept.getAsLong());
      }
      requireNear(wall, ahead);
      lastSlept = slept;
    }
    // A step of less than an hour is believed. One back is not, so that the way forth is free.
    if (!ahead.isNegative()) {
      lastWall = wall;
      lastNanos = now;
    }
  }

  private static void requireNear(Instant wall, Duration ahead) {
    if (ahead.compareTo(JUMP_MAX) > 0) {
      throw CatchwaterException.of(
              ErrorCode.CLOCK_SUSPECT,
              "The clock of this machine says "
                  + wall
                  + ", "
                  + ahead.toMinutes()
                  + " minutes more than it should")
          .withHint("mend the clock; if it is right: catchwater doctor --accept-clock");
    }
  }

  private void watch(Instant wall, long now) {
    int order = wall.compareTo(seenWall);
    if (order == 0) {
      if (!isFrozen && now - seenNanos > STEP.toNanos()) {
        isFrozen = true;
        setBacks++;
      }
      return;
    }
    setBacks += order < 0 ? 1 : 0;
    isFrozen = false;
    seenWall = wall;
    seenNanos = now;
  }

  /// How often the clock was seen to have gone back, or to stand still.
  public synchronized long setBacks() {
    return setBacks;
  }

  /// The clock is right, whatever it says.
  ///
  /// @return what it says
  public synchronized Instant accept() {
    lastWall = clock.instant();
    lastNanos = nanos.getAsLong();
    lastSlept = sleep.nanos(lastNanos);
    return lastWall;
  }
}
