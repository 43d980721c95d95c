package dev.catchwater.columnar.slice;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs tasks on a few threads and the caller's. Tasks of one lane run one after the other in the
/// order they came; the oldest that may run goes first. A column is a lane: its encoder sees its
/// batches in order, and never two threads at once.
///
/// Until [#startHelpers()], a task runs when it is added. One monitor guards all state; no task
/// runs under it. What a task throws is thrown by the next [#awaitAtMost(int)], and nothing runs
/// any more.
final class Lanes implements Closeable {
  /// A piece of work; it may add further ones.
  interface Task {
    void run() throws IOException;
  }

  private record Entry(int lane, long number, Task task) {}

  private final List<ArrayDeque<Entry>> waiting = new ArrayList<>();
  private final boolean[] busy;
  private final int helperCount;
  private final List<Thread> helpers = new ArrayList<>();
  private long added;
  private int unfinished;
  private @Nullable Throwable failure;
  private boolean closed;

  Lanes(int laneCount, int helperCount) {
    this.busy = new boolean[laneCount];
    this.helperCount = helperCount;
    for (int i = 0; i < laneCount; i++) {
      waiting.add(new ArrayDeque<>(2));
    }
  }

  /// From here on tasks run on other threads too.
  void startHelpers() {
    for (int i = helpers.size(); i < helperCount; i++) {
      Thread thread = new Thread(this::help, "slice-" + (i + 1));
      thread.setDaemon(true);
      helpers.add(thread);
      thread.start();
    }
  }

  void add(int lane, Task task) throws IOException {
    if (helpers.isEmpty()) {
      task.run();
      return;
    }
    synchronized (this) {
      waiting.get(lane).add(new Entry(lane, added++, task));
      unfinished++;
      notifyAll();
    }
  }

  /// Helps until at most so many tasks are unfinished.
  void awaitAtMost(int count) throws IOException {
    boolean interrupted = false;
    while (true) {
      Entry entry;
      synchronized (this) {
        if (unfinished <= count || failure != null) {
          break;
        }
        entry = takeOldest();
        if (entry == null) {
          interrupted |= awaitChange();
          continue;
        }
      }
      run(entry);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    rethrow();
  }

  private synchronized void rethrow() throws IOException {
    Throwable thrown = failure;
    if (thrown instanceof IOException e) {
      throw new IOException(e.getMessage(), e);
    }
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }

  private void help() {
    while (true) {
      Entry entry;
      synchronized (this) {
        if (closed) {
          return;
        }
        entry = takeOldest();
        if (entry == null) {
          awaitChange();
          continue;
        }
      }
      run(entry);
    }
  }

  /// Under the monitor. Tasks are short, and what is half written cannot be left in another way, so
  /// that an interrupt only is noted: returns whether there was one.
  @SuppressWarnings("WaitNotInLoop") // the callers loop
  private boolean awaitChange() {
    try {
      wait();
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  /// Under the monitor.
  private @Nullable Entry takeOldest() {
    Entry oldest = null;
    if (failure == null) {
      for (int lane = 0; lane < busy.length; lane++) {
        Entry first = busy[lane] ? null : waiting.get(lane).peekFirst();
        if (first != null && (oldest == null || first.number < oldest.number)) {
          oldest = first;
        }
      }
    }
    if (oldest != null) {
      waiting.get(oldest.lane).removeFirst();
      busy[oldest.lane] = true;
    }
    return oldest;
  }

  @SuppressWarnings("CatchingUnchecked")
  private void run(Entry entry) {
    Throwable thrown = null;
    try {
      entry.task.run();
    } catch (IOException | RuntimeException | Error e) {
      thrown = e;
    }
    synchronized (this) {
      busy[entry.lane] = false;
      unfinished--;
      if (thrown != null && failure == null) {
        failure = thrown;
      }
      notifyAll();
    }
  }

  /// Ends the helpers, after the tasks they are at.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    boolean interrupted = false;
    for (Thread helper : helpers) {
      while (helper.isAlive()) {
        try {
          helper.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    helpers.clear();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
