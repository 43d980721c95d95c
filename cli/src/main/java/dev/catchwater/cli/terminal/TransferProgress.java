package dev.catchwater.cli.terminal;

import dev.catchwater.query.format.Humanized;
import dev.catchwater.storage.TransferListener;

/// A line of progress for a verification, pull or push, and the place where one ends that nobody
/// waits for any more. Called by one thread at a time.
public final class TransferProgress implements TransferListener {
  private static final long REDRAW_NANOS = 100_000_000;

  private final Console console;
  private final String doing;
  private final long startNanos = System.nanoTime();
  private long drawnNanos = startNanos;

  /// A line that begins with what is being done.
  public TransferProgress(Console console, String doing) {
    this.console = console;
    this.doing = doing;
  }

  @Override
  public void progress(long bytesDone, long bytesTotal) {
    console.interruption().check();
    long now = System.nanoTime();
    if (!console.showsProgress() || now - drawnNanos < REDRAW_NANOS) {
      return;
    }
    drawnNanos = now;
    double seconds = (now - startNanos) / 1e9;
    StringBuilder line = new StringBuilder(doing).append(": ");
    line.append(Humanized.dataSize(bytesDone));
    if (bytesTotal > 0) {
      line.append(" of ").append(Humanized.dataSize(bytesTotal));
      line.append(" (").append(100 * bytesDone / bytesTotal).append(" %)");
    }
    line.append(", ").append(Humanized.dataSize((long) (bytesDone / seconds))).append("/s");
    console.progress(line.toString());
  }
}
