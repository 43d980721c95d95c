package dev.catchwater.journal;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.ForwardingDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// A disk whose forces wait at a gate. [#forced()] counts those that returned.
final class GatedDisk extends ForwardingDisk {
  private final Semaphore gate = new Semaphore(0);
  private final Semaphore arrived = new Semaphore(0);
  private volatile boolean isOpen = true;
  private final AtomicInteger forced = new AtomicInteger();

  GatedDisk(Disk disk) {
    super(disk);
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
  public DiskFile create(Path file) throws IOException {
    return new File(super.create(file));
  }
}
