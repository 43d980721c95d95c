package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.DatasetName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a dataset's folder says about itself beside the chain: `info/alias`, the name as written,
/// and `info/id`. The folder's own name is the lower-cased name and wins: an alias that does not
/// match it is what a crash in the middle of a rename left.
record DatasetRecord(DatasetName name, DatasetId id) {
  static final String ALIAS = "alias";
  static final String NEXT_ALIAS = ".alias-next";
  static final String ID = "id";

  static Path info(Path folder) {
    return folder.resolve("info");
  }

  /// The record of a dataset's folder; empty if the folder is not there.
  static Optional<DatasetRecord> read(Disk disk, Path folder) {
    try {
      DatasetId id = readId(disk, folder);
      return id == null
          ? Optional.empty()
          : Optional.of(new DatasetRecord(readName(disk, folder), id));
    } catch (IOException e) {
      throw DiskFailure.of(folder, e);
    }
  }

  private static @Nullable DatasetId readId(Disk disk, Path folder) throws IOException {
    Path file = info(folder).resolve(ID);
    try {
      return DatasetId.parse(text(disk, file));
    } catch (NoSuchFileException e) {
      return fromChain(disk, folder);
    } catch (CatchwaterException e) {
      return fromChain(disk, folder);
    }
  }

  // The record is for speed; the chain knows the id as well.
  private static @Nullable DatasetId fromChain(Disk disk, Path folder) throws IOException {
    if (!disk.isDirectory(folder)) {
      return null;
    }
    FolderRepository repository = new FolderRepository(disk, folder);
    if (repository.readHead().isEmpty() && !disk.exists(repository.blocks())) {
      return null;
    }
    return Dataset.walk(repository, repository.requireHead(), null).seed().datasetId();
  }

  private static DatasetName readName(Disk disk, Path folder) throws IOException {
    Path last = folder.getFileName();
    if (last == null) {
      throw new IllegalStateException("a dataset's folder has a name: " + folder);
    }
    DatasetName fromFolder = DatasetName.parse(last.toString());
    for (String file : new String[] {ALIAS, NEXT_ALIAS}) {
      try {
        DatasetName alias = DatasetName.parse(text(disk, info(folder).resolve(file)).trim());
        if (alias.equals(fromFolder)) {
          return alias;
        }
      } catch (NoSuchFileException | CatchwaterException e) {
        // the next candidate, or the folder's name
      }
    }
    return fromFolder;
  }

  private static String text(Disk disk, Path file) throws IOException {
    return new String(disk.readAll(file), StandardCharsets.UTF_8);
  }
}
