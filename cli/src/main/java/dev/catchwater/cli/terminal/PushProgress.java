package dev.catchwater.cli.terminal;

import dev.catchwater.ingest.PushListener;
import dev.catchwater.ingest.PushStage;
import dev.catchwater.query.format.Humanized;

/// A line of progress for a push: stage, rows, bytes, how fast, and how long still where the size
/// of the input is known; and the place where a push ends that nobody waits for any more. Used by
/// one thread.
public final class PushProgress implements PushListener {
  private static final long REDRAW_NANOS = 100_000_000;
  // The first estimate is worth nothing before the program has warmed up.
  private static final double ESTIMATE_AFTER_SECONDS = 1;

  private final Console console;
  private final String dataset;
  private final long bytesTotal;
  private final int inputCount;
  private final long startNanos = System.nanoTime();
  private long drawnNanos = startNanos;
  private String doing = "";
  private long rows;
  private long bytes;

  /// @param bytesTotal the size of all inputs, -1 where it is not known
  public PushProgress(Console console, String dataset, long bytesTotal, int inputCount) {
    this.console = console;
    this.dataset = dataset;
    this.bytesTotal = bytesTotal;
    this.inputCount = inputCount;
  }

  @Override
  public void stage(PushStage stage, int input) {
    if (stage != PushStage.COMMITTING) {
      console.interruption().check();
    }
    if (!console.showsProgress()) {
      return;
    }
    String what =
        switch (stage) {
          case READING -> "[1/4] Reading data";
          case PREPROCESSING -> "[1/4] Preprocessing data";
          case MERGING -> "[2/4] Merging data";
          case SEALING -> "[3/4] Sealing data";
          case COMMITTING -> "[4/4] Committing data";
        };
    doing = what + " (" + dataset;
    if (inputCount > 1) {
      doing += ", file " + Math.min(input + 1, inputCount) + " of " + inputCount;
    }
    doing += ")";
    draw(System.nanoTime());
  }

  @Override
  public void progress(long rows, long bytes) {
    console.interruption().check();
    this.rows = rows;
    this.bytes = bytes;
    long now = System.nanoTime();
    if (console.showsProgress() && now - drawnNanos >= REDRAW_NANOS) {
      draw(now);
    }
  }

  @Override
  public void waiting(String holder) {
    console.say(
        "Waiting for "
            + (holder.isEmpty() ? "another process" : holder)
            + " to finish writing "
            + dataset);
  }

  private void draw(long now) {
    drawnNanos = now;
    StringBuilder line = new StringBuilder(doing);
    if (bytes > 0) {
      double seconds = Math.max(1e-3, (now - startNanos) / 1e9);
      line.append(": ").append(Humanized.grouped(rows)).append(" rows, ");
      line.append(Humanized.dataSize(bytes));
      if (bytesTotal > 0) {
        line.append(" of ").append(Humanized.dataSize(bytesTotal));
      }
      line.append(", ").append(Humanized.grouped((long) (rows / seconds))).append(" rows/s");
      if (bytesTotal > bytes && seconds >= ESTIMATE_AFTER_SECONDS) {
        long left = (long) ((bytesTotal - bytes) * seconds / bytes);
        line.append(", ETA ").append(left / 60).append(':');
        line.append(left % 60 < 10 ? "0" : "").append(left % 60);
      }
    }
    console.progress(line.toString());
  }
}
