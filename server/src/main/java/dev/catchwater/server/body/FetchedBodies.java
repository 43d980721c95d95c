package dev.catchwater.server.body;

import dev.catchwater.connectors.files.CopiedFile;
import dev.catchwater.connectors.files.FileAddress;
import dev.catchwater.connectors.files.FileCopier;
import dev.catchwater.connectors.files.FilePlaces;
import dev.catchwater.connectors.files.RemoteFile;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.DiskFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// Bodies that are files elsewhere: the request has their address. Copied whole into a folder of
/// the server's before anything is made of them, a few at once. Thread-safe.
public final class FetchedBodies {
  private static final int AT_ONCE_MAX = 8;

  private final FilePlaces places;
  private final Disk disk;
  private final long bytesMax;
  private final Path folder;
  private final Semaphore free = new Semaphore(AT_ONCE_MAX);
  private final AtomicLong number = new AtomicLong();

  /// @param places where files may lie
  /// @param bytesMax how large one may be
  /// @param folder for the copies; what is left in it by a process that died is somebody else's to
  ///   delete
  public FetchedBodies(FilePlaces places, Disk disk, long bytesMax, Path folder) {
    this.places = places;
    this.disk = disk;
    this.bytesMax = bytesMax;
    this.folder = folder;
  }

  /// The file of an address, or the one that its pattern matches. The caller closes.
  ///
  /// @throws CatchwaterException `SCHEME`, `TARGET_NOT_ALLOWED`, `OBJECT_NOT_FOUND`,
  ///   `REMOTE_UNAVAILABLE`, `LIMIT_EXCEEDED`, `BAD_ARGUMENT`
  /// @throws Refusal 503 where others are fetched already
  public ReceivedBody fetch(String address) throws IOException {
    if (!free.tryAcquire()) {
      throw Refusal.of(503, "overloaded", "Too many files are fetched; try again");
    }
    try {
      List<RemoteFile> files = places.files(address);
      if (files.size() > 1) {
        throw CatchwaterException.at(
                ErrorCode.BAD_ARGUMENT, Place.of(address), files.size() + " files match, not one")
            .withHint("push each of them by itself");
      }
      return fetch(files.getFirst());
    } finally {
      free.release();
    }
  }

  private ReceivedBody fetch(RemoteFile file) throws IOException {
    Path path = folder.resolve("fetched-" + number.incrementAndGet());
    boolean isKept = false;
    try {
      Optional<CopiedFile> copied = FileCopier.of(disk, bytesMax).copy(file, path, null);
      String name = FileAddress.name(copied.orElseThrow().address());
      ReceivedBody body = ReceivedBody.kept(new Copy(disk, path), name);
      body.whenClosed(() -> delete(path));
      isKept = true;
      return body;
    } finally {
      if (!isKept) {
        delete(path);
      }
    }
  }

  private void delete(Path path) {
    try {
      if (disk.exists(path)) {
        disk.delete(path);
      }
    } catch (IOException e) {
      throw DiskFailure.of(path, e);
    }
  }

  private record Copy(Disk disk, Path path) implements PushInput.Opener {
    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(path);
    }

    @Override
    public DiskFile openFile() throws IOException {
      return disk.openForRead(path);
    }
  }
}
