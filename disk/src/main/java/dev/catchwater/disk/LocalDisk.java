package dev.catchwater.disk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The disk of this machine. Linux and macOS; a folder is synced by forcing a channel opened on it.
public final class LocalDisk implements Disk {
  // fcntl locks vanish when any channel on the file is closed by the process, so a lock file is
  // opened once per process.
  private static final Map<Path, String> LOCKED_HERE = new ConcurrentHashMap<>();
  private static final long FIRST_PAUSE_NANOS = 5_000_000;
  private static final long LAST_PAUSE_NANOS = 100_000_000;

  @Override
  public DiskFile openForRead(Path file) throws IOException {
    return new LocalFile(FileChannel.open(file, StandardOpenOption.READ));
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    return new LocalFile(
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE_NEW));
  }

  @Override
  public DiskFile createPrivate(Path file) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return new LocalFile(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @Override
  public List<String> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        names.add(entry.getFileName().toString());
      }
    }
    Collections.sort(names);
    return names;
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public boolean isDirectory(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void createDirectories(Path folder) throws IOException {
    Files.createDirectories(folder);
  }

  @Override
  public void createPrivateDirectory(Path folder) throws IOException {
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.deleteIfExists(path);
  }

  @Override
  public void syncDirectory(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public Optional<DiskLock> lock(Path lockFile, Duration wait, Consumer<String> waiting)
      throws IOException {
    Path real = realPath(lockFile);
    long deadline = System.nanoTime() + wait.toNanos();
    long pause = FIRST_PAUSE_NANOS;
    boolean told = false;
    while (true) {
      LocalLock lock = tryLock(real);
      if (lock != null) {
        return Optional.of(lock);
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return Optional.empty();
      }
      if (!told) {
        told = true;
        waiting.accept(holder(real));
      }
      LockSupport.parkNanos(Math.min(left, pause));
      if (Thread.currentThread().isInterrupted()) {
        // It would wait without a pause from now on.
        throw new InterruptedIOException("interrupted while " + holder(real) + " has the lock");
      }
      pause = Math.min(2 * pause, LAST_PAUSE_NANOS);
    }
  }

  // One spelling per file, or two spellings would open it twice in this process.
  private static Path realPath(Path lockFile) throws IOException {
    Path folder = lockFile.toAbsolutePath().getParent();
    Path name = lockFile.getFileName();
    if (folder == null || name == null) {
      throw new IOException(lockFile + " cannot be a lock file");
    }
    return folder.toRealPath().resolve(name);
  }

  private static synchronized @Nullable LocalLock tryLock(Path lockFile) throws IOException {
    String holder = "process " + processId();
    if (LOCKED_HERE.putIfAbsent(lockFile, holder) != null) {
      return null;
    }
    FileChannel channel = null;
    boolean held = false;
    try {
      channel = FileChannel.open(lockFile, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      if (channel.tryLock() == null) {
        return null;
      }
      sign(channel, holder);
      held = true;
      return new LocalLock(lockFile, channel);
    } finally {
      if (!held) {
        if (channel != null) {
          channel.close();
        }
        LOCKED_HERE.remove(lockFile);
      }
    }
  }

  // For whoever waits. A full disk has no room for it and is no reason not to hold the lock.
  private static void sign(FileChannel channel, String holder) throws IOException {
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
    } catch (IOException e) {
      if (!NoRoom.isReasonOf(e)) {
        throw e;
      }
    }
  }

  // Must not open the file while this process holds the lock: closing it again would end the lock.
  // Synchronized with tryLock for the same reason.
  private static synchronized String holder(Path lockFile) throws IOException {
    String here = LOCKED_HERE.get(lockFile);
    if (here != null) {
      return here;
    }
    String there = Files.exists(lockFile) ? Files.readString(lockFile) : "";
    return there.isEmpty() ? "another process" : there;
  }

  // The link is read because ProcessHandle costs a cold process milliseconds; macOS has no /proc.
  private static String processId() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self")).toString();
    } catch (IOException e) {
      return Long.toString(ProcessHandle.current().pid());
    }
  }

  // Not by Files.getFileStore, which reads the table of mounts each time.
  @Override
  public long freeSpace(Path path) throws IOException {
    long free = path.toFile().getUsableSpace();
    if (free == 0 && !Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return free;
  }

  @Override
  public long totalSpace(Path path) throws IOException {
    long total = path.toFile().getTotalSpace();
    if (total == 0) {
      throw new NoSuchFileException(path.toString());
    }
    return total;
  }

  private static final class LocalLock implements DiskLock {
    private final Path file;
    private final FileChannel channel;
    private @Nullable Object key;
    private boolean isGivenBack;

    LocalLock(Path file, FileChannel channel) {
      this.file = file;
      this.channel = channel;
    }

    // Only by its name: opening the file and closing it again would end the lock.
    @Override
    public synchronized boolean isInPlace() {
      try {
        Object now = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        if (key == null) {
          key = now;
        }
        return key == null || key.equals(now);
      } catch (IOException e) {
        return false;
      }
    }

    // A disk that refuses, or an interrupt, which ends the channel, must not keep the lock for
    // ever.
    @Override
    public synchronized void close() throws IOException {
      if (isGivenBack) {
        return;
      }
      isGivenBack = true;
      try {
        channel.truncate(0);
      } catch (IOException e) {
        // Only the name of the holder stays in it.
      } finally {
        try {
          channel.close();
        } finally {
          LOCKED_HERE.remove(file);
        }
      }
    }
  }

  private record LocalFile(FileChannel channel) implements DiskFile {
    @Override
    public int read(byte[] into, int offset, int length, long position) throws IOException {
      return channel.read(ByteBuffer.wrap(into, offset, length), position);
    }

    @Override
    public void write(byte[] from, int offset, int length, long position) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(from, offset, length);
      long at = position;
      while (buffer.hasRemaining()) {
        at += channel.write(buffer, at);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      long now = channel.size();
      if (size < now) {
        channel.truncate(size);
      } else if (size > now) {
        channel.write(ByteBuffer.allocate(1), size - 1);
      }
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
