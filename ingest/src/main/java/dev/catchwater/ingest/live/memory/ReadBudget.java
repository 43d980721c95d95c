package dev.catchwater.ingest.live.memory;

import java.util.concurrent.Semaphore;

/// How much memory pushes may take at once from the moment they are read until they are in the
/// journal. Small ones are not counted; who finds it used up waits his turn, with his body where it
/// was received. Thread-safe.
public final class ReadBudget {
  private static final int SHARE_OF_HEAP = 5;
  private static final int COUNTED_FROM = 16 << 10;
  // Rows, their record, and the room that reading takes, for each byte of the input.
  private static final int BYTES_A_BYTE = 5;
  private static final int UNIT = 1 << 10;

  private final int units;
  private final Semaphore free;

  /// @param heap bytes that the process may use
  public ReadBudget(long heap) {
    units = Math.clamp(heap / SHARE_OF_HEAP / UNIT, 1, Integer.MAX_VALUE);
    free = new Semaphore(units, true);
  }

  /// As much as this process has.
  public static ReadBudget ofThisProcess() {
    return new ReadBudget(Runtime.getRuntime().maxMemory());
  }

  /// What a push has taken; given back once, by closing.
  public interface Share extends AutoCloseable {
    @Override
    void close();
  }

  /// Takes what an input needs; waits for it.
  ///
  /// @param bytes of the input, less than 1 where that is not known
  public Share take(long bytes) {
    if (bytes <= COUNTED_FROM) {
      return () -> {};
    }
    int taken = (int) Math.min(units, 1 + bytes * BYTES_A_BYTE / UNIT);
    free.acquireUninterruptibly(taken);
    return () -> free.release(taken);
  }
}
