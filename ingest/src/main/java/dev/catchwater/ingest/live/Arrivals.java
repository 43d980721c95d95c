package dev.catchwater.ingest.live;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Wakes those who wait for rows of a dataset that is kept open, when rows have become durable.
/// Where nobody listens, a push does no more than look. Thread-safe.
public final class Arrivals {
  private final AtomicInteger listeners = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition told = lock.newCondition();
  private long count;

  Arrivals() {}

  /// Begins to listen. Rows that came before are not told of: look at them afterwards.
  public Listener listen() {
    listeners.incrementAndGet();
    lock.lock();
    try {
      return new Listener(count);
    } finally {
      lock.unlock();
    }
  }

  /// Tells that rows can be read. Who begins to listen while this is looked at sees them anyway:
  /// they were readable before.
  void tell() {
    if (listeners.get() == 0) {
      return;
    }
    lock.lock();
    try {
      count++;
      told.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// One who waits. Used by one thread.
  public final class Listener implements AutoCloseable {
    private long seen;

    private Listener(long seen) {
      this.seen = seen;
    }

    /// Waits until something came since the last call, or for as long as it may take.
    ///
    /// @return whether something came
    public boolean await(long nanos) throws InterruptedException {
      lock.lockInterruptibly();
      try {
        long left = nanos;
        while (count == seen && left > 0) {
          left = told.awaitNanos(left);
        }
        boolean hasCome = count != seen;
        seen = count;
        return hasCome;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      listeners.decrementAndGet();
    }
  }
}
