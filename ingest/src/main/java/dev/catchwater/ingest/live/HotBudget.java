package dev.catchwater.ingest.live;

import java.util.concurrent.atomic.AtomicLong;

/// How much may be in no slice, of all datasets of a process together: its rows are in memory, as
/// are those that are being written, and a process without memory helps nobody. Counted in bytes of
/// records; the same rows in columns, with what is remembered of their pushes, take up to twice as
/// much. Thread-safe.
final class HotBudget {
  private static final int SHARE_OF_A_SLICE = 6;
  private static final int SHARE_OF_ALL = 3;

  private final long slice;
  private final long most;
  private final AtomicLong bytes = new AtomicLong();

  /// @param heap bytes that the process may use
  HotBudget(long heap) {
    slice = heap / SHARE_OF_A_SLICE;
    most = heap / SHARE_OF_ALL;
  }

  static HotBudget ofThisProcess() {
    return new HotBudget(Runtime.getRuntime().maxMemory());
  }

  void add(long more) {
    bytes.addAndGet(more);
  }

  void give(long back) {
    bytes.addAndGet(-back);
  }

  /// From how many bytes of a dataset on a slice is made, where `wanted` is what was set.
  long sliceBytes(long wanted) {
    return Math.min(wanted, slice);
  }

  /// Whether some of it has to get into a slice before more is asked for.
  boolean isUsedUp() {
    return bytes.get() > most;
  }

  /// Whether whoever brings more has to wait for that: an eighth over what there is.
  boolean isOverdrawn() {
    return bytes.get() > most + most / 8;
  }
}
