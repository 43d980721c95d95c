package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;

/// A folder of unfinished files that belongs to whoever holds a lock, so that anything of ours in
/// it at the time the lock is taken is the leftover of a dead process. Names we never write are
/// left alone.
final class StageFolder {
  static final String FILE_PREFIX = "part-";

  private StageFolder() {}

  /// Deletes the leftovers; a failure leaves them for the next time.
  static void clear(Disk disk, Path stage) {
    try {
      for (String name : disk.list(stage)) {
        if (name.startsWith(FILE_PREFIX)) {
          disk.deleteTree(stage.resolve(name));
        }
      }
    } catch (IOException e) {
      // leftovers are harmless
    }
  }

  /// Closes and deletes one file; a failure leaves it for the next time.
  static void drop(Disk disk, StagedFile file) {
    try {
      file.file().close();
      disk.delete(file.path());
    } catch (IOException e) {
      // leftovers are harmless
    }
  }
}
