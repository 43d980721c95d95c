package dev.catchwater.cli.terminal;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/// Whether whoever started a command still waits for it. A process of its own is simply killed by
/// Ctrl-C; a command inside an engine must be told, and ends where it next looks. Thread-safe.
public final class Interruption {
  private final List<Runnable> actions = new ArrayList<>();
  private volatile boolean isInterrupted;

  /// Says that nobody waits any more; what was registered is run, once.
  public void interrupt() {
    List<Runnable> due;
    synchronized (actions) {
      isInterrupted = true;
      due = List.copyOf(actions);
      actions.clear();
    }
    for (Runnable action : due) {
      action.run();
    }
  }

  /// Returns if somebody waits.
  ///
  /// @throws CatchwaterException `ABORTED`
  public void check() {
    if (isInterrupted) {
      throw CatchwaterException.of(ErrorCode.ABORTED, "Operation aborted");
    }
  }

  /// Runs something when nobody waits any more; at once where that is so. It must return at once
  /// and is called from another thread.
  public void whenInterrupted(Runnable action) {
    synchronized (actions) {
      if (!isInterrupted) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }
}
