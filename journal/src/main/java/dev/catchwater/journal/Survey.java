package dev.catchwater.journal;

import dev.catchwater.disk.Disk;
import dev.catchwater.odf.error.CatchwaterException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What is believed of a folder of segments: which records are there, and which of them are known
/// to have been forced. Changes nothing.
///
/// * Every segment but the last must hold all records up to the one before the next segment: a
///   segment is made after they were forced. What it has behind them was given up by a recovery.
/// * The last one ends at its last whole record. If anything behind says that more was forced, or
///   the segment itself does, a record was damaged, and nothing is cut.
///
/// @param segments with records, oldest first; their files stay open until [#close()]
/// @param last the sequence of the last record, 0 if there is none
/// @param proven every record up to here is known to have been forced
record Survey(List<Span> segments, long last, long proven) implements Closeable {

  /// The records of one segment that count, `first` to `last`.
  record Span(SegmentReader reader, long first, long last) {}

  /// Looks through a folder; one that is not there is empty.
  ///
  /// @param force whether files are forced before they are read
  /// @throws CatchwaterException `CORRUPT` or `UNSUPPORTED`, with the file
  static Survey of(Disk disk, Path folder, String dataset, boolean force) throws IOException {
    List<SegmentReader> readers = new ArrayList<>();
    boolean isGood = false;
    try {
      for (String name : disk.list(folder)) {
        if (SegmentFormat.firstOf(name) >= 0) {
          readers.add(SegmentReader.open(disk, folder.resolve(name), dataset, force));
        }
      }
      Survey survey = of(readers);
      isGood = true;
      return survey;
    } finally {
      if (!isGood) {
        closeAll(readers);
      }
    }
  }

  private static Survey of(List<SegmentReader> readers) throws IOException {
    List<Span> spans = new ArrayList<>(readers.size());
    long last = 0;
    long proven = 0;
    for (int i = 0; i < readers.size(); i++) {
      SegmentReader reader = readers.get(i);
      if (i + 1 < readers.size()) {
        readUpTo(reader, readers.get(i + 1));
      } else {
        readToEnd(reader);
      }
      last = reader.last();
      proven = Math.max(proven, reader.durable());
      spans.add(new Span(reader, reader.header().first(), last));
      reader.rest();
    }
    return new Survey(spans, last, Math.min(proven, last));
  }

  private static void readUpTo(SegmentReader reader, SegmentReader next) throws IOException {
    long through = next.header().previous();
    if (through < reader.header().first()) {
      throw JournalFailure.corrupt(
          next.file(),
          "The segment says to follow record "
              + through
              + ", which lies before "
              + reader.file().getFileName());
    }
    while (reader.last() < through && reader.skip()) {}
    if (reader.last() != through) {
      throw JournalFailure.corrupt(
          reader.file(),
          "Record "
              + (reader.last() + 1)
              + " at byte "
              + reader.position()
              + " is missing or damaged; segment "
              + next.file().getFileName()
              + " was begun after record "
              + through
              + " was on the disk");
    }
  }

  private static void readToEnd(SegmentReader reader) throws IOException {
    while (true) {
      if (reader.skip()) {
        continue;
      }
      // A writer may be at work: what it wrote before the proof was seen must be read again.
      reader.provenBehind();
      if (reader.durable() <= reader.last()) {
        return;
      }
      if (!reader.skip()) {
        throw JournalFailure.corrupt(
            reader.file(),
            "Record "
                + (reader.last() + 1)
                + " at byte "
                + reader.position()
                + " is damaged; it was on the disk, as was everything up to record "
                + reader.durable());
      }
    }
  }

  /// The same without the records behind `limit` that nothing proves to have been forced.
  Survey upTo(long limit) {
    long end = Math.max(proven, limit);
    if (last <= end || segments.isEmpty()) {
      return this;
    }
    List<Span> spans = new ArrayList<>(segments);
    Span tail = spans.removeLast(); // only the last segment has such, and not as its first record
    spans.add(new Span(tail.reader(), tail.first(), end));
    return new Survey(spans, end, proven);
  }

  private static void closeAll(List<SegmentReader> readers) throws IOException {
    for (SegmentReader reader : readers) {
      reader.close();
    }
  }

  @Override
  public void close() throws IOException {
    for (Span span : segments) {
      span.reader().close();
    }
  }
}
