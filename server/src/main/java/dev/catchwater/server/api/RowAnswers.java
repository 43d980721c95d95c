package dev.catchwater.server.api;

import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Refusal;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Answers with rows, of which only so many large ones are on their way at once: rows of a slice
/// are decoded by ten thousands and held until the client took their text, so that clients that
/// stop reading would fill the memory (reliability T22). Thread-safe.
public final class RowAnswers {
  private static final int FREE_ROWS = 2_000;
  private static final int SHARE_OF_HEAP = 4;
  private static final int BYTES_EACH = 4 << 20;
  private static final long PATIENCE_MILLIS = 1_000;

  private final Semaphore free;

  /// @param heap bytes that the process may use
  RowAnswers(long heap) {
    free = new Semaphore(Math.clamp(heap / SHARE_OF_HEAP / BYTES_EACH, 2, 1 << 16));
  }

  /// As many as this process has memory for.
  public static RowAnswers ofThisProcess() {
    return new RowAnswers(Runtime.getRuntime().maxMemory());
  }

  /// Writes rows.
  interface RowBody<R> {
    void write(OutputStream out, R rows) throws IOException;
  }

  /// An answer in JSON. Where too many large ones are on their way it waits a moment for the end of
  /// one.
  ///
  /// @param count rows at most
  /// @param rows opened when there is room for them, as they may take memory from then on; closed
  ///   when the answer was sent, or cannot be
  /// @throws Refusal 503 `overloaded`; no rows were opened
  <R extends Closeable> Answer answer(long count, Supplier<R> rows, RowBody<R> body)
      throws IOException {
    Closeable place = place(count);
    R opened;
    try {
      opened = rows.get();
    } catch (RuntimeException e) {
      place.close();
      throw e;
    }
    return Answer.stream(
        Answer.JSON,
        () -> {
          try (place) {
            opened.close();
          }
        },
        out -> body.write(out, opened));
  }

  private Closeable place(long count) {
    if (count <= FREE_ROWS) {
      return () -> {};
    }
    if (!isFree()) {
      throw Refusal.of(503, "overloaded", "Too many large answers are on their way; try again")
          .withHeader("Retry-After", "1");
    }
    return free::release;
  }

  private boolean isFree() {
    try {
      return free.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
