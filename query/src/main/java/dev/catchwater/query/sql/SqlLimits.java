package dev.catchwater.query.sql;

/// What a statement may take of the machine. Memory is that of the engine, outside the heap of this
/// process; what does not fit is put aside on disk.
///
/// @param memoryBytes what the engine's operators may hold
/// @param spillBytes what they may put aside on disk
/// @param threads how many work at one statement
public record SqlLimits(long memoryBytes, long spillBytes, int threads) {
  private static final long MEMORY = 1L << 30;
  private static final long SPILL = 64L << 30;
  private static final int THREADS_MAX = 16;

  public SqlLimits {
    if (memoryBytes < 1 << 24 || spillBytes < 0 || threads < 1 || threads > THREADS_MAX) {
      throw new IllegalArgumentException("a statement that may take nothing");
    }
  }

  /// 1 GiB of memory, 64 GiB on disk, all processors up to 16.
  public static SqlLimits defaults() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new SqlLimits(MEMORY, SPILL, Math.clamp(processors, 1, THREADS_MAX));
  }

  /// The same with other memory.
  public SqlLimits withMemory(long bytes) {
    return new SqlLimits(bytes, spillBytes, threads);
  }

  /// The same with another number of threads.
  public SqlLimits withThreads(int count) {
    return new SqlLimits(memoryBytes, spillBytes, count);
  }
}
