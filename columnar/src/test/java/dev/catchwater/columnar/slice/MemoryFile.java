package dev.catchwater.columnar.slice;

import dev.catchwater.disk.DiskFile;
import java.util.Arrays;

/// A file in memory that counts what is read. Reads may come from many threads.
class MemoryFile implements DiskFile {
  private byte[] bytes;
  private int size;
  private long bytesRead;

  MemoryFile() {
    this(new byte[0]);
  }

  MemoryFile(byte[] bytes) {
    this.bytes = bytes;
    this.size = bytes.length;
  }

  synchronized byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  synchronized long bytesRead() {
    return bytesRead;
  }

  @Override
  public synchronized int read(byte[] into, int offset, int length, long position) {
    if (position >= size) {
      return -1;
    }
    int count = (int) Math.min(length, size - position);
    System.arraycopy(bytes, (int) position, into, offset, count);
    bytesRead += count;
    return count;
  }

  @Override
  public synchronized void write(byte[] from, int offset, int length, long position) {
    int end = Math.toIntExact(position + length);
    if (bytes.length < end) {
      bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
    }
    System.arraycopy(from, offset, bytes, (int) position, length);
    size = Math.max(size, end);
  }

  @Override
  public synchronized void truncate(long to) {
    bytes = Arrays.copyOf(bytes, (int) to);
    size = (int) to;
  }

  @Override
  public void force() {}

  @Override
  public synchronized long size() {
    return size;
  }

  @Override
  public void close() {}
}
