package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.DatasetId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes datasets away: out of sight in one rename, then piece by piece.
final class DatasetRemoval {
  private DatasetRemoval() {}

  /// Moves a dataset out of sight, durably. For whoever holds its lock and the lock on names.
  static void move(Disk disk, WorkspaceLayout layout, Dataset dataset) throws IOException {
    DatasetId id = dataset.id();
    disk.createDirectories(layout.trash());
    Path target = layout.trash().resolve(id.multibase());
    disk.deleteTree(target);
    disk.rename(dataset.folder(), target);
    disk.syncDirectory(layout.datasets());
  }

  /// Deletes what was moved out of sight and what unfinished creations and pulls left. For whoever
  /// holds the lock on names.
  static void collect(Disk disk, WorkspaceLayout layout) throws IOException {
    for (String name : disk.list(layout.trash())) {
      DatasetId id = idOf(name);
      if (id != null) {
        disk.deleteTree(layout.index(id));
        disk.deleteTree(layout.journal(id));
        disk.deleteTree(layout.state(id));
        disk.deleteTree(layout.stage(id));
      }
    }
    disk.deleteTree(layout.trash());
    disk.deleteTree(layout.build());
    for (String name : disk.list(layout.run())) {
      if (name.endsWith(WorkspaceLayout.STAGE)) {
        DatasetId id = idOf(name.substring(0, name.length() - WorkspaceLayout.STAGE.length()));
        if (id != null) {
          collectStage(disk, layout, id);
        }
      }
    }
  }

  // Locks are taken in the other order everywhere else, so this one is never waited for.
  private static void collectStage(Disk disk, WorkspaceLayout layout, DatasetId id)
      throws IOException {
    if (disk.list(layout.stage(id)).isEmpty()) {
      return;
    }
    Optional<DiskLock> lock = disk.lock(layout.datasetLock(id), Duration.ZERO, holder -> {});
    if (lock.isPresent()) {
      try {
        StageFolder.clear(disk, layout.stage(id));
      } finally {
        Dataset.release(lock.get());
      }
    }
  }

  private static @Nullable DatasetId idOf(String multibase) {
    try {
      return DatasetId.parse("did:odf:" + multibase);
    } catch (CatchwaterException e) {
      return null; // nothing of ours
    }
  }
}
