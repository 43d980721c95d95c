package dev.catchwater.conformance;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// A clock that moves when a test says so.
final class MovingClock implements InstantSource {
  private final AtomicReference<Instant> now;

  MovingClock(String start) {
    now = new AtomicReference<>(Instant.parse(start));
  }

  void pass(Duration time) {
    now.updateAndGet(before -> before.plus(time));
  }

  @Override
  public Instant instant() {
    return now.get();
  }
}
