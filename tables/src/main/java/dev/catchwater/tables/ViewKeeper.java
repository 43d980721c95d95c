package dev.catchwater.tables;

import dev.catchwater.ingest.trouble.Trouble;
import dev.catchwater.ingest.trouble.Troubles;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.TransformInput;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Keeps views fresh: looks again and again whether what they read has sealed something, and runs
/// those that are behind. What fails is tried again after a while, longer each time.
///
/// [#tick()] is called by one thread; the figures may be asked for by any.
public final class ViewKeeper {
  private static final long LIST_NANOS = 5_000_000_000L;
  private static final long RETRY_NANOS = 1_000_000_000L;
  private static final int RETRIES_MAX = 6;

  private final Views views;
  private final Troubles troubles;
  private final LongSupplier nanos;
  private final Map<DatasetId, Followed> followed = new HashMap<>();
  private int made = -1;
  private long listedAt;
  private volatile int behind;
  private volatile long lagNanos;

  /// @param nanos a clock that never jumps
  public ViewKeeper(Views views, Troubles troubles, LongSupplier nanos) {
    this.views = views;
    this.troubles = troubles;
    this.nanos = nanos;
  }

  /// A view and what is known of it.
  private static final class Followed {
    private final Dataset view;
    private final List<Dataset> inputs;
    private List<Multihash> seen = List.of();
    private long behindSince;
    private long retryAt;
    private int failures;
    private boolean isBehind;

    Followed(Dataset view, List<Dataset> inputs) {
      this.view = view;
      this.inputs = inputs;
    }

    List<Multihash> heads() {
      List<Multihash> heads = new ArrayList<>();
      for (Dataset input : inputs) {
        heads.add(input.head());
      }
      return heads;
    }
  }

  /// How many views have not seen all that is sealed.
  public int behind() {
    return behind;
  }

  /// For how long the one that is behind longest has been so, in seconds.
  public double lagSeconds() {
    return lagNanos / 1e9;
  }

  /// Looks once at every view.
  public void tick() {
    long now = nanos.getAsLong();
    int count = views.made();
    if (made != count || now - listedAt >= LIST_NANOS) {
      list();
      listedAt = now;
      made = count;
    }
    for (Followed one : followed.values()) {
      follow(one);
    }
    int late = 0;
    long longest = 0;
    for (Followed one : followed.values()) {
      late += one.isBehind ? 1 : 0;
      longest = one.isBehind ? Math.max(longest, nanos.getAsLong() - one.behindSince) : longest;
    }
    behind = late;
    lagNanos = longest;
  }

  private void list() {
    Map<DatasetId, Followed> known = new HashMap<>(followed);
    followed.clear();
    for (Dataset view : views.datasets()) {
      Followed before = known.get(view.id());
      Followed one =
          before != null && before.view.name().equals(view.name()) ? before : found(view);
      if (one != null) {
        followed.put(view.id(), one);
      }
    }
  }

  private @Nullable Followed found(Dataset view) {
    try {
      SetTransform transform = view.state().transform();
      List<Dataset> inputs = new ArrayList<>();
      if (transform != null) {
        for (TransformInput input : transform.inputs()) {
          inputs.add(view.workspace().require(input.datasetRef()));
        }
      }
      return new Followed(view, inputs);
    } catch (CatchwaterException e) {
      troubles.failed(Trouble.VIEW, view, e);
      return null; // looked for again with the next list
    }
  }

  private void follow(Followed one) {
    try {
      List<Multihash> heads = one.heads();
      if (heads.equals(one.seen)) {
        return;
      }
      long now = nanos.getAsLong();
      one.behindSince = one.isBehind ? one.behindSince : now;
      one.isBehind = true;
      if (one.failures > 0 && now - one.retryAt < 0) {
        return;
      }
      views.run(one.view);
      one.seen = heads;
      one.isBehind = false;
      one.failures = 0;
      views.note(one.view, null);
      troubles.went(Trouble.VIEW, one.view);
    } catch (CatchwaterException e) {
      failed(one, e);
    } catch (IOException e) {
      failed(
          one,
          CatchwaterException.of(ErrorCode.STORAGE_FAILED, "A file failed: " + e.getMessage())
              .withCause(e));
    }
  }

  private void failed(Followed one, CatchwaterException why) {
    one.failures = Math.min(one.failures + 1, RETRIES_MAX);
    one.retryAt = nanos.getAsLong() + (RETRY_NANOS << one.failures);
    views.note(one.view, why.getMessage());
    troubles.failed(Trouble.VIEW, one.view, why);
  }
}
