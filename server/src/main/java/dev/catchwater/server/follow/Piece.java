package dev.catchwater.server.follow;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Neighbouring rows as text, and what came behind them. The bytes lie outside of the heap, so that
/// a thousand connections write them without a copy for each. Thread-safe.
final class Piece {
  private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DATA = "\ndata: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final int MORE_A_ROW = ID.length + 20 + DATA.length + END.length;

  private final long first;
  private final long next;
  private final ByteBuffer lines;
  private @Nullable ByteBuffer events;

  /// What is behind it; null as long as nothing is.
  volatile @Nullable Piece behind;

  /// Whether it is not kept any more; then nothing behind it is told.
  volatile boolean isDropped;

  /// @param first the offset of its first row
  /// @param next the offset behind its last row
  /// @param bytes a line for each row
  Piece(long first, long next, byte[] bytes, int from, int length) {
    this.first = first;
    this.next = next;
    this.lines = ByteBuffer.allocateDirect(length).put(bytes, from, length).flip();
  }

  /// One without rows, where a feed begins.
  Piece(long next) {
    this(next, next, new byte[0], 0, 0);
  }

  long first() {
    return first;
  }

  long next() {
    return next;
  }

  int size() {
    return lines.limit();
  }

  /// The text, to be read once by the caller.
  ByteBuffer text(Form form) {
    return form == Form.LINES ? lines.duplicate() : events().duplicate();
  }

  /// The rows from an offset on.
  Piece from(long offset) {
    if (offset <= first) {
      return this;
    }
    int at = 0;
    for (long left = offset - first; left > 0; at++) {
      left -= lines.get(at) == '\n' ? 1 : 0;
    }
    byte[] rest = new byte[lines.limit() - at];
    lines.get(at, rest);
    return new Piece(offset, next, rest, 0, rest.length);
  }

  // Made when the first one asks for it.
  private synchronized ByteBuffer events() {
    ByteBuffer made = events;
    if (made == null) {
      int rows = Math.toIntExact(next - first);
      made = ByteBuffer.allocateDirect(lines.limit() + rows * MORE_A_ROW);
      int start = 0;
      for (long offset = first; offset < next; offset++) {
        int end = start;
        while (lines.get(end) != '\n') {
          end++;
        }
        made.put(ID).put(Long.toString(offset).getBytes(StandardCharsets.US_ASCII)).put(DATA);
        made.put(lines.duplicate().position(start).limit(end)).put(END);
        start = end + 1;
      }
      made.flip();
      events = made;
    }
    return made;
  }
}
