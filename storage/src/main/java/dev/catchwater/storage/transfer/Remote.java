package dev.catchwater.storage.transfer;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.identity.Multihash;
import java.io.IOException;
import java.util.Optional;

/// A simple repository somewhere else, for reading (odf-format §1.3): a head, blocks, objects;
/// never a listing. Thread-safe.
interface Remote {

  /// The kinds of objects beside blocks; the names are those of their folders.
  enum Kind {
    DATA("data"),
    CHECKPOINT("checkpoints");

    private final String folder;

    Kind(String folder) {
      this.folder = folder;
    }

    String folder() {
      return folder;
    }
  }

  /// The address for messages, with a slash at its end.
  String url();

  /// The head, or empty if there is no dataset.
  Optional<Multihash> head();

  /// A block's bytes, checked against its hash.
  byte[] block(Multihash hash);

  /// Copies an object into an empty file. What arrives is not checked, but never more than `size`
  /// bytes and one are written.
  void copy(Kind kind, Multihash hash, long size, DiskFile into) throws IOException;
}
