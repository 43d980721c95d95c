package dev.catchwater.journal;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Makes a folder of segments, as a crash may have left it, one that can be relied on.
///
/// Records that nothing proves to have been forced may lie in the page cache only, also after a
/// force that failed and another that claims success. They are written into a segment of their own,
/// which is forced before it gets its name; from then on they count from there. Nothing else is
/// touched, so recovering twice changes nothing, and a crash at any point leaves what was before.
final class Recovery {
  /// What a segment is called until it is forced.
  static final String UNFINISHED = "next.unfinished";

  private final Disk disk;
  private final Path folder;
  private final String dataset;
  private final RandomGenerator random;

  Recovery(Disk disk, Path folder, String dataset, RandomGenerator random) {
    this.disk = disk;
    this.folder = folder;
    this.dataset = dataset;
    this.random = random;
  }

  /// Recovers; every record of the result is durable.
  Survey recover() throws IOException {
    List<String> names = disk.list(folder);
    Survey found = Survey.of(disk, folder, dataset, false);
    if (names.isEmpty()) {
      return found;
    }
    boolean isKept = false;
    try {
      disk.delete(folder.resolve(UNFINISHED));
      disk.syncDirectory(folder); // names that were given just before a kill
      if (found.proven() < found.last()) {
        rewriteTail(found);
      }
      forgetStops(names);
      if (found.proven() == found.last()) {
        isKept = true;
        return found;
      }
    } finally {
      if (!isKept) {
        found.close();
      }
    }
    return Survey.of(disk, folder, dataset, false);
  }

  private void forgetStops(List<String> names) throws IOException {
    boolean isChanged = false;
    for (String name : names) {
      if (SegmentFormat.stoppedAfter(name) >= 0) {
        disk.delete(folder.resolve(name));
        isChanged = true;
      }
    }
    if (isChanged) {
      disk.syncDirectory(folder);
    }
  }

  private void rewriteTail(Survey found) throws IOException {
    Survey.Span tail = found.segments().getLast();
    SegmentReader reader = tail.reader();
    reader.rewind();
    while (reader.last() < found.proven() && reader.skip()) {}
    long previous = reader.last();
    JournalRecord record = reader.next();
    if (record == null || previous != found.proven()) {
      throw JournalFailure.corrupt(reader.file(), "The segment has changed while it was read");
    }
    long first = record.sequence();
    Path unfinished = folder.resolve(UNFINISHED);
    try (DiskFile out = disk.create(unfinished)) {
      long salt = random.nextLong();
      byte[] page = new byte[SegmentFormat.HEADER_BYTES];
      SegmentFormat.writeHeader(
          page,
          new SegmentFormat.Header(
              salt, first, previous, found.last(), dataset.getBytes(StandardCharsets.UTF_8)));
      out.write(page, 0, page.length, 0);
      long position = page.length;
      for (JournalRecord next = record; next != null; next = upTo(found.last(), reader)) {
        position += write(out, position, salt, previous, next);
        previous = next.sequence();
      }
      out.force();
    }
    disk.rename(unfinished, folder.resolve(SegmentFormat.name(first)));
    disk.syncDirectory(folder);
  }

  private static @Nullable JournalRecord upTo(long last, SegmentReader reader) throws IOException {
    return reader.last() < last ? reader.next() : null;
  }

  private static int write(
      DiskFile out, long position, long salt, long previous, JournalRecord record)
      throws IOException {
    byte[] payload = record.payload();
    byte[] bytes = new byte[SegmentFormat.recordBytes(payload.length)];
    int crc = SegmentFormat.payloadCrc(payload, 0, payload.length);
    // What lies before the tail was forced: as the group said that it is what is left of.
    SegmentFormat.RecordHeader header =
        new SegmentFormat.RecordHeader(
            payload.length, record.sequence(), previous, record.durableBefore(), crc);
    SegmentFormat.writeRecord(bytes, 0, salt, header, payload);
    out.write(bytes, 0, bytes.length, position);
    return bytes.length;
  }
}
