package dev.catchwater.disk;

import java.io.Closeable;
import java.io.IOException;

/// A held lock. The holder may leave a short text (who it is) for those who wait.
public interface DiskLock extends Closeable {

  /// Replaces the text in the lock file.
  void describe(String holder) throws IOException;

  /// Releases the lock; the second call does nothing.
  @Override
  void close() throws IOException;
}
