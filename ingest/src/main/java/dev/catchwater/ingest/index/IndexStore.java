package dev.catchwater.ingest.index;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// The files of an index in its folder, and its life: loaded, brought up to the head, looked into,
/// enlarged by a push, committed or forgotten. What the entries are is the owner's matter.
///
/// A cache: whatever is not right is found when it is touched, and built anew from the slices.
/// Nothing is ever synced: a torn file is a damaged file. Used by one thread.
final class IndexStore {
  private static final String MANIFEST = "manifest";
  private static final String MANIFEST_NEW = "manifest-new";

  private final Dataset dataset;
  private final Disk disk;
  private final Path folder;
  private final EntryForm form;
  private final RandomGenerator random;
  private final List<String> terms;
  private final Multihash head;
  private IndexManifest manifest;
  private RunSet history;
  private final RunSet added;

  /// Takes slices into the history.
  @FunctionalInterface
  interface Absorber {
    void absorb(IndexedSlices slices, RunSet history) throws IOException;
  }

  /// Asks the runs; may be asked again after the history was built anew.
  @FunctionalInterface
  interface Question<T> {
    T ask() throws IOException;
  }

  /// @param name of the index among those of the dataset
  IndexStore(
      Dataset dataset,
      String name,
      EntryForm form,
      List<String> terms,
      Multihash head,
      RandomGenerator random)
      throws IOException {
    this.dataset = dataset;
    this.disk = dataset.disk();
    this.form = form;
    this.random = random;
    this.terms = terms;
    this.head = head;
    folder = dataset.indexFolder().resolve(name);
    added = RunSet.ofPush(disk, folder, form, random, null);
    history = RunSet.ofHistory(disk, folder, form, random);
    manifest = load();
  }

  long seedHigh() {
    return manifest.seedHigh();
  }

  long seedLow() {
    return manifest.seedLow();
  }

  RunSet history() {
    return history;
  }

  RunSet added() {
    return added;
  }

  /// An empty set for something of this push only, beside the index; close it.
  RunSet scratch(EntryForm scratchForm, MergedEntries.TwiceListener listener) {
    return RunSet.ofPush(disk, folder, scratchForm, random, listener);
  }

  /// Takes in the slices between what the index covers and the head.
  ///
  /// @param hasData whether the dataset has any row; if not, no block is read
  void catchUp(boolean hasData, Absorber absorber) throws IOException {
    if (head.equals(manifest.covers())) {
      return;
    }
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
      absorb(slices, absorber);
    } catch (DamagedIndexException | IOException e) {
      rebuild(absorber);
    }
  }

  /// Asks; where the history turns out damaged, builds it anew and asks again.
  ///
  /// @throws CatchwaterException `STORAGE_FAILED` if what this push itself had written is damaged
  <T> T ask(Question<T> question, Absorber absorber) throws IOException {
    try {
      return question.ask();
    } catch (DamagedIndexException | IOException e) {
      // A file that cannot be read is worth no more than one that reads wrong.
      rebuild(absorber);
    }
    try {
      return question.ask();
    } catch (DamagedIndexException e) {
      throw lost(e);
    }
  }

  static CatchwaterException lost(DamagedIndexException e) {
    return CatchwaterException.of(
            ErrorCode.STORAGE_FAILED,
            "The disk did not give back what this push had just written: " + e.getMessage())
        .withHint("nothing was changed; push again")
        .withCause(e);
  }

  /// Makes what was added part of the index. Never fails: the rows are committed whatever becomes
  /// of the index, and one that cannot be written is built anew by the next push.
  void commit(Multihash newHead) {
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
  void close() {
    try {
      history.close();
      added.close();
      sweep();
    } catch (IOException e) {
      // harmless, see above
    }
  }

  /// Closes the files; the folder belongs to another instance now.
  void letGo() {
    try {
      history.close();
      added.close();
    } catch (IOException e) {
      // they were only read
    }
  }

  /// Deletes what the manifest does not name. Never fails, as [#close()].
  void tidy() {
    try {
      sweep();
    } catch (IOException e) {
      // the next one deletes it
    }
  }

  private IndexManifest load() throws IOException {
    try {
      IndexManifest found = IndexManifest.fromBytes(disk.readAll(folder.resolve(MANIFEST)));
      if (!found.dataset().equals(dataset.id()) || !found.terms().equals(terms)) {
        throw new DamagedIndexException("the index of " + found.dataset());
      }
      history = RunSet.open(disk, folder, form, random, found.runs());
      return found;
    } catch (IOException | DamagedIndexException e) {
      // Nothing that can be used: it is built anew.
      disk.createDirectories(folder);
      return empty(random.nextLong(), random.nextLong());
    }
  }

  /// Builds the history part anew, with the same keys.
  void rebuild(Absorber absorber) throws IOException {
    forget();
    absorb(IndexedSlices.since(dataset, head, null), absorber);
  }

  private void forget() throws IOException {
    history.close();
    history = RunSet.ofHistory(disk, folder, form, random);
    manifest = empty(manifest.seedHigh(), manifest.seedLow());
  }

  private void absorb(IndexedSlices slices, Absorber absorber) throws IOException {
    absorber.absorb(slices, history);
    writeManifest(head, history.takeAll(RunSet.ofHistory(disk, folder, form, random)));
  }

  private void writeManifest(Multihash covers, List<IndexManifest.Run> runs) throws IOException {
    manifest =
        new IndexManifest(
            dataset.id(), terms, manifest.seedHigh(), manifest.seedLow(), covers, runs);
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
      if (form.hasRows()) {
        named.add(RowLog.fileName(run.id()));
      }
    }
    for (String name : disk.list(folder)) {
      if (!named.contains(name)) {
        disk.delete(folder.resolve(name));
      }
    }
  }

  private IndexManifest empty(long seedHigh, long seedLow) {
    return new IndexManifest(dataset.id(), terms, seedHigh, seedLow, null, List.of());
  }
}
