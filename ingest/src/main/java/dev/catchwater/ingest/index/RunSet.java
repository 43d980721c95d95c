package dev.catchwater.ingest.index;

import dev.catchwater.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Entries in runs on disk, the last ones still in memory. What was added later counts.
///
/// Invariant: a run has at least four times the pages of the one behind it when that was written,
/// so their number grows with the logarithm of the keys and each key is rewritten as often. Only
/// the runs of a push under way are not merged before there are [#RUNS_MAX] of them. Used by one
/// thread.
final class RunSet implements Closeable {
  private static final int GROWTH = 4;
  private static final int RUNS_MAX = 48;

  private final Disk disk;
  private final Path folder;
  private final EntryForm form;
  private final RandomGenerator random;
  private final MergedEntries.@Nullable TwiceListener listener;
  private final boolean isOfOnePush;
  private final List<IndexRun> runs = new ArrayList<>();
  private @Nullable KeySet recent;
  private @Nullable RowBuffer recentRows;

  private RunSet(
      Disk disk,
      Path folder,
      EntryForm form,
      RandomGenerator random,
      boolean isOfOnePush,
      MergedEntries.@Nullable TwiceListener listener) {
    this.disk = disk;
    this.folder = folder;
    this.form = form;
    this.random = random;
    this.isOfOnePush = isOfOnePush;
    this.listener = listener;
  }

  /// An empty set that stands for a whole history.
  static RunSet ofHistory(Disk disk, Path folder, EntryForm form, RandomGenerator random) {
    return new RunSet(disk, folder, form, random, false, null);
  }

  /// An empty set for what one push brings.
  ///
  /// @param listener hears of keys that come twice, at the latest when all entries are read; null
  ///   where that is no matter
  static RunSet ofPush(
      Disk disk,
      Path folder,
      EntryForm form,
      RandomGenerator random,
      MergedEntries.@Nullable TwiceListener listener) {
    return new RunSet(disk, folder, form, random, true, listener);
  }

  /// Opens the runs a manifest names.
  ///
  /// @throws DamagedIndexException if one is not what it should be
  static RunSet open(
      Disk disk, Path folder, EntryForm form, RandomGenerator random, List<IndexManifest.Run> named)
      throws IOException {
    RunSet set = ofHistory(disk, folder, form, random);
    try {
      for (IndexManifest.Run run : named) {
        set.runs.add(IndexRun.open(disk, folder, form, run.id(), run.entryCount()));
      }
    } catch (IOException | RuntimeException e) {
      set.close();
      throw e;
    }
    return set;
  }

  /// Looks for the keys that are not found yet.
  ///
  /// @throws DamagedIndexException if a page that was touched is not what was written
  void find(KeySet sorted, Findings findings) throws IOException {
    KeySet inMemory = recent;
    if (inMemory != null) {
      for (int i = 0; i < sorted.size(); i++) {
        int at = findings.isFound(i) ? -1 : inMemory.find(sorted.high(i), sorted.low(i));
        if (at >= 0) {
          for (int which = 0; which < form.width(); which++) {
            findings.put(i, which, inMemory.value(at, which));
          }
          findings.found(i, null);
        }
      }
    }
    for (int i = runs.size() - 1; i >= 0; i--) {
      runs.get(i).find(sorted, findings);
    }
  }

  /// All entries of this set, and of an older one, by key; the newest of each key.
  EntrySource entries(@Nullable RunSet older) {
    List<EntrySource> sources = new ArrayList<>();
    addSources(sources);
    if (older != null) {
      older.addSources(sources);
    }
    return sources.size() == 1 ? sources.getFirst() : new MergedEntries(sources, listener);
  }

  /// The same from a key on, and perhaps some that are less.
  EntrySource entriesFrom(@Nullable RunSet older, long high, long low) throws IOException {
    List<EntrySource> sources = new ArrayList<>();
    addSourcesFrom(sources, high, low);
    if (older != null) {
      older.addSourcesFrom(sources, high, low);
    }
    return sources.size() == 1 ? sources.getFirst() : new MergedEntries(sources, listener);
  }

  private void addSourcesFrom(List<EntrySource> sources, long high, long low) throws IOException {
    KeySet inMemory = recent;
    if (inMemory != null) {
      sources.add(EntrySource.of(inMemory, recentRows));
    }
    for (int i = runs.size() - 1; i >= 0; i--) {
      sources.add(runs.get(i).entriesFrom(high, low));
    }
  }

  private void addSources(List<EntrySource> sources) {
    KeySet inMemory = recent;
    if (inMemory != null) {
      sources.add(EntrySource.of(inMemory, recentRows));
    }
    for (int i = runs.size() - 1; i >= 0; i--) {
      sources.add(runs.get(i).entries());
    }
  }

  /// The rows of entries that are still in memory.
  RowBuffer recentRows() {
    RowBuffer rows = recentRows;
    if (rows == null) {
      throw new IllegalStateException("no rows in memory");
    }
    return rows;
  }

  /// Adds keys, none of them twice. They stay in memory until the next ones come.
  void add(KeySet sorted) throws IOException {
    add(sorted, null);
  }

  /// Adds keys, none of them twice, with the rows that their last value points to.
  void add(KeySet sorted, @Nullable RowBuffer rows) throws IOException {
    if (sorted.size() == 0) {
      return;
    }
    writeRecent();
    recent = sorted;
    recentRows = rows;
  }

  /// Takes all keys of another set, which is empty afterwards, and writes everything to runs.
  List<IndexManifest.Run> takeAll(RunSet other) throws IOException {
    writeRecent();
    if (other.runs.isEmpty()) {
      recent = other.recent;
      recentRows = other.recentRows;
    } else {
      other.writeRecent();
      other.mergeFrom(0, null, null);
      runs.addAll(other.runs);
    }
    other.runs.clear();
    other.recent = null;
    other.recentRows = null;
    writeRecent();
    settle();
    List<IndexManifest.Run> named = new ArrayList<>(runs.size());
    for (IndexRun run : runs) {
      named.add(new IndexManifest.Run(run.id(), run.entryCount()));
    }
    return named;
  }

  /// Closes the files; they stay where they are.
  @Override
  public void close() throws IOException {
    for (IndexRun run : runs) {
      run.close();
    }
    runs.clear();
    recent = null;
    recentRows = null;
  }

  /// Writes what is in memory, together with the last runs as far as they are not much larger.
  private void writeRecent() throws IOException {
    KeySet keys = recent;
    if (keys == null) {
      return;
    }
    long pages = IndexPage.pages(keys.size(), form.width());
    int from = runs.size();
    if (!isOfOnePush) {
      while (from > 0 && runs.get(from - 1).pageCount() < GROWTH * pages) {
        pages += runs.get(--from).pageCount();
      }
    } else if (from == RUNS_MAX) {
      from = 0;
    }
    RowBuffer rows = recentRows;
    recent = null;
    recentRows = null;
    mergeFrom(from, keys, rows);
  }

  /// Merges the last runs as long as one is not much smaller than the one before it.
  private void settle() throws IOException {
    int from = runs.size() - 1;
    if (from < 1) {
      return;
    }
    long pages = runs.get(from).pageCount();
    while (from > 0 && runs.get(from - 1).pageCount() < GROWTH * pages) {
      pages += runs.get(--from).pageCount();
    }
    mergeFrom(from, null, null);
  }

  /// Makes one run of the runs from an index on and of keys that are newer than them.
  private void mergeFrom(int from, @Nullable KeySet keys, @Nullable RowBuffer rows)
      throws IOException {
    List<EntrySource> sources = new ArrayList<>();
    if (keys != null) {
      sources.add(EntrySource.of(keys, rows));
    }
    for (int i = runs.size() - 1; i >= from; i--) {
      sources.add(runs.get(i).entries());
    }
    if (keys == null && sources.size() < 2) {
      return;
    }
    EntrySource merged =
        sources.size() == 1 ? sources.getFirst() : new MergedEntries(sources, listener);
    boolean dropsRetracted = !isOfOnePush && from == 0;
    IndexRun run = IndexRun.write(disk, folder, form, random.nextLong(), merged, dropsRetracted);
    // Superseded files stay on disk until the manifest no longer names them.
    while (runs.size() > from) {
      runs.removeLast().close();
    }
    if (run.entryCount() > 0) {
      runs.add(run);
    } else {
      run.close();
    }
  }
}
