package dev.catchwater.server.api;

import dev.catchwater.disk.Disk;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.server.http.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// How many pushes may be on their way at once, and whether the disk has room for them. Asked
/// before a body is read: who is turned away has lost nothing. Thread-safe.
public final class Admission {
  private static final long LOOK_NANOS = 1_000_000_000L;
  private static final int SMALL_SHARE = 20;
  private static final int SMALL_BYTES = 2 << 10;
  private static final int LARGE_AT_ONCE = 200;
  private static final int FEW = 256;

  private final int max;
  private final int perDatasetMax;
  private final Disk disk;
  private final Path folder;
  private final long freeBytesMin;
  private final LongSupplier owed;
  private final BooleanSupplier memory;
  private final AtomicInteger pushes = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger(); // by weight, as those of a dataset
  private final Map<DatasetId, AtomicInteger> byDataset = new ConcurrentHashMap<>();
  private volatile long lookedAt;
  private volatile long freeBytes = Long.MAX_VALUE;
  private volatile long reserve;
  private volatile boolean isLooking;
  private volatile boolean isClosed;

  /// @param max pushes at once; one that is large counts as more, so that there are 200 large ones
  ///   in one dataset at most where the limits are the standard ones
  /// @param perDatasetMax of them into one dataset
  /// @param folder on the disk whose room counts
  /// @param freeBytesMin room that must be left for a push to be taken; a twentieth of the disk
  ///   where that is less
  /// @param owed bytes that look free and are not for pushes
  /// @param memory whether there is memory for more rows
  public Admission(
      int max,
      int perDatasetMax,
      Disk disk,
      Path folder,
      long freeBytesMin,
      LongSupplier owed,
      BooleanSupplier memory) {
    this.max = max;
    this.perDatasetMax = perDatasetMax;
    this.disk = disk;
    this.folder = folder;
    this.freeBytesMin = freeBytesMin;
    this.owed = owed;
    this.memory = memory;
    this.lookedAt = System.nanoTime() - LOOK_NANOS;
  }

  /// A push on its way; closed when it is answered. While its body comes in, however slowly, it
  /// counts as one. Used by the thread of the push.
  public final class Ticket implements AutoCloseable {
    private final AtomicInteger own;
    private final int weight;
    private int counted = 1;

    private Ticket(AtomicInteger own, int weight) {
      this.own = own;
      this.weight = weight;
    }

    /// All of the body is there: from now on the push takes what it takes.
    public void received() {
      own.addAndGet(weight - counted);
      inFlight.addAndGet(weight - counted);
      counted = weight;
    }

    @Override
    public void close() {
      pushes.decrementAndGet();
      leave(own, counted);
    }
  }

  /// Lets a push in.
  ///
  /// @param bodyBytes the announced length of its body, -1 where there is none
  /// @throws Refusal 503 `overloaded` or `stopping`, 507 `disk-full`; all with Retry-After
  public Ticket enter(DatasetId dataset, long bodyBytes) {
    if (isClosed) {
      throw Refusal.of(503, "stopping", "The server is stopping").withHeader("Retry-After", "2");
    }
    if (freeBytes() < reserve) {
      throw noRoom();
    }
    // Few do better to wait, which they do once they are in, than to come again.
    if (!memory.getAsBoolean() && inFlight.get() > FEW) {
      throw Refusal.of(
              503,
              "overloaded",
              "More came in than is being written into slices, and memory has room for; try again")
          .withHeader("Retry-After", "1");
    }
    int weight = weight(bodyBytes);
    AtomicInteger own = byDataset.computeIfAbsent(dataset, _ -> new AtomicInteger());
    boolean isAll = isTooMany(inFlight.incrementAndGet(), weight, max);
    boolean isOwn = isTooMany(own.incrementAndGet(), weight, perDatasetMax);
    if (isAll || isOwn) {
      leave(own, 1);
      throw Refusal.of(
              503,
              "overloaded",
              isAll
                  ? "More than " + max + " pushes are on their way; try again"
                  : "More than "
                      + perDatasetMax
                      + " pushes into this dataset are on their way;"
                      + " try again")
          .withHeader("Retry-After", "1");
    }
    pushes.incrementAndGet();
    return new Ticket(own, weight);
  }

  /// As how many small pushes one counts.
  private int weight(long bodyBytes) {
    long most = Math.max(1, perDatasetMax / LARGE_AT_ONCE);
    return (int) (bodyBytes < 0 ? most : Math.min(most, 1 + bodyBytes / SMALL_BYTES));
  }

  /// Whoever is alone is let in, where anybody is.
  ///
  /// @param now with the new one counted as one
  private static boolean isTooMany(int now, int weight, int most) {
    return now + weight - 1 > most && (now > 1 || most == 0);
  }

  private void leave(AtomicInteger own, int counted) {
    own.addAndGet(-counted);
    inFlight.addAndGet(-counted);
  }

  // Asked once a second at most, by one of those who come in then.
  private long freeBytes() {
    long now = System.nanoTime();
    if (now - lookedAt >= LOOK_NANOS && !isLooking) {
      isLooking = true;
      try {
        reserve = Math.min(freeBytesMin, disk.totalSpace(folder) / SMALL_SHARE);
        freeBytes = disk.freeSpace(folder) - owed.getAsLong();
      } catch (IOException e) {
        freeBytes = Long.MAX_VALUE; // the push itself will find out
      } finally {
        lookedAt = now;
        isLooking = false;
      }
    }
    return freeBytes;
  }

  /// Looks at the disk before the next push is let in: one just met it full.
  public void metFullDisk() {
    lookedAt = System.nanoTime() - LOOK_NANOS;
  }

  /// Refuses what would fill the disk.
  ///
  /// @throws Refusal 507
  void requireRoom(long bytes) {
    if (freeBytes() - bytes < reserve) {
      throw noRoom();
    }
  }

  private static Refusal noRoom() {
    return Refusal.of(
            507, "disk-full", "The disk of the server has no room left; nothing was stored")
        .withHeader("Retry-After", "60");
  }

  /// How many pushes are on their way.
  public int inFlight() {
    return pushes.get();
  }

  /// Whether anybody is let in.
  public boolean isOpen() {
    return !isClosed;
  }

  /// Lets nobody in any more.
  public void close() {
    isClosed = true;
  }
}
