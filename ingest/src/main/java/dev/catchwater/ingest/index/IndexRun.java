package dev.catchwater.ingest.index;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An immutable file of entries in key order, page after page ([IndexPage]). A key occurs once.
///
/// Invariant: every page but the last is full, and the file has exactly the pages its entries need.
/// Opening reads nothing. Keys are hashes and so spread evenly, which is why a search guesses the
/// page from the key and is right after one or two more pages. Used by one thread.
final class IndexRun implements Closeable {
  /// A search for more than one key in so many pages walks through the run instead of guessing.
  private static final int SPARSE_PAGES_A_KEY = 4;

  private static final int CHUNK_PAGES = 32;

  private final Path path;
  private final DiskFile file;
  private final long id;
  private final long entryCount;
  private final long pageCount;

  private IndexRun(Path path, DiskFile file, long id, long entryCount) {
    this.path = path;
    this.file = file;
    this.id = id;
    this.entryCount = entryCount;
    this.pageCount = IndexPage.pages(entryCount);
  }

  /// The file name of a run.
  static String fileName(long id) {
    return "run-" + Long.toHexString(id);
  }

  /// Opens a run that a manifest names.
  ///
  /// @throws DamagedIndexException if the file is not there or not as long as it must be
  static IndexRun open(Disk disk, Path folder, long id, long entryCount) throws IOException {
    Path path = folder.resolve(fileName(id));
    DiskFile file;
    try {
      file = disk.openForRead(path);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new DamagedIndexException(path + " is not there");
    }
    if (file.size() != IndexPage.pages(entryCount) * IndexPage.BYTES) {
      file.close();
      throw new DamagedIndexException(path + " has another length");
    }
    return new IndexRun(path, file, id, entryCount);
  }

  /// Writes a run of all entries of the sources; of entries with one key the first source's stays.
  ///
  /// @param id names the file and salts its pages; never used before
  static IndexRun write(Disk disk, Path folder, long id, List<EntrySource> sources)
      throws IOException {
    Path path = folder.resolve(fileName(id));
    DiskFile file = disk.create(path);
    try {
      return new IndexRun(path, file, id, new Writer(file, id).writeAll(sources));
    } catch (IOException | RuntimeException e) {
      file.close();
      disk.delete(path);
      throw e;
    }
  }

  Path path() {
    return path;
  }

  long id() {
    return id;
  }

  long entryCount() {
    return entryCount;
  }

  long pageCount() {
    return pageCount;
  }

  /// Looks for the keys of a sorted set that are not found yet and notes what it finds.
  ///
  /// @throws DamagedIndexException if a page that was touched is not what was written
  void find(KeySet keys, Findings findings) throws IOException {
    boolean isDense = keys.size() * (long) SPARSE_PAGES_A_KEY > pageCount;
    Pages pages = new Pages(isDense ? CHUNK_PAGES : 1);
    long from = 0;
    for (int i = 0; i < keys.size(); i++) {
      if (!findings.isFound(i)) {
        from = find(pages, from, isDense, keys, i, findings);
      }
    }
  }

  /// All entries in key order.
  EntrySource entries() {
    return new Entries();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /// Finds one key at or behind page `from`; returns the first page that may hold a later key.
  private long find(
      Pages pages, long from, boolean isDense, KeySet keys, int index, Findings findings)
      throws IOException {
    long high = keys.high(index);
    long low = keys.low(index);
    // Every page before `first` ends below the key, every page behind `last` begins above it.
    long first = from;
    long last = pageCount - 1;
    double lowest = Long.MIN_VALUE;
    double highest = Long.MAX_VALUE;
    boolean isLeftKnown = first == 0;
    while (first <= last) {
      long guess = first;
      if (!isDense) {
        double lowBound = isLeftKnown ? lowest : Long.MIN_VALUE;
        long lowPage = isLeftKnown ? first : 0;
        double share = (high - lowBound) / (highest - lowBound);
        guess = Math.clamp(lowPage + (long) (share * (last - lowPage + 1)), first, last);
      }
      pages.load(guess);
      if (pages.compareFirst(high, low) > 0) {
        last = guess - 1;
        highest = pages.firstHigh();
      } else if (pages.compareLast(high, low) < 0) {
        first = guess + 1;
        lowest = pages.lastHigh();
        isLeftKnown = true;
      } else {
        pages.search(high, low, index, findings);
        return guess;
      }
    }
    return first;
  }

  /// What was found of a sorted set of keys.
  static final class Findings {
    private final boolean[] isFound;
    private final long[] content;

    Findings(int size) {
      isFound = new boolean[size];
      content = new long[size];
    }

    boolean isFound(int index) {
      return isFound[index];
    }

    long content(int index) {
      return content[index];
    }

    void put(int index, long rowContent) {
      isFound[index] = true;
      content[index] = rowContent;
    }
  }

  /// One page at a time, a chunk of them in memory.
  private final class Pages {
    private final byte[] bytes;
    private final ByteBuffer buffer;
    private final int chunkPages;
    private long chunkFirst = -1;
    private long chunkEnd = -1;
    private long loaded = -1;
    private int start;
    private int count;

    Pages(int chunkPages) {
      this.chunkPages = chunkPages;
      bytes = new byte[(int) Math.min(chunkPages, Math.max(1, pageCount)) * IndexPage.BYTES];
      buffer = IndexPage.wrap(bytes);
    }

    void load(long page) throws IOException {
      if (page == loaded) {
        return;
      }
      if (page < chunkFirst || page >= chunkEnd) {
        int pages = (int) Math.min(chunkPages, pageCount - page);
        try {
          file.readFully(bytes, 0, pages * IndexPage.BYTES, page * IndexPage.BYTES);
        } catch (java.io.EOFException e) {
          throw new DamagedIndexException(path + " ends early");
        }
        chunkFirst = page;
        chunkEnd = page + pages;
      }
      start = (int) (page - chunkFirst) * IndexPage.BYTES;
      loaded = -1;
      count = IndexPage.open(bytes, start, page, id);
      loaded = page;
    }

    int compareFirst(long high, long low) {
      return compare(0, high, low);
    }

    int compareLast(long high, long low) {
      return compare(count - 1, high, low);
    }

    long firstHigh() {
      return buffer.getLong(IndexPage.entry(start, 0));
    }

    long lastHigh() {
      return buffer.getLong(IndexPage.entry(start, count - 1));
    }

    void search(long high, long low, int index, Findings findings) {
      int from = 0;
      int to = count - 1;
      while (from <= to) {
        int middle = (from + to) >>> 1;
        int order = compare(middle, high, low);
        if (order == 0) {
          findings.put(index, buffer.getLong(IndexPage.entry(start, middle) + 16));
          return;
        }
        if (order < 0) {
          from = middle + 1;
        } else {
          to = middle - 1;
        }
      }
    }

    private int compare(int entry, long high, long low) {
      int at = IndexPage.entry(start, entry);
      int order = Long.compare(buffer.getLong(at), high);
      return order != 0 ? order : Long.compare(buffer.getLong(at + 8), low);
    }
  }

  private final class Entries implements EntrySource {
    private final Pages pages = new Pages(CHUNK_PAGES);
    private long page = -1;
    private int at;
    private int offset;

    @Override
    public boolean next() throws IOException {
      if (page < 0 || at + 1 == pages.count) {
        if (page + 1 == pageCount) {
          return false;
        }
        pages.load(++page);
        at = 0;
      } else {
        at++;
      }
      offset = IndexPage.entry(pages.start, at);
      return true;
    }

    @Override
    public long high() {
      return pages.buffer.getLong(offset);
    }

    @Override
    public long low() {
      return pages.buffer.getLong(offset + 8);
    }

    @Override
    public long content() {
      return pages.buffer.getLong(offset + 16);
    }
  }

  private static final class Writer {
    private final DiskFile file;
    private final long salt;
    private final byte[] bytes;
    private final ByteBuffer buffer;
    private long pagesWritten;
    private int pagesHeld;
    private int count;
    private long entryCount;

    Writer(DiskFile file, long salt) {
      this.file = file;
      this.salt = salt;
      bytes = new byte[CHUNK_PAGES * IndexPage.BYTES];
      buffer = IndexPage.wrap(bytes);
    }

    long writeAll(List<EntrySource> sources) throws IOException {
      boolean[] isLive = new boolean[sources.size()];
      for (int i = 0; i < isLive.length; i++) {
        isLive[i] = sources.get(i).next();
      }
      for (EntrySource least = least(sources, isLive);
          least != null;
          least = least(sources, isLive)) {
        long high = least.high();
        long low = least.low();
        add(high, low, least.content());
        for (int i = 0; i < isLive.length; i++) {
          EntrySource source = sources.get(i);
          if (isLive[i] && source.high() == high && source.low() == low) {
            isLive[i] = source.next();
          }
        }
      }
      endPage();
      flush();
      return entryCount;
    }

    private static @Nullable EntrySource least(List<EntrySource> sources, boolean[] isLive) {
      EntrySource least = null;
      for (int i = 0; i < isLive.length; i++) {
        EntrySource source = sources.get(i);
        if (isLive[i] && (least == null || isBelow(source, least))) {
          least = source;
        }
      }
      return least;
    }

    private static boolean isBelow(EntrySource one, EntrySource other) {
      return one.high() < other.high() || (one.high() == other.high() && one.low() < other.low());
    }

    private void add(long high, long low, long content) throws IOException {
      if (count == IndexPage.ENTRIES_MAX) {
        endPage();
      }
      int at = IndexPage.entry(pagesHeld * IndexPage.BYTES, count++);
      buffer.putLong(at, high).putLong(at + 8, low).putLong(at + 16, content);
      entryCount++;
    }

    private void endPage() throws IOException {
      if (count == 0) {
        return;
      }
      int start = pagesHeld * IndexPage.BYTES;
      for (int at = IndexPage.entry(start, count); at < start + IndexPage.BYTES; at += 8) {
        buffer.putLong(at, 0);
      }
      IndexPage.seal(bytes, start, count, pagesWritten + pagesHeld, salt);
      count = 0;
      if (++pagesHeld == CHUNK_PAGES) {
        flush();
      }
    }

    private void flush() throws IOException {
      file.write(bytes, 0, pagesHeld * IndexPage.BYTES, pagesWritten * IndexPage.BYTES);
      pagesWritten += pagesHeld;
      pagesHeld = 0;
    }
  }
}
