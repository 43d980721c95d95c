package dev.catchwater.ingest.read.unpack;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/// Unpacks gzip (RFC 1952): any number of members, each with its check sum and length checked. Zero
/// bytes may follow the last member, anything else is refused. (The JDK's own stream stops at the
/// first member when the source has nothing ready, and overlooks garbage.) Used by one thread.
public final class GzipStream extends InputStream {
  private static final int HEADER_BYTES = 10;
  private static final int HAS_HEADER_CHECK = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 check = new CRC32();
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private boolean isInMember;
  private boolean isAtEnd;
  private long unpackedBytes;

  /// Unpacks what `in` gives, from its first byte on.
  public GzipStream(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    while (length > 0 && !isAtEnd) {
      if (!isInMember && !startMember()) {
        isAtEnd = true;
        break;
      }
      int count = inflate(into, offset, length);
      if (count > 0) {
        check.update(into, offset, count);
        unpackedBytes += count;
        return count;
      }
      if (inflater.finished()) {
        endMember();
      }
    }
    return length == 0 ? 0 : -1;
  }

  private int inflate(byte[] into, int offset, int length) throws IOException {
    try {
      int count = inflater.inflate(into, offset, length);
      if (count == 0 && inflater.needsDictionary()) {
        throw new ZipException("a preset dictionary is needed");
      }
      if (count == 0 && inflater.needsInput() && !inflater.finished()) {
        require(fill());
        inflater.setInput(buffer, position, limit - position);
        position = limit;
      }
      return count;
    } catch (DataFormatException e) {
      throw new ZipException(e.getMessage() == null ? "invalid data" : e.getMessage());
    }
  }

  /// Reads a member's header; false where there is no further member.
  private boolean startMember() throws IOException {
    boolean isFirst = unpackedBytes == 0 && limit == 0;
    int first = next();
    while (first == 0 && !isFirst) {
      first = next();
    }
    if (first < 0) {
      return false;
    }
    if (first != 0x1F || nextOf() != 0x8B || nextOf() != 8) {
      throw new ZipException("something that is not gzip follows");
    }
    int flags = nextOf();
    skip(HEADER_BYTES - 4);
    if ((flags & HAS_EXTRA) != 0) {
      skip(nextOf() | nextOf() << 8);
    }
    if ((flags & HAS_NAME) != 0) {
      skipText();
    }
    if ((flags & HAS_COMMENT) != 0) {
      skipText();
    }
    if ((flags & HAS_HEADER_CHECK) != 0) {
      skip(2);
    }
    inflater.reset();
    check.reset();
    unpackedBytes = 0;
    inflater.setInput(buffer, position, limit - position);
    position = limit;
    isInMember = true;
    return true;
  }

  private void endMember() throws IOException {
    position = limit - inflater.getRemaining();
    long crc = number();
    long length = number();
    if (crc != check.getValue() || length != (unpackedBytes & 0xFFFF_FFFFL)) {
      throw new ZipException("the check sum does not match");
    }
    unpackedBytes = 1;
    isInMember = false;
  }

  private long number() throws IOException {
    long number = 0;
    for (int i = 0; i < 4; i++) {
      number |= (long) nextOf() << (8 * i);
    }
    return number;
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      nextOf();
    }
  }

  private void skipText() throws IOException {
    int last = nextOf();
    while (last != 0) {
      last = nextOf();
    }
  }

  private int nextOf() throws IOException {
    int value = next();
    require(value >= 0);
    return value;
  }

  private static void require(boolean hasMore) throws EOFException {
    if (!hasMore) {
      throw new EOFException("the data ends early");
    }
  }

  private int next() throws IOException {
    return position < limit || fill() ? buffer[position++] & 0xFF : -1;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(buffer, 0, buffer.length));
    return limit > 0;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
