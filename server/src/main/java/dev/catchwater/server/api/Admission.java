package dev.catchwater.server.api;

import dev.catchwater.disk.Disk;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.server.http.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// How many pushes may be on their way at once, and whether the disk has room for them. Asked
/// before a body is read: who is turned away has lost nothing. Thread-safe.
public final class Admission {
  private static final long LOOK_NANOS = 1_000_000_000L;
  private static final int SMALL_SHARE = 20;

  private final int max;
  private final int perDatasetMax;
  private final Disk disk;
  private final Path folder;
  private final long freeBytesMin;
  private final LongSupplier owed;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final Map<DatasetId, AtomicInteger> byDataset = new ConcurrentHashMap<>();
  private volatile long lookedAt;
  private volatile long freeBytes = Long.MAX_VALUE;
  private volatile long reserve;
  private volatile boolean isLooking;
  private volatile boolean isClosed;

  /// @param max pushes at once
  /// @param perDatasetMax of them into one dataset
  /// @param folder on the disk whose room counts
  /// @param freeBytesMin room that must be left for a push to be taken; a twentieth of the disk
  ///   where that is less
  /// @param owed bytes that look free and are not for pushes
  public Admission(
      int max, int perDatasetMax, Disk disk, Path folder, long freeBytesMin, LongSupplier owed) {
    this.max = max;
    this.perDatasetMax = perDatasetMax;
    this.disk = disk;
    this.folder = folder;
    this.freeBytesMin = freeBytesMin;
    this.owed = owed;
    this.lookedAt = System.nanoTime() - LOOK_NANOS;
  }

  /// A push on its way; closed when it is answered.
  interface Ticket extends AutoCloseable {
    @Override
    void close();
  }

  /// Lets a push in.
  ///
  /// @throws Refusal 503 `overloaded` or `stopping`, 507 `disk-full`; all with Retry-After
  Ticket enter(DatasetId dataset) {
    if (isClosed) {
      throw Refusal.of(503, "stopping", "The server is stopping").withHeader("Retry-After", "2");
    }
    if (freeBytes() < reserve) {
      throw noRoom();
    }
    AtomicInteger own = byDataset.computeIfAbsent(dataset, _ -> new AtomicInteger());
    boolean isAll = inFlight.incrementAndGet() > max;
    boolean isOwn = own.incrementAndGet() > perDatasetMax;
    if (isAll || isOwn) {
      leave(own);
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
    return () -> leave(own);
  }

  private void leave(AtomicInteger own) {
    own.decrementAndGet();
    inFlight.decrementAndGet();
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
  void metFullDisk() {
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
    return inFlight.get();
  }

  /// Whether anybody is let in.
  boolean isOpen() {
    return !isClosed;
  }

  /// Lets nobody in any more.
  public void close() {
    isClosed = true;
  }
}
