package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.odf.identity.DatasetId;
import java.io.IOException;
import java.nio.file.Path;

/// Takes datasets away: out of sight in one rename, then piece by piece.
final class DatasetRemoval {
  private DatasetRemoval() {}

  /// Moves a dataset out of sight, durably. For whoever holds its lock and the lock on names.
  static void move(Disk disk, WorkspaceLayout layout, Dataset dataset) throws IOException {
    DatasetId id = dataset.id();
    disk.createDirectories(layout.trash());
    Path target = layout.trash().resolve(id.multibase());
    StageFolder.deleteTree(disk, target);
    disk.rename(dataset.folder(), target);
    disk.syncDirectory(layout.datasets());
    StageFolder.deleteTree(disk, layout.index(id));
    StageFolder.deleteTree(disk, layout.journal(id));
    StageFolder.deleteTree(disk, layout.state(id));
    StageFolder.deleteTree(disk, layout.stage(id));
  }

  /// Deletes what was moved out of sight and what unfinished creations left. For whoever holds the
  /// lock on names.
  static void collect(Disk disk, WorkspaceLayout layout) throws IOException {
    StageFolder.deleteTree(disk, layout.trash());
    StageFolder.deleteTree(disk, layout.build());
  }
}
