package dev.catchwater.ingest.index;

import dev.catchwater.odf.identity.Multihash;
import java.io.Closeable;

/// An index that a push asks and enlarges. Belongs to the one writer of the dataset; used by one
/// thread.
public interface PushIndex extends Closeable {

  /// Makes what the push brought part of the index. Never fails: the rows are committed whatever
  /// becomes of the index, and one that cannot be written is built anew by the next push.
  ///
  /// @param newHead the dataset's head now, which has all of it
  void commit(Multihash newHead);

  /// Forgets what was not committed. Never fails: what it leaves behind, the next one deletes.
  @Override
  void close();
}
