package dev.catchwater.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A file system as far as storage needs one. Paths are absolute and never come from a client
/// unchecked.
///
/// Durability: a file's content survives a power cut only after [DiskFile#force()] returned; its
/// name (also one made by [#rename]) only after [#syncDirectory] of the folder it lies in returned.
/// A failed force or sync is final: what was written before it is in an unknown state and must be
/// written anew elsewhere. Thread-safe.
public interface Disk {

  /// Opens an existing file for reading.
  ///
  /// @throws java.nio.file.NoSuchFileException if there is none
  DiskFile openForRead(Path file) throws IOException;

  /// Creates a file that must not exist yet, for writing and reading.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if it exists
  DiskFile create(Path file) throws IOException;

  /// The same for a secret: a file that only its owner may read and write (mode 0600).
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if it exists
  default DiskFile createPrivate(Path file) throws IOException {
    return create(file);
  }

  /// The names in a folder, sorted, dot-files included; empty if there is no such folder.
  List<String> list(Path folder) throws IOException;

  /// Whether a file or folder of that name is there.
  boolean exists(Path path) throws IOException;

  /// Whether the path is a folder, and not a link to one.
  boolean isDirectory(Path path) throws IOException;

  /// Makes the folder and its missing parents; does nothing if it is there. Not synced.
  void createDirectories(Path folder) throws IOException;

  /// Makes a folder that only its owner may enter (mode 0700); its parent must be there.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if it exists
  void createPrivateDirectory(Path folder) throws IOException;

  /// Makes a folder and what is missing above it; its name is durable when this returns, also where
  /// somebody made it before who did not see to that.
  default void createFolder(Path folder) throws IOException {
    Path parent = folder.getParent();
    if (parent != null && !exists(parent)) {
      createFolder(parent);
    }
    createDirectories(folder);
    if (parent != null) {
      syncDirectory(parent);
    }
  }

  /// Gives a file or folder another name in one step, replacing a file of that name.
  void rename(Path from, Path to) throws IOException;

  /// Removes a file or an empty folder; does nothing if it is not there.
  void delete(Path path) throws IOException;

  /// Removes a file, or a folder with all in it; links are removed, not followed. What was removed
  /// before a failure stays so.
  default void deleteTree(Path path) throws IOException {
    if (isDirectory(path)) {
      for (String name : list(path)) {
        deleteTree(path.resolve(name));
      }
    }
    delete(path);
  }

  /// Makes the names in a folder durable.
  void syncDirectory(Path folder) throws IOException;

  /// Takes an exclusive lock that ends with this process at the latest, waiting at most `wait` for
  /// the process or thread that holds it. The lock file is made where it is missing and stays;
  /// closing the lock releases it.
  ///
  /// @param waiting told once, at once, whom we wait for (`process 4711`), if we have to wait
  /// @return the lock, or empty if it was not free in time
  Optional<DiskLock> lock(Path lockFile, Duration wait, Consumer<String> waiting)
      throws IOException;

  /// Bytes that can still be written where `path` lies.
  long freeSpace(Path path) throws IOException;

  /// Bytes that the whole disk has on which `path` lies.
  long totalSpace(Path path) throws IOException;

  /// The whole content of a small file.
  default byte[] readAll(Path file) throws IOException {
    try (DiskFile open = openForRead(file)) {
      byte[] bytes = new byte[Math.toIntExact(open.size())];
      open.readFully(bytes, 0, bytes.length, 0);
      return bytes;
    }
  }
}
