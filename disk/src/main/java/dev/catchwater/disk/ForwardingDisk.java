package dev.catchwater.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A disk that hands every call on to another one, for those that do one thing differently. As
/// durable and as thread-safe as that one.
public class ForwardingDisk implements Disk {
  private final Disk disk;

  /// Hands on to `disk`.
  protected ForwardingDisk(Disk disk) {
    this.disk = disk;
  }

  @Override
  public DiskFile openForRead(Path file) throws IOException {
    return disk.openForRead(file);
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    return disk.create(file);
  }

  @Override
  public DiskFile createPrivate(Path file) throws IOException {
    return disk.createPrivate(file);
  }

  @Override
  public List<String> list(Path folder) throws IOException {
    return disk.list(folder);
  }

  @Override
  public boolean exists(Path path) throws IOException {
    return disk.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) throws IOException {
    return disk.isDirectory(path);
  }

  @Override
  public void createDirectories(Path folder) throws IOException {
    disk.createDirectories(folder);
  }

  @Override
  public void createPrivateDirectory(Path folder) throws IOException {
    disk.createPrivateDirectory(folder);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    disk.delete(path);
  }

  @Override
  public void syncDirectory(Path folder) throws IOException {
    disk.syncDirectory(folder);
  }

  @Override
  public Optional<DiskLock> lock(Path lockFile, Duration wait, Consumer<String> waiting)
      throws IOException {
    return disk.lock(lockFile, wait, waiting);
  }

  @Override
  public long freeSpace(Path path) throws IOException {
    return disk.freeSpace(path);
  }

  @Override
  public long totalSpace(Path path) throws IOException {
    return disk.totalSpace(path);
  }
}
