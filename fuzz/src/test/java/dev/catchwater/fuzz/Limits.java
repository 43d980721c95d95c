package dev.catchwater.fuzz;

import com.sun.management.ThreadMXBean;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.ErrorKind;
import java.lang.management.ManagementFactory;
import java.util.Set;

/// What one input may cost, and how it may be refused.
public final class Limits {
  private static final long NANOS_MAX = 1_000_000_000L;

  /// Of everything that is allocated on the way, which is more than what is held at once.
  private static final long ALLOCATED_MAX = 64 << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Limits() {}

  /// Takes an input that may be wrong in any way: it is taken, or refused as the user's fault.
  static void hold(Runnable reading) {
    hold(reading, Set.of());
  }

  /// The same for bytes of our own, where other refusals are right too.
  public static void hold(Runnable reading, Set<ErrorCode> others) {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long started = System.nanoTime();
    run(reading, others);
    if (System.nanoTime() - started > NANOS_MAX
        || THREADS.getCurrentThreadAllocatedBytes() - allocated > ALLOCATED_MAX) {
      judge(reading, others);
    }
  }

  /// The first time classes were loaded or the machine was busy; the second time counts.
  private static void judge(Runnable reading, Set<ErrorCode> others) {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long started = THREADS.getCurrentThreadCpuTime();
    run(reading, others);
    long nanos = THREADS.getCurrentThreadCpuTime() - started;
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    if (nanos > NANOS_MAX) {
      throw new AssertionError("an input took " + nanos / 1_000_000 + " ms");
    }
    if (bytes > ALLOCATED_MAX) {
      throw new AssertionError("an input took " + (bytes >> 20) + " MiB");
    }
  }

  private static void run(Runnable reading, Set<ErrorCode> others) {
    try {
      reading.run();
    } catch (CatchwaterException e) {
      if (e.code().kind() != ErrorKind.INVALID && !others.contains(e.code())) {
        throw new AssertionError("refused as " + e.code(), e);
      }
      if (e.getMessage() == null || e.toString().isEmpty()) {
        throw new AssertionError("refused without a word", e);
      }
    }
  }
}
