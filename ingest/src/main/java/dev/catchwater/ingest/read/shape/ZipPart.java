package dev.catchwater.ingest.read.shape;

import dev.catchwater.disk.DiskFile;
import java.io.IOException;
import java.io.InputStream;

/// Some bytes of a file, from the first to the last. Used by one thread.
final class ZipPart extends InputStream {
  private final DiskFile file;
  private long position;
  private long left;

  ZipPart(DiskFile file, long position, long length) {
    this.file = file;
    this.position = position;
    this.left = length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    int count = file.read(into, offset, (int) Math.min(length, left), position);
    position += Math.max(0, count);
    left -= Math.max(0, count);
    return count;
  }
}
