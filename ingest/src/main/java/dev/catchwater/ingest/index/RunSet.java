package dev.catchwater.ingest.index;

import dev.catchwater.disk.Disk;
import dev.catchwater.ingest.index.IndexRun.Findings;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Keys in runs on disk, the last ones still in memory.
///
/// Invariants: no key is in two places; a run has at least four times the pages of the one behind
/// it when that was written, so their number grows with the logarithm of the keys and each key is
/// rewritten as often. Used by one thread.
final class RunSet implements Closeable {
  private static final int GROWTH = 4;

  private final Disk disk;
  private final Path folder;
  private final RandomGenerator random;
  private final List<IndexRun> runs = new ArrayList<>();
  private @Nullable KeySet recent;

  RunSet(Disk disk, Path folder, RandomGenerator random) {
    this.disk = disk;
    this.folder = folder;
    this.random = random;
  }

  /// Opens the runs a manifest names.
  ///
  /// @throws DamagedIndexException if one is not what it should be
  static RunSet open(Disk disk, Path folder, RandomGenerator random, List<IndexManifest.Run> named)
      throws IOException {
    RunSet set = new RunSet(disk, folder, random);
    try {
      for (IndexManifest.Run run : named) {
        set.runs.add(IndexRun.open(disk, folder, run.id(), run.entryCount()));
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
        int at = inMemory.find(sorted.high(i), sorted.low(i));
        if (at >= 0) {
          findings.put(i, inMemory.content(at));
        }
      }
    }
    for (int i = runs.size() - 1; i >= 0; i--) {
      runs.get(i).find(sorted, findings);
    }
  }

  /// Adds keys that are nowhere in the set. They stay in memory until the next ones come.
  void add(KeySet sorted) throws IOException {
    if (sorted.size() == 0) {
      return;
    }
    writeRecent();
    recent = sorted;
  }

  /// Takes all keys of another set, which is empty afterwards, and writes everything to runs.
  List<IndexManifest.Run> takeAll(RunSet other) throws IOException {
    writeRecent();
    runs.addAll(other.runs);
    other.runs.clear();
    recent = other.recent;
    other.recent = null;
    writeRecent();
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
  }

  /// Writes what is in memory, together with the last runs as far as they are not much larger.
  private void writeRecent() throws IOException {
    KeySet keys = recent;
    if (keys == null) {
      return;
    }
    List<EntrySource> sources = new ArrayList<>();
    sources.add(EntrySource.of(keys));
    long pages = IndexPage.pages(keys.size());
    int from = runs.size();
    while (from > 0 && runs.get(from - 1).pageCount() < GROWTH * pages) {
      IndexRun run = runs.get(--from);
      pages += run.pageCount();
      sources.add(run.entries());
    }
    IndexRun merged = IndexRun.write(disk, folder, random.nextLong(), sources);
    // Superseded files stay on disk until the manifest no longer names them.
    while (runs.size() > from) {
      runs.removeLast().close();
    }
    runs.add(merged);
    recent = null;
  }
}
