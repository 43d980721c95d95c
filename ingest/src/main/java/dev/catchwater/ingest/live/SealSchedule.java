package dev.catchwater.ingest.live;

import dev.catchwater.ingest.trouble.Trouble;
import dev.catchwater.odf.error.CatchwaterException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// When a dataset is sealed without being asked (design §7.15): too many bytes, or too old a row.
/// In the background, once at a time; the pusher helps where that does not keep up. Thread-safe.
final class SealSchedule {
  private static final int BACKLOG_MAX = 3;
  private static final long RETRY_NANOS = 10_000_000_000L;

  private final LiveTools tools;
  private final Executor background;
  private final HeldDataset slot;
  private final Runnable relief;
  private final AtomicBoolean isStarted = new AtomicBoolean();
  private volatile long retryNanos;
  private volatile boolean hasFailed;

  SealSchedule(LiveTools tools, Executor background, HeldDataset slot, Runnable relief) {
    this.tools = tools;
    this.background = background;
    this.slot = slot;
    this.relief = relief;
  }

  /// After a push: seals where too many bytes wait. Where far too many wait of all datasets, or
  /// this one takes in more than is sealed, the pusher waits with his answer.
  void makeRoom(@Nullable OpenDataset held) {
    if (held == null) {
      return;
    }
    long most = tools.hot().sliceBytes(tools.settings().sealBytes());
    if (held.journal().bytesBehindCut() >= most && !hasToWait()) {
      if (held.journal().bytes() > BACKLOG_MAX * most) {
        sealQuietly();
      } else {
        sealInBackground();
      }
    }
    if (tools.hot().isOverdrawn()) {
      relief.run();
    }
  }

  /// Seals for the sake of others.
  void relieve() {
    if (!hasToWait()) {
      sealQuietly();
    }
  }

  /// Seals what is due by age.
  void tick(@Nullable OpenDataset held) {
    if (held == null && hasFailed && !hasToWait()) {
      sealInBackground();
    }
    if (held != null && held.journal().isDue(tools.nanos().getAsLong()) && !hasToWait()) {
      sealInBackground();
    }
  }

  /// Seals now, in the caller's thread; a failure is tried again later.
  void now() {
    sealQuietly();
  }

  private boolean hasToWait() {
    return hasFailed && tools.nanos().getAsLong() - retryNanos < 0;
  }

  private void sealInBackground() {
    if (isStarted.compareAndSet(false, true)) {
      background.execute(() -> {
        try {
          sealQuietly();
        } finally {
          isStarted.set(false);
        }
      });
    }
  }

  /// A failure is no matter of the push that happens to notice it: the rows stay where they are.
  private void sealQuietly() {
    try {
      slot.seal();
      hasFailed = false;
      tools.troubles().went(Trouble.SEAL, slot.dataset());
    } catch (CatchwaterException e) {
      retryNanos = tools.nanos().getAsLong() + RETRY_NANOS;
      hasFailed = true;
      tools.troubles().failed(Trouble.SEAL, slot.dataset(), e);
    }
  }
}
