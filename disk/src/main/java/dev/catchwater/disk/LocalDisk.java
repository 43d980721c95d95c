package dev.catchwater.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The disk of this machine. Linux and macOS; a folder is synced by forcing a channel opened on it.
public final class LocalDisk implements Disk {
  // fcntl locks vanish when any channel on the file is closed by the process, so a lock file is
  // opened once per process.
  private static final Set<Path> LOCKED_HERE = ConcurrentHashMap.newKeySet();

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
    return Files.isDirectory(path);
  }

  @Override
  public void createDirectories(Path folder) throws IOException {
    Files.createDirectories(folder);
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
  public Optional<DiskLock> tryLock(Path lockFile) throws IOException {
    if (!LOCKED_HERE.add(lockFile)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(lockFile, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        DiskLock held = new LocalLock(lockFile, channel);
        channel = null;
        return Optional.of(held);
      }
      return Optional.empty();
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    } finally {
      if (channel != null) {
        channel.close();
        LOCKED_HERE.remove(lockFile);
      }
    }
  }

  @Override
  public long freeSpace(Path path) throws IOException {
    return Files.getFileStore(path).getUsableSpace();
  }

  private record LocalLock(Path file, FileChannel channel) implements DiskLock {
    @Override
    public void describe(String holder) throws IOException {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
    }

    @Override
    public void close() throws IOException {
      if (channel.isOpen()) {
        channel.truncate(0);
        channel.close();
        LOCKED_HERE.remove(file);
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
