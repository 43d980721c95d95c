package dev.catchwater.journal;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.journal.CommitOperation.Discard;
import dev.catchwater.journal.CommitOperation.Fill;
import dev.catchwater.journal.CommitOperation.Force;
import dev.catchwater.journal.CommitOperation.Publish;
import dev.catchwater.journal.CommitOperation.Remove;
import dev.catchwater.journal.CommitOperation.Target;
import dev.catchwater.journal.CommitOperation.Write;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Does to the disk what a [CommitCore] wants done. Not thread-safe.
final class CommitDriver implements Closeable {
  // Larger writes would be copied into direct memory of the same size by the JDK.
  private static final int WRITE_BYTES_MAX = 1 << 20;

  private final Disk disk;
  private final Path folder;
  private final long reserveBytes;
  private @Nullable DiskFile active;
  private @Nullable DiskFile next;
  private byte[] zeros = new byte[0];

  CommitDriver(Disk disk, Path folder, long reserveBytes) {
    this.disk = disk;
    this.folder = folder;
    this.reserveBytes = reserveBytes;
  }

  /// Does one operation.
  void perform(CommitOperation operation) throws IOException {
    if (operation instanceof Write write) {
      write(write);
    } else if (operation instanceof Force force) {
      file(force.target()).force();
    } else if (operation instanceof Fill fill) {
      fill(fill);
    } else if (operation instanceof Publish publish) {
      publish(publish);
    } else if (operation instanceof Discard discard) {
      discard(discard);
    } else if (operation instanceof Remove remove) {
      disk.delete(folder.resolve(remove.name()));
      disk.syncDirectory(folder);
    }
  }

  private DiskFile file(Target target) {
    DiskFile file = target == Target.ACTIVE ? active : next;
    if (file == null) {
      throw new IllegalStateException("no file " + target);
    }
    return file;
  }

  private void write(Write write) throws IOException {
    DiskFile file = file(write.target());
    int done = 0;
    while (done < write.length()) {
      int count = Math.min(write.length() - done, WRITE_BYTES_MAX);
      file.write(write.bytes(), done, count, write.position() + done);
      done += count;
    }
  }

  private void fill(Fill fill) throws IOException {
    Path path = folder.resolve(Recovery.UNFINISHED);
    if (fill.position() == 0) {
      closeNext();
      if (active == null) {
        createFolder();
      }
      requireRoom(disk, folder, fill.bytes(), reserveBytes);
      disk.delete(path);
      next = disk.create(path);
    } else {
      requireRoom(disk, folder, fill.bytes(), reserveBytes);
    }
    if (zeros.length == 0) {
      zeros = new byte[Math.min(fill.bytes(), WRITE_BYTES_MAX)];
    }
    DiskFile file = file(Target.NEXT);
    int done = 0;
    while (done < fill.bytes()) {
      int count = Math.min(fill.bytes() - done, zeros.length);
      file.write(zeros, 0, count, fill.position() + done);
      done += count;
    }
    file.force();
  }

  /// Throws what a full disk throws if writing that much would leave less than the reserve, or less
  /// than a twentieth of a small disk.
  static void requireRoom(Disk disk, Path folder, long bytes, long reserveBytes)
      throws IOException {
    long reserve = Math.min(reserveBytes, disk.totalSpace(folder) / 20);
    if (disk.freeSpace(folder) - bytes < reserve) {
      throw new FileSystemException(folder.toString(), null, "No space left above the reserve");
    }
  }

  /// Makes the folder. Synced also if it is there: who made it may have been killed before.
  private void createFolder() throws IOException {
    disk.createDirectories(folder);
    Path parent = folder.getParent();
    if (parent != null) {
      disk.syncDirectory(parent);
      Path above = parent.getParent();
      if (above != null) {
        disk.syncDirectory(above);
      }
    }
  }

  private void publish(Publish publish) throws IOException {
    disk.rename(folder.resolve(Recovery.UNFINISHED), folder.resolve(publish.name()));
    try {
      disk.syncDirectory(folder);
    } catch (IOException e) {
      // Final also where there was no room: the segment has its name, for how long nobody knows.
      throw new IOException("a new segment was not made durable", e);
    }
    if (active != null) {
      active.close();
    }
    active = next;
    next = null;
  }

  private void discard(Discard discard) throws IOException {
    if (discard.target() == Target.NEXT) {
      closeNext();
      disk.delete(folder.resolve(Recovery.UNFINISHED));
      disk.syncDirectory(folder);
    } else {
      DiskFile file = file(Target.ACTIVE);
      file.truncate(discard.size());
      file.force();
    }
  }

  /// Leaves word for readers that a force failed and what was durable before, as well as the disk
  /// lets us.
  void stop(long durable) {
    try {
      disk.create(folder.resolve(SegmentFormat.stoppedName(durable))).close();
    } catch (IOException e) {
      // A disk that fails may fail here too; a reader then sees what the page cache shows.
    }
  }

  private void closeNext() throws IOException {
    if (next != null) {
      next.close();
      next = null;
    }
  }

  @Override
  public void close() throws IOException {
    closeNext();
    if (active != null) {
      active.close();
      active = null;
    }
  }
}
