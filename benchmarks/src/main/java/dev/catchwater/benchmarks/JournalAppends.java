package dev.catchwater.benchmarks;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.journal.Journal;
import dev.catchwater.journal.JournalOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Durable appends to a journal by 1, 16 and 64 appenders at once, each waiting for its record
/// before the next, and beside them F: the median of one write of 4 KiB into prepared space and its
/// force, on the same disk. Both take turns of a fifth of a second, so that they meet the disk in
/// the same mood.
///
/// Arguments: folder, turns of each. Prints one line of JSON for each number of appenders; `ratio`
/// is the median of the wait in units of F.
public final class JournalAppends {
  private static final int PAYLOAD_BYTES = 256;
  private static final int PAGE_BYTES = 4_096;
  private static final int PAGES = 1_024;
  private static final long TURN_NANOS = 200_000_000;

  private JournalAppends() {}

  /// Runs the benchmark.
  public static void main(String[] arguments) throws IOException {
    Disk disk = new LocalDisk();
    Path folder = Path.of(arguments[0]);
    int turns = Integer.parseInt(arguments[1]);
    disk.createDirectories(folder);
    measure(disk, folder.resolve("warming"), 16, Math.min(turns, 5));
    for (int appenders : new int[] {1, 16, 64}) {
      System.out.println(measure(disk, folder.resolve("for-" + appenders), appenders, turns));
    }
  }

  private static String measure(Disk disk, Path folder, int appenders, int turns)
      throws IOException {
    disk.createDirectories(folder);
    Times forces = new Times();
    Times waits = new Times();
    try (DiskFile file = prepare(disk, folder.resolve("prepared"));
        Journal journal =
            Journal.open(
                disk,
                folder.resolve("journal"),
                JournalOptions.of("benchmark"),
                new SplittableRandom(1))) {
      for (int turn = 0; turn < turns; turn++) {
        force(file, forces);
        append(journal, appenders, waits);
      }
      journal.release(journal.durableSequence());
    }
    disk.delete(folder.resolve("prepared"));
    long force = forces.at(0.5);
    long median = waits.at(0.5);
    return "{\"appenders\": "
        + appenders
        + ", \"F_us\": "
        + force / 1_000
        + ", \"appends_s\": "
        + Math.round(waits.count() * 1e9 / TURN_NANOS / turns)
        + ", \"p50_us\": "
        + median / 1_000
        + ", \"p99_us\": "
        + waits.at(0.99) / 1_000
        + ", \"ratio\": "
        + Math.round(100.0 * median / force) / 100.0
        + "}";
  }

  /// Durations in nanoseconds, put in by many threads.
  private static final class Times {
    private final long[] nanos = new long[1 << 22];
    private final AtomicInteger count = new AtomicInteger();

    void add(long duration) {
      nanos[count.getAndIncrement()] = duration;
    }

    int count() {
      return count.get();
    }

    long at(double share) {
      Arrays.sort(nanos, 0, count());
      return nanos[(int) (share * (count() - 1))];
    }
  }

  private static DiskFile prepare(Disk disk, Path path) throws IOException {
    DiskFile file = disk.create(path);
    file.write(new byte[PAGES * PAGE_BYTES], 0, PAGES * PAGE_BYTES, 0);
    file.force();
    return file;
  }

  private static void force(DiskFile file, Times times) throws IOException {
    byte[] page = new byte[PAGE_BYTES];
    long end = System.nanoTime() + TURN_NANOS;
    for (long start = System.nanoTime(); start < end; ) {
      file.write(page, 0, page.length, (long) (times.count() % PAGES) * PAGE_BYTES);
      file.force();
      long now = System.nanoTime();
      times.add(now - start);
      start = now;
    }
  }

  private static void append(Journal journal, int appenders, Times times) {
    byte[] payload = new byte[PAYLOAD_BYTES];
    long end = System.nanoTime() + TURN_NANOS;
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < appenders; i++) {
        pool.execute(() -> {
          for (long start = System.nanoTime(); start < end; ) {
            journal.awaitDurable(journal.append(payload));
            long now = System.nanoTime();
            times.add(now - start);
            start = now;
          }
        });
      }
    }
  }
}
