package dev.catchwater.disk;

import java.io.IOException;
import java.nio.file.Path;

/// Room that is held back: a file of zeros, which is given up where work that must be finished
/// meets a full disk. Made anew once there is room again. A file that a killed process left is used
/// as it is. Thread-safe.
public final class Ballast {
  /// How large it is; on a small disk a twentieth of that.
  public static final long BYTES = 16L << 20;

  private static final int PART_BYTES = 1 << 20;
  private static final int SMALL_SHARE = 20;

  private final Disk disk;
  private final Path file;
  private boolean isThere;
  private long owed;

  /// Makes no file yet.
  ///
  /// @param file where it is to lie
  public Ballast(Disk disk, Path file) {
    this.disk = disk;
    this.file = file;
  }

  /// Makes the file where it is missing and four times its size is free. That it cannot be made is
  /// no failure: it is tried again.
  public synchronized void make() {
    try {
      if (isThere || disk.exists(file)) {
        isThere = true;
        owed = 0;
        return;
      }
      long bytes = Math.min(BYTES, disk.totalSpace(parent()) / SMALL_SHARE);
      if (disk.freeSpace(parent()) < 4 * bytes) {
        return;
      }
      write(bytes);
      isThere = true;
      owed = 0;
    } catch (IOException e) {
      giveUp(); // half of it is not worth keeping
    }
  }

  private Path parent() {
    Path parent = file.getParent();
    return parent == null ? file : parent;
  }

  // In parts, so that no force of a journal waits for all of it.
  private void write(long bytes) throws IOException {
    byte[] zeros = new byte[(int) Math.min(PART_BYTES, bytes)];
    try (DiskFile out = disk.create(file)) {
      for (long at = 0; at < bytes; at += zeros.length) {
        out.write(zeros, 0, (int) Math.min(zeros.length, bytes - at), at);
        out.force();
      }
    }
  }

  /// Bytes that were given up and are not held back again: room that is free and still not for new
  /// pushes.
  public synchronized long owed() {
    return owed;
  }

  /// Frees its room.
  ///
  /// @return whether there was any
  public synchronized boolean giveUp() {
    try {
      boolean was = isThere || disk.exists(file);
      if (was) {
        owed = Math.min(BYTES, disk.totalSpace(parent()) / SMALL_SHARE);
      }
      isThere = false;
      disk.delete(file);
      return was;
    } catch (IOException e) {
      return false;
    }
  }
}
