package dev.catchwater.ingest.trouble;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.storage.Dataset;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What went wrong in the background of one live workspace: how often, and in which datasets the
/// last try failed. Whoever listens hears of the first failure of a row of them and of its end, so
/// that a disk that is full for an hour is two lines of a log. Thread-safe.
public final class Troubles {
  private final Map<Trouble, AtomicLong> counts = new EnumMap<>(Trouble.class);
  private final Map<Trouble, Set<DatasetId>> lasting = new EnumMap<>(Trouble.class);
  private volatile Listener listener = (_, _, _) -> {};

  /// Hears when something begins to fail and when it works again. Is called by the thread that
  /// noticed, under locks of datasets: it must not wait and must not throw.
  @FunctionalInterface
  public interface Listener {
    /// Something began to fail, or works again.
    ///
    /// @param why the first failure, null where it works again
    void heard(Trouble trouble, DatasetName dataset, @Nullable CatchwaterException why);
  }

  /// None so far, and nobody who listens.
  public Troubles() {
    for (Trouble trouble : Trouble.values()) {
      counts.put(trouble, new AtomicLong());
      lasting.put(trouble, ConcurrentHashMap.newKeySet());
    }
  }

  /// Who is told from now on; takes the place of whoever was.
  public void listen(Listener next) {
    listener = next;
  }

  /// Something failed in a dataset.
  public void failed(Trouble trouble, Dataset dataset, CatchwaterException why) {
    count(trouble).incrementAndGet();
    if (datasets(trouble).add(dataset.id())) {
      // That nobody knows whether it lasts is no matter here: it is tried again.
      boolean isUnknown = why.code() == ErrorCode.COMMIT_UNKNOWN;
      CatchwaterException reason =
          isUnknown && why.getCause() instanceof CatchwaterException first ? first : why;
      listener.heard(trouble, dataset.name(), reason);
    }
  }

  /// The same went well.
  public void went(Trouble trouble, Dataset dataset) {
    if (datasets(trouble).remove(dataset.id())) {
      listener.heard(trouble, dataset.name(), null);
    }
  }

  /// How often it failed.
  public long failures(Trouble trouble) {
    return count(trouble).get();
  }

  /// In how many datasets the last try failed.
  public int lasting(Trouble trouble) {
    return datasets(trouble).size();
  }

  private AtomicLong count(Trouble trouble) {
    return known(counts.get(trouble));
  }

  private Set<DatasetId> datasets(Trouble trouble) {
    return known(lasting.get(trouble));
  }

  private static <T> T known(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("a trouble that nobody counts");
    }
    return value;
  }
}
