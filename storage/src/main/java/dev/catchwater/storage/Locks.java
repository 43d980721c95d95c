package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Locks with the error a person reads. Order: dataset locks by id, then the workspace lock.
final class Locks {
  private Locks() {}

  /// Takes a lock or fails as `DATASET_LOCKED`, saying who holds it.
  ///
  /// @param what what is locked, the subject of the message
  static DiskLock acquire(Disk disk, Path lockFile, LockWait wait, String what) {
    String[] holder = {""};
    Optional<DiskLock> lock;
    try {
      lock =
          disk.lock(
              lockFile,
              wait.limit(),
              text -> {
                holder[0] = text;
                wait.waiting().accept(text);
              });
    } catch (IOException e) {
      throw DiskFailure.of(lockFile, e);
    }
    if (lock.isEmpty()) {
      String by = holder[0].isEmpty() ? "another process" : holder[0];
      throw CatchwaterException.of(
              ErrorCode.DATASET_LOCKED,
              what + " is being written by " + by + ", waited " + wait.limit().toSeconds() + " s")
          .withHint("try again, or wait longer with --lock-wait");
    }
    return lock.get();
  }
}
