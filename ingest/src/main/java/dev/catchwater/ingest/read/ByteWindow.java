package dev.catchwater.ingest.read;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// The part of the input that is in memory: `buffer[0] … buffer[limit - 1]`. Behind the limit there
/// always stand `\n` and `stop`, and room for more, so that a parser that stops at a line end needs
/// no check. A row must be whole in the window; the window grows up to the largest row. Used by one
/// thread.
final class ByteWindow implements Closeable {
  /// The longest row.
  static final int ROW_BYTES_MAX = 8 << 20;

  private static final int SIZE_AT_FIRST = 1 << 18;
  private static final int SIZE_MIN = 1 << 12;

  /// How much longer than it is an input may become by decoding before the window has to grow.
  private static final int ROOM_RATIO = 8;

  /// Bytes behind the limit that may be looked at.
  static final int SLACK = 64;

  private static final byte[] NOTHING = new byte[SLACK];

  private final PushInput input;
  private final InputStream in;
  private final byte stop;
  private long base;
  byte[] buffer;
  int limit;
  boolean isAtEnd;

  /// @param stop what stands behind the line end that stands behind the limit
  ByteWindow(PushInput input, InputStream in, int size, byte stop) {
    this.input = input;
    this.in = in;
    this.stop = stop;
    this.buffer = new byte[size + SLACK];
    seal();
  }

  ByteWindow(PushInput input, InputStream in, byte stop) {
    this(input, in, sizeFor(input), stop);
  }

  /// A push of a few bytes does not clear a quarter of a mebibyte, and a larger one not twice what
  /// it needs. Pipes say that they have none.
  private static int sizeFor(PushInput input) {
    long size = input.size();
    if (size <= 0 || size >= SIZE_AT_FIRST) {
      return SIZE_AT_FIRST;
    }
    boolean isSmall = size < SIZE_AT_FIRST / ROOM_RATIO;
    return Math.max(SIZE_MIN, (int) size * (isSmall ? ROOM_RATIO : 1));
  }

  /// The place of a window's byte in the decoded input, counted from 0.
  long positionOf(int index) {
    return base + index;
  }

  /// Drops what is before `keepFrom` (which becomes 0) and reads on.
  ///
  /// @return whether there is anything new
  /// @throws CatchwaterException LIMIT_EXCEEDED where what is kept is longer than a row may be
  boolean fill(int keepFrom) {
    int kept = limit - keepFrom;
    if (kept > ROW_BYTES_MAX) {
      throw CatchwaterException.of(
          ErrorCode.LIMIT_EXCEEDED, "The row is longer than 8 MiB (limit: row)");
    }
    int room = buffer.length - SLACK;
    if (kept > room - room / 4) {
      byte[] larger = new byte[room * 2 + SLACK];
      System.arraycopy(buffer, keepFrom, larger, 0, kept);
      buffer = larger;
    } else if (keepFrom > 0) {
      System.arraycopy(buffer, keepFrom, buffer, 0, kept);
    }
    base += keepFrom;
    limit = kept;
    int count = isAtEnd ? -1 : read(buffer.length - SLACK - kept);
    if (count < 0) {
      isAtEnd = true;
    } else {
      limit += count;
    }
    seal();
    return count > 0;
  }

  private int read(int count) {
    try {
      int got = in.read(buffer, limit, count);
      return got == 0 ? read(count) : got;
    } catch (IOException e) {
      throw Unpacking.failure(input, e);
    }
  }

  private void seal() {
    Arrays.fill(buffer, limit, limit + SLACK, (byte) '\n');
    buffer[limit + 1] = stop;
  }

  /// Whoever still asks for the lines of rows keeps the reader, and must not keep this with it: a
  /// thousand pushes may wait for their turn.
  @Override
  public void close() {
    buffer = NOTHING;
    limit = 0;
    isAtEnd = true;
    try {
      in.close();
    } catch (IOException _) {
      // Every byte that was needed has been read.
    }
  }
}
