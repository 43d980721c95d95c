package dev.catchwater.storage.transfer;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.FolderRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// A repository in a folder, `file://`.
record FolderRemote(String url, FolderRepository repository) implements Remote {
  private static final int BUFFER_BYTES = 1 << 16;

  @Override
  public Optional<Multihash> head() {
    return repository.readHead();
  }

  @Override
  public byte[] block(Multihash hash) {
    return repository.readBlockBytes(hash);
  }

  @Override
  public void copy(Kind kind, Multihash hash, long size, DiskFile into) throws IOException {
    Path path = repository.folder().resolve(kind.folder()).resolve(hash.toString());
    try (DiskFile from = repository.disk().openForRead(path)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      long at = 0;
      while (at <= size) {
        int count = from.read(buffer, 0, buffer.length, at);
        if (count < 0) {
          return;
        }
        into.write(buffer, 0, count, at);
        at += count;
      }
    }
  }
}
