package dev.catchwater.storage;

import java.time.Duration;
import java.util.function.Consumer;

/// How long to wait for another writer.
///
/// @param limit after it the operation fails as `DATASET_LOCKED`
/// @param waiting told once, at once, whom we wait for (`process 4711`), if we have to wait
public record LockWait(Duration limit, Consumer<String> waiting) {
  /// Waits a minute in silence: the default of `--lock-wait`.
  public static LockWait standard() {
    return new LockWait(Duration.ofSeconds(60), holder -> {});
  }

  /// Does not wait.
  public static LockWait none() {
    return new LockWait(Duration.ZERO, holder -> {});
  }
}
