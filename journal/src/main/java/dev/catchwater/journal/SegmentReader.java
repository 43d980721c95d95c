package dev.catchwater.journal;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.journal.SegmentFormat.RecordHeader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads one segment record by record, through a window that grows with the records. Not
/// thread-safe.
final class SegmentReader implements Closeable {
  private static final int WINDOW_BYTES = 1 << 18;

  private final Path file;
  private final DiskFile in;
  private final SegmentFormat.Header header;
  private byte[] window = new byte[0];
  private long windowAt;
  private int windowBytes;
  private long position = SegmentFormat.HEADER_BYTES;
  private long last;
  private long durable;

  private SegmentReader(Path file, DiskFile in, SegmentFormat.Header header) {
    this.file = file;
    this.in = in;
    this.header = header;
    this.last = header.previous();
    this.durable = header.durable();
  }

  /// Opens a segment and checks its header, which a crash cannot have torn: a segment gets its name
  /// after it was forced.
  ///
  /// @param force whether the file is forced first, so that no power cut takes back what is read
  static SegmentReader open(Disk disk, Path file, String dataset, boolean force)
      throws IOException {
    DiskFile in = disk.openForRead(file);
    boolean isGood = false;
    try {
      if (force) {
        in.force();
      }
      SegmentReader reader = new SegmentReader(file, in, readHeader(in, file, dataset));
      isGood = true;
      return reader;
    } finally {
      if (!isGood) {
        in.close();
      }
    }
  }

  private static SegmentFormat.Header readHeader(DiskFile in, Path file, String dataset)
      throws IOException {
    byte[] page = new byte[SegmentFormat.HEADER_BYTES];
    int done = 0;
    for (int n = 0; n >= 0 && done < page.length; done += Math.max(n, 0)) {
      n = in.read(page, done, page.length - done, done);
    }
    if (done == page.length && SegmentFormat.hasMagic(page)) {
      int version = SegmentFormat.version(page);
      if (version > SegmentFormat.VERSION) {
        throw JournalFailure.newer(file, version);
      }
    }
    if (done < page.length
        || !SegmentFormat.hasMagic(page)
        || SegmentFormat.version(page) != SegmentFormat.VERSION
        || !SegmentFormat.isHeaderWhole(page)) {
      throw JournalFailure.corrupt(file, "The header of the segment is damaged");
    }
    SegmentFormat.Header header = SegmentFormat.readHeader(page);
    if (!Arrays.equals(header.dataset(), dataset.getBytes(StandardCharsets.UTF_8))) {
      String other = new String(header.dataset(), StandardCharsets.UTF_8);
      throw JournalFailure.corrupt(
          file, "The segment is of dataset " + other + ", not of " + dataset);
    }
    if (header.first() != SegmentFormat.firstOf(String.valueOf(file.getFileName()))) {
      throw JournalFailure.corrupt(
          file, "The segment begins with record " + header.first() + ", its name says another");
    }
    return header;
  }

  Path file() {
    return file;
  }

  SegmentFormat.Header header() {
    return header;
  }

  /// The byte at which [#next()] reads.
  long position() {
    return position;
  }

  /// The sequence of the last record read; before the first one, of the record before the segment.
  long last() {
    return last;
  }

  /// Every record up to here was forced, says what was read so far.
  long durable() {
    return durable;
  }

  /// The next record, or null if there is none, or a damaged one, at this place.
  @Nullable JournalRecord next() throws IOException {
    RecordHeader record = readNext();
    if (record == null) {
      return null;
    }
    int from = (int) (position - windowAt) + SegmentFormat.RECORD_HEADER_BYTES;
    byte[] payload = Arrays.copyOfRange(window, from, from + record.length());
    take(record);
    return new JournalRecord(record.sequence(), payload, record.durable());
  }

  /// Goes past the next record; false if there is none, or a damaged one, at this place.
  boolean skip() throws IOException {
    RecordHeader record = readNext();
    if (record == null) {
      return false;
    }
    take(record);
    return true;
  }

  private void take(RecordHeader record) {
    position += SegmentFormat.recordBytes(record.length());
    last = record.sequence();
    durable = Math.max(durable, record.durable());
  }

  private @Nullable RecordHeader readNext() throws IOException {
    if (!load(position, SegmentFormat.RECORD_HEADER_BYTES)) {
      return null;
    }
    int at = (int) (position - windowAt);
    RecordHeader record = SegmentFormat.readRecordHeader(window, at, header.salt());
    if (record == null
        || record.isProof()
        || record.previous() != last
        || record.sequence() <= last
        || (last == header.previous() && record.sequence() != header.first())
        || !load(position, SegmentFormat.recordBytes(record.length()))) {
      return null;
    }
    int payloadAt = (int) (position - windowAt) + SegmentFormat.RECORD_HEADER_BYTES;
    return SegmentFormat.isWhole(record, window, payloadAt) ? record : null;
  }

  /// The highest sequence that anything from this place on says to be forced; -1 if nothing does.
  /// Looks at every place where a record could begin.
  long provenBehind() throws IOException {
    forget();
    long proven = -1;
    int step = SegmentFormat.ALIGNMENT;
    for (long at = position; load(at, SegmentFormat.RECORD_HEADER_BYTES); at += step) {
      RecordHeader record =
          SegmentFormat.readRecordHeader(window, (int) (at - windowAt), header.salt());
      if (record != null) {
        proven = Math.max(proven, record.durable());
      }
    }
    forget();
    durable = Math.max(durable, proven);
    return proven;
  }

  /// The next read is of the file as it is then.
  void forget() {
    windowBytes = 0;
  }

  /// Gets bytes of the file into the window; false if it ends before.
  private boolean load(long at, int count) throws IOException {
    if (at >= windowAt && at + count <= windowAt + windowBytes) {
      return true;
    }
    if (count > Math.max(window.length, WINDOW_BYTES) && at + count > in.size()) {
      return false; // before memory is taken for what is not there
    }
    byte[] target = window.length < count ? new byte[Math.max(count, WINDOW_BYTES)] : window;
    int kept = 0;
    if (at >= windowAt && at < windowAt + windowBytes) {
      kept = (int) (windowAt + windowBytes - at);
      System.arraycopy(window, (int) (at - windowAt), target, 0, kept);
    }
    window = target;
    windowAt = at;
    windowBytes = kept;
    while (windowBytes < count) {
      int read = in.read(window, windowBytes, window.length - windowBytes, at + windowBytes);
      if (read < 0) {
        return false;
      }
      windowBytes += read;
    }
    return true;
  }

  /// Gives the window back; the file stays open.
  void rest() {
    window = new byte[0];
    windowBytes = 0;
  }

  /// Goes back to the first record.
  void rewind() {
    position = SegmentFormat.HEADER_BYTES;
    last = header.previous();
    forget();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
