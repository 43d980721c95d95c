package dev.catchwater.fuzz;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.ingest.read.PushInput;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

/// Bytes in memory that are a file to the readers that want one: no input costs a system call.
record MemoryInput(byte[] bytes) implements PushInput.Opener {
  static PushInput of(byte[] bytes) {
    return new PushInput(null, bytes.length, true, new MemoryInput(bytes));
  }

  @Override
  public InputStream open() {
    return new ByteArrayInputStream(bytes);
  }

  @Override
  public DiskFile openFile() {
    return new MemoryFile(bytes);
  }

  private record MemoryFile(byte[] bytes) implements DiskFile {
    @Override
    public int read(byte[] into, int offset, int length, long position) {
      if (position < 0) {
        throw new IllegalArgumentException("read at " + position);
      }
      if (position >= bytes.length) {
        return -1;
      }
      int count = (int) Math.min(length, bytes.length - position);
      System.arraycopy(bytes, (int) position, into, offset, count);
      return count;
    }

    @Override
    public void write(byte[] from, int offset, int length, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void truncate(long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void force() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public void close() {}
  }
}
