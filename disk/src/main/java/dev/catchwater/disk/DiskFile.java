package dev.catchwater.disk;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;

/// An open file, read and written at positions. Reads may come from many threads at once; writes
/// from one at a time. Closing twice is harmless; closing syncs nothing.
public interface DiskFile extends Closeable {

  /// Reads at most `length` bytes at `position`; -1 at the end.
  int read(byte[] into, int offset, int length, long position) throws IOException;

  /// Writes all of `length` bytes at `position`, extending the file where needed.
  void write(byte[] from, int offset, int length, long position) throws IOException;

  /// Cuts or extends (with zeros) to `size` bytes.
  void truncate(long size) throws IOException;

  /// Makes content and length durable. A failure is final, see [Disk].
  void force() throws IOException;

  /// Bytes in the file now.
  long size() throws IOException;

  @Override
  void close() throws IOException;

  /// Reads exactly `length` bytes.
  ///
  /// @throws EOFException if the file ends before
  default void readFully(byte[] into, int offset, int length, long position) throws IOException {
    int done = 0;
    while (done < length) {
      int count = read(into, offset + done, length - done, position + done);
      if (count < 0) {
        throw new EOFException("file ends at " + (position + done) + ", " + length + " wanted");
      }
      done += count;
    }
  }
}
