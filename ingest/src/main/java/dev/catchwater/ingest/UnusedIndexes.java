package dev.catchwater.ingest;

import dev.catchwater.disk.Disk;
import dev.catchwater.ingest.index.KeyIndex;
import dev.catchwater.ingest.index.StateIndex;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.DiskFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The indexes of keys and of states that no active push source of a dataset uses: of a key that a
/// source had, or of other compare columns. They are caches; a source that comes back has its index
/// built anew.
public final class UnusedIndexes {
  private UnusedIndexes() {}

  /// Their folders. [#delete] takes one.
  ///
  /// @throws CatchwaterException where the chain cannot be read, or `STORAGE_FAILED`
  public static List<Path> of(Dataset dataset) {
    Set<String> used = new HashSet<>();
    for (AddPushSource source : dataset.state().pushSources().values()) {
      MergeStrategy merge = source.merge();
      if (merge instanceof MergeStrategy.Ledger) {
        used.add(KeyIndex.name(merge.primaryKey()));
      } else if (merge instanceof MergeStrategy.Snapshot snapshot) {
        used.add(StateIndex.name(merge.primaryKey(), snapshot.compareColumns()));
      } else if (merge instanceof MergeStrategy.UpsertStream) {
        used.add(StateIndex.name(merge.primaryKey(), null));
      }
    }
    Disk disk = dataset.disk();
    Path folder = dataset.indexFolder();
    List<Path> unused = new ArrayList<>();
    try {
      for (String name : disk.list(folder)) {
        boolean isOurs = name.startsWith("keys-") || name.startsWith("states-");
        if (isOurs && !used.contains(name) && disk.isDirectory(folder.resolve(name))) {
          unused.add(folder.resolve(name));
        }
      }
    } catch (IOException e) {
      throw DiskFailure.of(folder, e);
    }
    return unused;
  }

  /// Deletes the folder of an index; what cannot be deleted is found again the next time.
  ///
  /// @param writer has the dataset's lock
  public static void delete(DatasetWriter writer, Path index) {
    Disk disk = writer.dataset().disk();
    try {
      for (String name : disk.list(index)) {
        disk.delete(index.resolve(name));
      }
      disk.delete(index);
    } catch (IOException e) {
      // a cache: whatever is left of it is never believed
    }
  }
}
