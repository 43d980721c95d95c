package dev.catchwater.ingest.merge;

import dev.catchwater.disk.DiskFile;
import java.io.IOException;

/// Room on disk for what does not fit into memory. A file is private to this push, never synced,
/// and gone at the latest when the push ends.
@FunctionalInterface
public interface ScratchSpace {

  /// A new, empty file; closing it gives its room back.
  DiskFile create() throws IOException;
}
