package dev.catchwater.server.api;

import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How often a client may push into a dataset, and how much the datasets may hold (reliability §6,
/// TH21 and TH22). Asked before a body is read: who is turned away has lost nothing. Thread-safe.
///
/// A client is an address, with a bucket for each dataset that holds the pushes of one second and
/// fills at that rate.
public final class PushQuotas {
  private static final long SECOND = 1_000_000_000L;
  private static final int BUCKETS_MAX = 10_000;

  private final Limits limits;
  private final LiveWorkspace live;
  private final LongSupplier nanos;
  private final Map<Pair, Bucket> buckets = new ConcurrentHashMap<>();
  private @Nullable Looked looked;

  /// What may be used.
  ///
  /// @param pushesPerSecondMax of one address into one dataset, 0 for any number
  /// @param storageBytesMax of all datasets together, 0 for as much as the disk has
  public record Limits(long pushesPerSecondMax, long storageBytesMax) {
    /// No limits.
    public static Limits none() {
      return new Limits(0, 0);
    }
  }

  private record Pair(String client, DatasetId dataset) {}

  /// What all datasets hold.
  ///
  /// @param accepted bytes of bodies that came since
  private record Looked(long at, long bytes, long accepted) {}

  /// Guarded by itself.
  private static final class Bucket {
    private double pushes;
    private long at;

    Bucket(double pushes, long at) {
      this.pushes = pushes;
      this.at = at;
    }
  }

  /// @param nanos a clock that never jumps
  public PushQuotas(Limits limits, LiveWorkspace live, LongSupplier nanos) {
    this.limits = limits;
    this.live = live;
    this.nanos = nanos;
  }

  /// Lets a push in.
  ///
  /// @param client its address, asked for only where it counts
  /// @param bodyLength as it was declared, -1 where it was not
  /// @return how many may follow at once, -1 where nobody counts
  /// @throws Refusal 429 `too-many-requests`, 403 `quota-exceeded`
  public long enter(Supplier<String> client, DatasetId dataset, long bodyLength) {
    long left = limits.pushesPerSecondMax() > 0 ? take(client.get(), dataset) : -1;
    if (limits.storageBytesMax() > 0) {
      requireRoom(Math.max(0, bodyLength));
    }
    return left;
  }

  /// An answer that says how many pushes may follow, in the form of the draft of the RateLimit
  /// headers.
  ///
  /// @param left as [#enter] said it
  Answer marked(Answer answer, long left) {
    return left < 0
        ? answer
        : answer
            .withHeader("RateLimit-Policy", policy())
            .withHeader("RateLimit", "\"pushes\";r=" + left + ";t=1");
  }

  private String policy() {
    return "\"pushes\";q=" + limits.pushesPerSecondMax() + ";w=1";
  }

  private long take(String client, DatasetId dataset) {
    long now = nanos.getAsLong();
    double max = limits.pushesPerSecondMax();
    if (buckets.size() > BUCKETS_MAX) {
      // A bucket that had a second to fill is as good as a new one.
      buckets.values().removeIf(bucket -> now - bucket.at > SECOND);
    }
    Bucket bucket = buckets.computeIfAbsent(new Pair(client, dataset), _ -> new Bucket(max, now));
    synchronized (bucket) {
      double gained = (double) Math.max(0, now - bucket.at) / SECOND * max;
      bucket.pushes = Math.min(max, bucket.pushes + gained);
      bucket.at = now;
      if (bucket.pushes < 1) {
        throw Refusal.of(
                429,
                "too-many-requests",
                "More than "
                    + limits.pushesPerSecondMax()
                    + " pushes a second came from this address into this dataset; nothing was"
                    + " applied (send more rows in each push)")
            .withHeader("Retry-After", "1")
            .withHeader("RateLimit-Policy", policy())
            .withHeader("RateLimit", "\"pushes\";r=0;t=1");
      }
      bucket.pushes -= 1;
      return (long) bucket.pushes;
    }
  }

  private synchronized void requireRoom(long bodyLength) {
    long now = nanos.getAsLong();
    Looked last = looked;
    if (last == null || now - last.at >= SECOND) {
      last = new Looked(now, stored(), 0);
    }
    long used = last.bytes + last.accepted;
    looked = new Looked(last.at, last.bytes, last.accepted + bodyLength);
    if (used + bodyLength > limits.storageBytesMax()) {
      looked = last;
      throw Refusal.of(
          403,
          "quota-exceeded",
          "Quota exceeded: the datasets hold "
              + used
              + " bytes of "
              + limits.storageBytesMax()
              + "; nothing was applied");
    }
  }

  // Slices, and rows that are in none yet as they lie in memory.
  private long stored() {
    long bytes = 0;
    for (Dataset dataset : live.workspace().list()) {
      try {
        bytes += dataset.state().dataSize() + live.dataset(dataset).status().hotBytes();
      } catch (CatchwaterException e) {
        // One that cannot be read takes no pushes either.
      }
    }
    return bytes;
  }
}
