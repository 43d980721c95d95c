package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.identity.Multihash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A new dataset's folder while it is built out of sight. After [#finish] all of it is durable and
/// one rename puts it in place.
record DatasetFolder(Disk disk, FolderRepository repository) {

  static DatasetFolder create(Disk disk, Path folder) throws IOException {
    FolderRepository repository = new FolderRepository(disk, folder);
    disk.createDirectories(repository.blocks());
    disk.createDirectories(repository.data());
    disk.createDirectories(repository.checkpoints());
    disk.createDirectories(folder.resolve("refs"));
    disk.createDirectories(DatasetRecord.info(folder));
    return new DatasetFolder(disk, repository);
  }

  void writeBlock(Multihash hash, byte[] bytes) throws IOException {
    write(repository.block(hash), bytes);
  }

  /// Writes what names the dataset and syncs everything.
  void finish(DatasetName name, DatasetId id, Multihash head) throws IOException {
    Path folder = repository.folder();
    Path info = DatasetRecord.info(folder);
    write(repository.head(), head.toString().getBytes(StandardCharsets.ISO_8859_1));
    write(info.resolve(DatasetRecord.ALIAS), name.toString().getBytes(StandardCharsets.UTF_8));
    write(info.resolve(DatasetRecord.ID), id.toString().getBytes(StandardCharsets.UTF_8));
    disk.syncDirectory(repository.blocks());
    disk.syncDirectory(repository.data());
    disk.syncDirectory(repository.checkpoints());
    disk.syncDirectory(folder.resolve("refs"));
    disk.syncDirectory(info);
    disk.syncDirectory(folder);
  }

  private void write(Path file, byte[] bytes) throws IOException {
    try (DiskFile out = disk.create(file)) {
      out.write(bytes, 0, bytes.length, 0);
      out.force();
    }
  }
}
