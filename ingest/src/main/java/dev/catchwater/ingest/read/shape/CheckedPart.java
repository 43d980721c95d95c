package dev.catchwater.ingest.read.shape;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;

/// The bytes of an entry: exactly as many as its directory says, with the sum it says. Used by one
/// thread.
final class CheckedPart extends FilterInputStream {
  private final ZipArchive.Entry entry;
  private final CRC32 sum = new CRC32();
  private long count;

  CheckedPart(InputStream in, ZipArchive.Entry entry) {
    super(in);
    this.entry = entry;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int got = super.read(into, offset, length);
    if (got < 0) {
      if (count != entry.size() || sum.getValue() != entry.crc()) {
        throw ZipArchive.bad("\"" + entry.name() + "\" is damaged");
      }
      return -1;
    }
    count += got;
    if (count > entry.size()) {
      throw ZipArchive.bad("\"" + entry.name() + "\" is longer than its directory says");
    }
    sum.update(into, offset, got);
    return got;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
