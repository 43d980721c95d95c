package dev.catchwater.ingest.index;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An immutable file of entries in key order, page after page ([IndexPage]). A key occurs once. A
/// run of states has a second file with their rows ([RowLog]).
///
/// Invariant: every page but the last is full, and the file has exactly the pages its entries need.
/// Opening reads nothing. Keys are hashes and so spread evenly, which is why a search guesses the
/// page from the key and is right after one or two more pages. Used by one thread.
final class IndexRun implements Closeable {
  /// A search for more than one key in so many pages walks through the run instead of guessing.
  private static final int SPARSE_PAGES_A_KEY = 4;

  private static final int CHUNK_PAGES = 32;
  private static final int ROW_WINDOW_BYTES = 1 << 18;

  private final Disk disk;
  private final Path path;
  private final DiskFile file;
  private final EntryForm form;
  private final long id;
  private final long entryCount;
  private final long pageCount;
  private @Nullable DiskFile rows;

  private IndexRun(Disk disk, Path path, DiskFile file, EntryForm form, long id, long entryCount) {
    this.disk = disk;
    this.path = path;
    this.file = file;
    this.form = form;
    this.id = id;
    this.entryCount = entryCount;
    this.pageCount = IndexPage.pages(entryCount, form.width());
  }

  /// The file name of a run.
  static String fileName(long id) {
    return "run-" + Long.toHexString(id);
  }

  /// Opens a run that a manifest names.
  ///
  /// @throws DamagedIndexException if the file is not there or not as long as it must be
  static IndexRun open(Disk disk, Path folder, EntryForm form, long id, long entryCount)
      throws IOException {
    Path path = folder.resolve(fileName(id));
    DiskFile file;
    try {
      file = disk.openForRead(path);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new DamagedIndexException(path + " is not there");
    }
    if (file.size() != IndexPage.pages(entryCount, form.width()) * IndexPage.BYTES) {
      file.close();
      throw new DamagedIndexException(path + " has another length");
    }
    return new IndexRun(disk, path, file, form, id, entryCount);
  }

  /// Writes a run of all entries of a source.
  ///
  /// @param id names the file and salts its pages; never used before
  /// @param dropsRetracted whether entries of retracted rows are left out: nothing older is behind
  ///   this run
  static IndexRun write(
      Disk disk, Path folder, EntryForm form, long id, EntrySource source, boolean dropsRetracted)
      throws IOException {
    Path path = folder.resolve(fileName(id));
    Path rowPath = folder.resolve(RowLog.fileName(id));
    DiskFile file = disk.create(path);
    DiskFile rows = null;
    try {
      rows = form.hasRows() ? disk.create(rowPath) : null;
      RowLog.Writer log = rows == null ? null : new RowLog.Writer(rows, id);
      long count = new Writer(file, form, id, log).writeAll(source, dropsRetracted);
      IndexRun run = new IndexRun(disk, path, file, form, id, count);
      run.rows = rows;
      return run;
    } catch (IOException | RuntimeException e) {
      file.close();
      disk.delete(path);
      if (rows != null) {
        rows.close();
        disk.delete(rowPath);
      }
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

  /// Reads rows by the positions that entries have.
  ///
  /// @param window bytes read at once
  RowLog.Reader rows(int window) throws IOException {
    DiskFile opened = rows;
    if (opened == null) {
      Path rowPath = path.resolveSibling(RowLog.fileName(id));
      try {
        opened = disk.openForRead(rowPath);
      } catch (java.nio.file.NoSuchFileException e) {
        throw new DamagedIndexException(rowPath + " is not there");
      }
      rows = opened;
    }
    return new RowLog.Reader(opened, id, window);
  }

  /// Looks for the keys of a sorted set that are not found yet and notes what it finds.
  ///
  /// @throws DamagedIndexException if a page that was touched is not what was written
  void find(KeySet keys, Findings findings) throws IOException {
    boolean isDense = keys.size() * (long) SPARSE_PAGES_A_KEY > pageCount;
    Pages pages = new Pages(isDense ? CHUNK_PAGES : 1);
    long from = 0;
    boolean isNear = false;
    for (int i = 0; i < keys.size(); i++) {
      if (!findings.isFound(i)) {
        from = find(pages, from, isDense && isNear, keys, i, findings);
        isNear = true;
      }
    }
  }

  /// All entries in key order.
  EntrySource entries() {
    return new Entries(-1);
  }

  /// The entries from the page on that may hold a key, in key order: those of the page that are
  /// less come too.
  EntrySource entriesFrom(long high, long low) throws IOException {
    Pages pages = new Pages(1);
    long first = 0;
    long end = pageCount;
    while (first < end) {
      long middle = (first + end) >>> 1;
      pages.load(middle);
      if (pages.compareLast(high, low) < 0) {
        first = middle + 1;
      } else {
        end = middle;
      }
    }
    return new Entries(first - 1);
  }

  @Override
  public void close() throws IOException {
    file.close();
    if (rows != null) {
      rows.close();
    }
  }

  /// Finds one key at or behind page `from`; returns the first page that may hold a later key.
  ///
  /// @param isNear whether the key is expected in that page or the next
  private long find(
      Pages pages, long from, boolean isNear, KeySet keys, int index, Findings findings)
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
      if (!isNear) {
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

  /// One page at a time, a chunk of them in memory.
  private final class Pages {
    private final byte[] bytes;
    private final ByteBuffer buffer;
    private final int chunkPages;
    private final int width = form.width();
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
      count = IndexPage.open(bytes, start, page, id, width);
      loaded = page;
    }

    /// The loaded page as numbers, which are read faster than bytes.
    void copyTo(long[] words) {
      buffer.position(start);
      buffer.asLongBuffer().get(words);
      buffer.clear();
    }

    int compareFirst(long high, long low) {
      return compare(0, high, low);
    }

    int compareLast(long high, long low) {
      return compare(count - 1, high, low);
    }

    long firstHigh() {
      return buffer.getLong(IndexPage.entry(start, 0, width));
    }

    long lastHigh() {
      return buffer.getLong(IndexPage.entry(start, count - 1, width));
    }

    void search(long high, long low, int index, Findings findings) {
      int from = 0;
      int to = count - 1;
      while (from <= to) {
        int middle = (from + to) >>> 1;
        int order = compare(middle, high, low);
        if (order == 0) {
          int at = IndexPage.entry(start, middle, width) + 16;
          for (int i = 0; i < width; i++) {
            findings.put(index, i, buffer.getLong(at + 8 * i));
          }
          findings.found(index, IndexRun.this);
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
      int at = IndexPage.entry(start, entry, width);
      int order = Long.compare(buffer.getLong(at), high);
      return order != 0 ? order : Long.compare(buffer.getLong(at + 8), low);
    }
  }

  private final class Entries implements EntrySource {
    private final Pages pages = new Pages(CHUNK_PAGES);
    private final long[] words = new long[IndexPage.BYTES / Long.BYTES];
    private final int entryWords = IndexPage.entryBytes(form.width()) / Long.BYTES;
    private RowLog.@Nullable Reader log;
    private long page;
    private boolean isStarted;
    private int at;
    private int offset;

    /// @param page before the first one
    Entries(long page) {
      this.page = page;
    }

    @Override
    public boolean next() throws IOException {
      if (!isStarted || at + 1 == pages.count) {
        isStarted = true;
        if (page + 1 >= pageCount) {
          return false;
        }
        pages.load(++page);
        pages.copyTo(words);
        at = 0;
        offset = IndexPage.HEADER_BYTES / Long.BYTES;
      } else {
        at++;
        offset += entryWords;
      }
      return true;
    }

    @Override
    public long high() {
      return words[offset];
    }

    @Override
    public long low() {
      return words[offset + 1];
    }

    @Override
    public long value(int which) {
      return words[offset + 2 + which];
    }

    @Override
    public long copyRow(RowLog.Writer to) throws IOException {
      RowLog.Reader from = log;
      if (from == null) {
        from = rows(ROW_WINDOW_BYTES);
        log = from;
      }
      from.read(value(form.width() - 1));
      return to.append(from.bytes(), from.start(), from.size());
    }
  }

  private static final class Writer {
    private final DiskFile file;
    private final EntryForm form;
    private final int entriesMax;
    private final long salt;
    private final RowLog.@Nullable Writer rows;
    private final byte[] bytes;
    private final ByteBuffer buffer;
    private final long[] words = new long[IndexPage.BYTES / Long.BYTES];
    private int wordCount = IndexPage.HEADER_BYTES / Long.BYTES;
    private long pagesWritten;
    private int pagesHeld;
    private int count;
    private long entryCount;

    Writer(DiskFile file, EntryForm form, long salt, RowLog.@Nullable Writer rows) {
      this.file = file;
      this.form = form;
      this.entriesMax = IndexPage.entriesMax(form.width());
      this.salt = salt;
      this.rows = rows;
      bytes = new byte[CHUNK_PAGES * IndexPage.BYTES];
      buffer = IndexPage.wrap(bytes);
    }

    long writeAll(EntrySource source, boolean dropsRetracted) throws IOException {
      while (source.next()) {
        if (!dropsRetracted || !form.isRetracted(source)) {
          add(source);
        }
      }
      endPage();
      flush();
      if (rows != null) {
        rows.flush();
      }
      return entryCount;
    }

    private void add(EntrySource source) throws IOException {
      if (count == entriesMax) {
        endPage();
      }
      int width = form.width();
      words[wordCount++] = source.high();
      words[wordCount++] = source.low();
      for (int i = 0; i < width; i++) {
        words[wordCount++] = source.value(i);
      }
      if (rows != null && !form.isRetracted(source)) {
        words[wordCount - 1] = source.copyRow(rows);
      }
      count++;
      entryCount++;
    }

    private void endPage() throws IOException {
      if (count == 0) {
        return;
      }
      int start = pagesHeld * IndexPage.BYTES;
      Arrays.fill(words, wordCount, words.length, 0);
      buffer.position(start);
      buffer.asLongBuffer().put(words);
      buffer.clear();
      wordCount = IndexPage.HEADER_BYTES / Long.BYTES;
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
