package dev.catchwater.columnar.decode;

import dev.catchwater.columnar.parquet.FileFooter;
import dev.catchwater.disk.DiskFile;
import java.io.IOException;

/// The bytes of one column chunk, read in pieces of some size ahead. Used by one thread.
final class ChunkBytes {
  private final DiskFile file;
  private final long end;
  private final int readAhead;
  private final PageMemory memory;
  private byte[] window = {};
  private long windowStart;
  private int windowSize;

  /// @param end where the chunk ends in the file
  /// @param readAhead bytes to read at once where fewer are asked for
  ChunkBytes(DiskFile file, long end, int readAhead, PageMemory memory) {
    this.memory = memory;
    this.file = file;
    this.end = end;
    this.readAhead = readAhead;
  }

  byte[] array() {
    return window;
  }

  /// Bytes from a position to the end of the chunk.
  long remaining(long position) {
    return end - position;
  }

  /// Makes sure of `count` bytes and returns where in the array they begin, with a few bytes more
  /// behind them than are asked for.
  int need(long position, int count) throws IOException {
    if (count > end - position || position < 0) {
      throw FileFooter.damaged("a page that reaches over its column chunk");
    }
    if (position < windowStart || position + count > windowStart + windowSize) {
      int size = (int) Math.min(Math.max(count, readAhead), end - position);
      if (window.length < size + PageBytes.SLACK) {
        memory.grow(window.length, size + PageBytes.SLACK);
        window = new byte[size + PageBytes.SLACK];
      }
      windowSize = 0;
      file.readFully(window, 0, size, position);
      windowStart = position;
      windowSize = size;
    }
    return (int) (position - windowStart);
  }
}
