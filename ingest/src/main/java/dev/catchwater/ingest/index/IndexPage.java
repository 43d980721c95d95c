package dev.catchwater.ingest.index;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// The bytes of a page: entries in key order behind a header, all little-endian.
///
/// ```
///   0         4      6      8                16               32
///   ├─ crc32c ┼count ┼ zero ┼── page number ─┼─ key, 16 bytes ┼ values, 8 bytes each ┼ … entries
/// ```
///
/// The number of values an entry (`width`) is the same in all pages of an index.
///
/// The checksum covers the run's salt, then the page from byte 4 on. The salt is in the manifest
/// only, so a page of another run, or of another place in this run, is as wrong as a flipped bit.
final class IndexPage {
  static final int BYTES = 4_096;
  static final int HEADER_BYTES = 16;
  private static final int KEY_BYTES = 16;

  private IndexPage() {}

  static int entryBytes(int width) {
    return KEY_BYTES + Long.BYTES * width;
  }

  static int entriesMax(int width) {
    return (BYTES - HEADER_BYTES) / entryBytes(width);
  }

  /// Pages that hold so many entries.
  static long pages(long entries, int width) {
    int most = entriesMax(width);
    return (entries + most - 1) / most;
  }

  static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Completes a page whose entries stand in place.
  static void seal(byte[] bytes, int start, int count, long number, long salt) {
    ByteBuffer buffer = wrap(bytes);
    buffer.putShort(start + 4, (short) count);
    buffer.putShort(start + 6, (short) 0);
    buffer.putLong(start + 8, number);
    buffer.putInt(start, checksum(bytes, start, salt));
  }

  /// The number of entries of a page that is what it should be.
  ///
  /// @throws DamagedIndexException if it is not
  static int open(byte[] bytes, int start, long number, long salt, int width) {
    ByteBuffer buffer = wrap(bytes);
    int count = buffer.getShort(start + 4);
    if (buffer.getInt(start) != checksum(bytes, start, salt)
        || buffer.getLong(start + 8) != number
        || count <= 0
        || count > entriesMax(width)) {
      throw new DamagedIndexException("page " + number);
    }
    return count;
  }

  static int entry(int start, int index, int width) {
    return start + HEADER_BYTES + index * entryBytes(width);
  }

  private static int checksum(byte[] bytes, int start, long salt) {
    CRC32C crc = new CRC32C();
    for (int i = 0; i < 8; i++) {
      crc.update((int) (salt >>> (8 * i)) & 0xff);
    }
    crc.update(bytes, start + 4, BYTES - 4);
    return (int) crc.getValue();
  }
}
