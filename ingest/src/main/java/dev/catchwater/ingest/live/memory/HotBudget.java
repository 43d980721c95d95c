package dev.catchwater.ingest.live.memory;

import java.util.concurrent.atomic.AtomicLong;

/// How much may be in no slice, of all datasets of a process together: its rows are in memory, as
/// are those that are being written, and a process without memory helps nobody. Counted in bytes of
/// records; the same rows in columns, with what is remembered of their pushes, take up to twice as
/// much. Thread-safe.
public final class HotBudget {
  private static final int SHARE_OF_A_SLICE = 6;
  private static final int SHARE_OF_ALL = 3;

  private final long slice;
  private final long most;
  private final AtomicLong bytes = new AtomicLong();

  /// @param heap bytes that the process may use
  public HotBudget(long heap) {
    slice = heap / SHARE_OF_A_SLICE;
    most = heap / SHARE_OF_ALL;
  }

  /// As much as this process has.
  public static HotBudget ofThisProcess() {
    return new HotBudget(Runtime.getRuntime().maxMemory());
  }

  /// So many bytes came into a journal.
  public void add(long more) {
    bytes.addAndGet(more);
  }

  /// So many are in a slice, or not open any more.
  public void give(long back) {
    bytes.addAndGet(-back);
  }

  /// From how many bytes of a dataset on a slice is made, where `wanted` is what was set.
  public long sliceBytes(long wanted) {
    return Math.min(wanted, slice);
  }

  /// Whether some of it has to get into a slice before more is asked for.
  public boolean isUsedUp() {
    return bytes.get() > most;
  }

  /// Whether whoever brings more has to wait for that: an eighth over what there is.
  public boolean isOverdrawn() {
    return bytes.get() > most + most / 8;
  }
}
