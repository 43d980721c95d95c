package dev.catchwater.storage.transfer;

import dev.catchwater.storage.TransferListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/// Runs the copies of one pull or push, several at a time, and adds up what they have done. The
/// first failure ends all; nothing runs any more when [#run] returns.
final class Transfers {
  private final int parallel;
  private final TransferListener listener;
  private long total;
  private long done;

  /// A copy.
  @FunctionalInterface
  interface Copy {
    void run() throws Exception;
  }

  Transfers(int parallel, TransferListener listener) {
    this.parallel = parallel;
    this.listener = listener;
  }

  void expect(long bytes) {
    total += bytes;
  }

  synchronized void finished(long bytes) {
    done += bytes;
    listener.progress(done, total);
  }

  long done() {
    return done;
  }

  void run(List<Copy> copies) {
    try {
      if (parallel == 1 || copies.size() < 2) {
        for (Copy copy : copies) {
          copy.run();
        }
      } else {
        runParallel(copies);
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void runParallel(List<Copy> copies) throws Exception {
    AtomicBoolean hasFailed = new AtomicBoolean();
    List<Future<?>> futures = new ArrayList<>(copies.size());
    // Closing waits for copies that run; they are not interrupted, that would close their files.
    try (ExecutorService executor =
        Executors.newFixedThreadPool(Math.min(parallel, copies.size()))) {
      for (Copy copy : copies) {
        futures.add(
            executor.submit(() -> {
              runUnless(hasFailed, copy);
              return null;
            }));
      }
    }
    for (Future<?> future : futures) {
      try {
        future.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw e;
      }
    }
  }

  private static void runUnless(AtomicBoolean hasFailed, Copy copy) throws Exception {
    if (hasFailed.get()) {
      return;
    }
    boolean succeeded = false;
    try {
      copy.run();
      succeeded = true;
    } finally {
      if (!succeeded) {
        hasFailed.set(true);
      }
    }
  }
}
