package dev.catchwater.ingest.index;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.ingest.index.IndexRun.Findings;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.storage.Dataset;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Which keys a dataset holds, so that a keyed push asks an index instead of reading the history.
///
/// A cache: its folder may be deleted, truncated, flipped, or be another dataset's or an older
/// state's at any time; whatever is not right is found when it is touched, and built anew from the
/// slices. An answer is either right or none. Opening reads one small file; a lookup reads two or
/// three pages a run and key, or walks once through a run for many keys.
///
/// Life: [#open] brings the index up to the head. [#decide] looks rows up and remembers the new
/// ones for this push only. [#commit], after the head has moved, makes them part of the index.
/// Without it [#close] forgets them. Nothing is ever synced: a torn file is a damaged file.
///
/// Belongs to the one writer of the dataset; used by one thread.
public final class KeyIndex implements Closeable {
  private static final String MANIFEST = "manifest";
  private static final String MANIFEST_NEW = "manifest-new";
  private static final int CATCH_UP_ROWS = 262_144;

  private final Dataset dataset;
  private final Disk disk;
  private final Path folder;
  private final RandomGenerator random;
  private final List<String> key;
  private final DataSchema rows;
  private final Multihash head;
  private IndexManifest manifest;
  private RowHasher hasher;
  private RunSet history;
  private final RunSet added;

  private KeyIndex(
      Dataset dataset, DataSchema rows, List<String> key, Multihash head, RandomGenerator random) {
    this.dataset = dataset;
    this.disk = dataset.disk();
    this.random = random;
    this.key = key;
    this.rows = rows;
    this.head = head;
    byte[] names = String.join("\0", key).getBytes(StandardCharsets.UTF_8);
    folder =
        dataset.indexFolder().resolve("keys-" + Multihash.sha3(names).toString().substring(5, 21));
    added = new RunSet(disk, folder, random);
    history = new RunSet(disk, folder, random);
    manifest = empty(random.nextLong(), random.nextLong());
    hasher = new RowHasher(rows, key, manifest.seedHigh(), manifest.seedLow());
  }

  /// Opens the index of a dataset by some key columns, at the dataset's head.
  ///
  /// @param rows the columns that rows to be decided have: event time, then data
  /// @param head the dataset's head
  /// @param hasData whether the dataset has any row; if not, no block is read
  /// @throws CatchwaterException if the slices cannot be read where they must be
  public static KeyIndex open(
      Dataset dataset,
      DataSchema rows,
      List<String> key,
      Multihash head,
      boolean hasData,
      RandomGenerator random)
      throws IOException {
    KeyIndex index = new KeyIndex(dataset, rows, key, head, random);
    try {
      index.load();
      if (!head.equals(index.manifest.covers())) {
        index.catchUp(hasData);
      }
      return index;
    } catch (IOException | RuntimeException e) {
      index.close();
      throw e;
    }
  }

  /// Says of each row whether its key is new, and remembers the new ones.
  ///
  /// @param filled the rows with their event times filled in
  /// @param asGiven the same rows before that
  /// @param rowsBefore rows of the input before these, to name a row by
  /// @throws CatchwaterException `BAD_DATA` for a null in a key column
  public Decisions decide(List<RecordBatch> filled, List<RecordBatch> asGiven, long rowsBefore)
      throws IOException {
    Decisions decisions = new Decisions(filled, asGiven, rowsBefore, hasher);
    Findings findings = find(decisions.distinct());
    added.add(decisions.decide(findings));
    return decisions;
  }

  /// Makes the keys decided so far part of the index. Never fails: the rows are committed whatever
  /// becomes of the index, and one that cannot be written is built anew by the next push.
  ///
  /// @param newHead the dataset's head now, which has all of them
  public void commit(Multihash newHead) {
    try {
      writeManifest(newHead, history.takeAll(added));
    } catch (DamagedIndexException | IOException e) {
      manifest = empty(manifest.seedHigh(), manifest.seedLow());
      try {
        disk.delete(folder.resolve(MANIFEST));
      } catch (IOException again) {
        // What it names is behind the head or damaged, and both are found.
      }
    }
  }

  /// Forgets what was not committed. Never fails: what it leaves behind, the next one deletes.
  @Override
  public void close() {
    try {
      history.close();
      added.close();
      sweep();
    } catch (IOException e) {
      // harmless, see above
    }
  }

  private Findings find(KeySet sorted) throws IOException {
    Findings findings = new Findings(sorted.size());
    try {
      history.find(sorted, findings);
    } catch (DamagedIndexException | IOException e) {
      // A file that cannot be read is worth no more than one that reads wrong.
      rebuild();
      findings = new Findings(sorted.size());
      history.find(sorted, findings);
    }
    try {
      added.find(sorted, findings);
    } catch (DamagedIndexException e) {
      throw CatchwaterException.of(
              ErrorCode.STORAGE_FAILED,
              "The disk did not give back what this push had just written: " + e.getMessage())
          .withHint("nothing was changed; push again")
          .withCause(e);
    }
    return findings;
  }

  private void load() throws IOException {
    try {
      IndexManifest found = IndexManifest.fromBytes(disk.readAll(folder.resolve(MANIFEST)));
      if (!found.dataset().equals(dataset.id()) || !found.key().equals(key)) {
        throw new DamagedIndexException("the index of " + found.dataset());
      }
      history = RunSet.open(disk, folder, random, found.runs());
      manifest = found;
      hasher = new RowHasher(rows, key, found.seedHigh(), found.seedLow());
    } catch (IOException | DamagedIndexException e) {
      // Nothing that can be used: it is built anew.
      disk.createDirectories(folder);
    }
  }

  /// Takes in the slices between what the index covers and the head.
  private void catchUp(boolean hasData) throws IOException {
    if (!hasData) {
      forget();
      return;
    }
    IndexedSlices slices = IndexedSlices.since(dataset, head, manifest.covers());
    if (!slices.hasReachedStart()) {
      // The chain does not contain what the index knows: it was cut, or is another one.
      forget();
    }
    try {
      absorb(slices);
    } catch (DamagedIndexException | IOException e) {
      rebuild();
    }
  }

  private void rebuild() throws IOException {
    forget();
    absorb(IndexedSlices.since(dataset, head, null));
  }

  private void forget() throws IOException {
    history.close();
    history = new RunSet(disk, folder, random);
    manifest = empty(manifest.seedHigh(), manifest.seedLow());
  }

  private void absorb(IndexedSlices slices) throws IOException {
    slices.read(
        rows,
        CATCH_UP_ROWS,
        hasher,
        keys -> {
          Findings findings = new Findings(keys.size());
          history.find(keys, findings);
          KeySet unknown = new KeySet(keys.size());
          for (int i = 0; i < keys.size(); i++) {
            if (!findings.isFound(i)) {
              unknown.add(keys.high(i), keys.low(i), keys.content(i));
            }
          }
          history.add(unknown);
        });
    writeManifest(head, history.takeAll(new RunSet(disk, folder, random)));
  }

  private void writeManifest(Multihash covers, List<IndexManifest.Run> runs) throws IOException {
    manifest =
        new IndexManifest(dataset.id(), key, manifest.seedHigh(), manifest.seedLow(), covers, runs);
    byte[] bytes = manifest.toBytes();
    Path next = folder.resolve(MANIFEST_NEW);
    disk.delete(next);
    try (DiskFile file = disk.create(next)) {
      file.write(bytes, 0, bytes.length, 0);
    }
    disk.rename(next, folder.resolve(MANIFEST));
  }

  /// Deletes the files that the manifest does not name.
  private void sweep() throws IOException {
    List<String> named = new ArrayList<>();
    named.add(MANIFEST);
    for (IndexManifest.Run run : manifest.runs()) {
      named.add(IndexRun.fileName(run.id()));
    }
    for (String name : disk.list(folder)) {
      if (!named.contains(name)) {
        disk.delete(folder.resolve(name));
      }
    }
  }

  private IndexManifest empty(long seedHigh, long seedLow) {
    return new IndexManifest(dataset.id(), key, seedHigh, seedLow, null, List.of());
  }
}
