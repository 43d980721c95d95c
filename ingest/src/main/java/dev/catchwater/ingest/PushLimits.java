package dev.catchwater.ingest;

/// How much memory a push may take for what it holds back. Everything else it needs is a few
/// batches.
///
/// @param rowBytesMax bytes of rows held before they are spilled to disk
/// @param windowRowsMax rows of a keyed push that are looked up together
public record PushLimits(long rowBytesMax, int windowRowsMax) {
  private static final long ROW_BYTES_LEAST = 4L << 20;
  private static final long ROW_BYTES_MOST = 128L << 20;
  private static final int WINDOW_ROWS = 262_144;

  public PushLimits {
    if (rowBytesMax < 1 || windowRowsMax < 1) {
      throw new IllegalArgumentException("a push that may hold nothing");
    }
  }

  /// What fits the heap of this process.
  public static PushLimits ofThisProcess() {
    long share = Runtime.getRuntime().maxMemory() / 6;
    return new PushLimits(Math.clamp(share, ROW_BYTES_LEAST, ROW_BYTES_MOST), WINDOW_ROWS);
  }
}
