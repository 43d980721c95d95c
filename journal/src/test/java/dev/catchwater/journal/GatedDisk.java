package dev.catchwater.journal;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.DiskLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// A disk whose forces wait at a gate. [#forced()] counts those that returned.
final class GatedDisk implements Disk {
  private final Disk disk;
  private final Semaphore gate = new Semaphore(0);
  private final Semaphore arrived = new Semaphore(0);
  private volatile boolean isOpen = true;
  private final AtomicInteger forced = new AtomicInteger();

  GatedDisk(Disk disk) {
    this.disk = disk;
  }

  void shut() {
    isOpen = false;
  }

  void open() {
    isOpen = true;
    gate.release(1_000);
  }

  /// Waits until a force stands at the gate.
  void awaitForce() {
    arrived.acquireUninterruptibly();
  }

  /// Lets one force through.
  void letOne() {
    gate.release();
  }

  int forced() {
    return forced.get();
  }

  private void pass() {
    if (!isOpen) {
      arrived.release();
      gate.acquireUninterruptibly();
    }
    forced.incrementAndGet();
  }

  private final class File implements DiskFile {
    private final DiskFile file;

    File(DiskFile file) {
      this.file = file;
    }

    @Override
    public int read(byte[] into, int offset, int length, long position) throws IOException {
      return file.read(into, offset, length, position);
    }

    @Override
    public void write(byte[] from, int offset, int length, long position) throws IOException {
      file.write(from, offset, length, position);
    }

    @Override
    public void truncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    public void force() throws IOException {
      pass();
      file.force();
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  @Override
  public DiskFile openForRead(Path file) throws IOException {
    return disk.openForRead(file);
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    return new File(disk.create(file));
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
