package dev.catchwater.server.body;

import java.util.concurrent.atomic.AtomicLong;

/// How much memory all bodies on their way may take together, so that many slow clients cannot take
/// all of it: a body that finds none left goes to a file early. Thread-safe.
final class BodyMemory {
  private static final int SHARE_OF_HEAP = 6;

  private final AtomicLong left;

  BodyMemory(long bytes) {
    left = new AtomicLong(bytes);
  }

  static BodyMemory ofThisProcess() {
    return new BodyMemory(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  /// Takes so many bytes, or none where there are not so many.
  boolean take(long bytes) {
    if (left.addAndGet(-bytes) >= 0) {
      return true;
    }
    left.addAndGet(bytes);
    return false;
  }

  void give(long bytes) {
    left.addAndGet(bytes);
  }
}
