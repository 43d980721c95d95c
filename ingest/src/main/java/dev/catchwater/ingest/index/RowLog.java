package dev.catchwater.ingest.index;

import dev.catchwater.disk.DiskFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// The rows of a run of states, one record after the other, in the order of the run's entries.
///
/// ```
///   0        4         8               16
///   ├─ bytes ┼─ crc32c ┼─ row offset ──┼─ body: the row as RowBytes writes it
/// ```
///
/// Little-endian; `bytes` counts the body. The checksum covers the run's id and the position of the
/// record, then everything else of the record, so a record of another file or another place is as
/// wrong as a flipped bit.
final class RowLog {
  static final int HEADER_BYTES = 16;
  private static final int BODY_BYTES_MAX = 1 << 28;

  private RowLog() {}

  static String fileName(long runId) {
    return "rows-" + Long.toHexString(runId);
  }

  private static int checksum(byte[] bytes, int start, int size, long salt, long position) {
    CRC32C crc = new CRC32C();
    for (int i = 0; i < 8; i++) {
      crc.update((int) (salt >>> (8 * i)) & 0xff);
    }
    for (int i = 0; i < 8; i++) {
      crc.update((int) (position >>> (8 * i)) & 0xff);
    }
    crc.update(bytes, start, 4);
    crc.update(bytes, start + 8, size - 8);
    return (int) crc.getValue();
  }

  /// Writes records one after the other. Used by one thread.
  static final class Writer {
    private final DiskFile file;
    private final long salt;
    private final byte[] bytes = new byte[1 << 17];
    private final ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    private long flushed;
    private int held;

    Writer(DiskFile file, long salt) {
      this.file = file;
      this.salt = salt;
    }

    /// Appends a record, its checksum made anew, and returns its position.
    long append(byte[] from, int start, int size) throws IOException {
      if (size > bytes.length - held) {
        flush();
      }
      long position = flushed + held;
      if (size > bytes.length) {
        byte[] large = Arrays.copyOfRange(from, start, start + size);
        int crc = checksum(large, 0, size, salt, position);
        ByteBuffer.wrap(large).order(ByteOrder.LITTLE_ENDIAN).putInt(4, crc);
        file.write(large, 0, size, position);
        flushed += size;
        return position;
      }
      System.arraycopy(from, start, bytes, held, size);
      header.putInt(held + 4, checksum(bytes, held, size, salt, position));
      held += size;
      return position;
    }

    void flush() throws IOException {
      file.write(bytes, 0, held, flushed);
      flushed += held;
      held = 0;
    }
  }

  /// Reads records at positions; those that follow each other closely cost one read together. Used
  /// by one thread.
  static final class Reader {
    private final DiskFile file;
    private final long salt;
    private byte[] bytes;
    private ByteBuffer fields;
    private long first;
    private int count;
    private int start;
    private int size;

    /// @param window bytes read at once
    Reader(DiskFile file, long salt, int window) {
      this.file = file;
      this.salt = salt;
      bytes = new byte[window];
      fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Makes the record at a position the present one.
    ///
    /// @throws DamagedIndexException if it is not what was written there
    void read(long position) throws IOException {
      require(position, HEADER_BYTES);
      int body = fields.getInt((int) (position - first));
      if (position < 0 || body < 0 || body > BODY_BYTES_MAX) {
        throw new DamagedIndexException("record at " + position);
      }
      require(position, HEADER_BYTES + body);
      start = (int) (position - first);
      size = HEADER_BYTES + body;
      if (checksum(bytes, start, size, salt, position) != fields.getInt(start + 4)) {
        throw new DamagedIndexException("record at " + position);
      }
    }

    byte[] bytes() {
      return bytes;
    }

    /// Where the present record begins in [#bytes()].
    int start() {
      return start;
    }

    int size() {
      return size;
    }

    private void require(long position, int needed) throws IOException {
      if (position >= first && position + needed <= first + count) {
        return;
      }
      if (needed > bytes.length) {
        bytes = new byte[needed];
        fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      }
      first = position;
      count = 0;
      while (count < needed) {
        int read =
            position < 0 ? -1 : file.read(bytes, count, bytes.length - count, position + count);
        if (read < 0) {
          throw new DamagedIndexException(new EOFException("record at " + position).toString());
        }
        count += read;
      }
    }
  }
}
