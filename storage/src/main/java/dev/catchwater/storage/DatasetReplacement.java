package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.odf.identity.DatasetName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Datasets that take the place of others, all of them or none. `run/workspace.replacement` holds
/// them, whole and durable; the rename that gives the folder this name is the decision. From there
/// on it only goes forward: whoever finds the folder, a writer or a reader, takes the lock on names
/// and puts each dataset in its place, the old one out of sight first.
final class DatasetReplacement {
  private DatasetReplacement() {}

  /// Decides for the datasets that lie in the build folder. For whoever holds the lock on names and
  /// the locks of the datasets that go.
  static void commit(Disk disk, WorkspaceLayout layout) throws IOException {
    disk.syncDirectory(layout.build());
    disk.rename(layout.build(), layout.replacement());
    disk.syncDirectory(layout.run());
    finish(disk, layout);
  }

  /// Whether a replacement was decided and is not in place yet.
  static boolean isPending(Disk disk, WorkspaceLayout layout) throws IOException {
    return disk.exists(layout.replacement());
  }

  /// Does what is left of a replacement; nothing if there is none. For whoever holds the lock on
  /// names.
  static void finish(Disk disk, WorkspaceLayout layout) throws IOException {
    if (!isPending(disk, layout)) {
      return;
    }
    for (String folder : disk.list(layout.replacement())) {
      DatasetName name = DatasetName.parse(folder);
      Path place = layout.dataset(name);
      Optional<DatasetRecord> old = DatasetRecord.read(disk, place);
      if (old.isPresent()) {
        DatasetRemoval.move(
            disk, layout, new Dataset(disk, layout, old.get().name(), old.get().id()));
      }
      disk.rename(layout.replacement().resolve(folder), place);
    }
    disk.syncDirectory(layout.datasets());
    disk.delete(layout.replacement());
    disk.syncDirectory(layout.run());
  }
}
