package dev.catchwater.disk;

import java.io.Closeable;
import java.io.IOException;

/// A held lock, see [Disk#lock]. Not tied to the thread that took it.
public interface DiskLock extends Closeable {

  /// Releases the lock; the second call does nothing.
  @Override
  void close() throws IOException;
}
