package dev.catchwater.disk;

import java.io.Closeable;
import java.io.IOException;

/// A held lock, see [Disk#lock]. Not tied to the thread that took it.
public interface DiskLock extends Closeable {

  /// Whether nobody took the lock file away since this was first asked: others could lock a new
  /// file of that name while this one is held. True where nobody can.
  default boolean isInPlace() {
    return true;
  }

  /// Releases the lock; the second call does nothing.
  @Override
  void close() throws IOException;
}
