package dev.catchwater.ingest.index;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Entries in key order. [#next()] moves to the next one; the others tell of the present one.
interface EntrySource {

  /// Moves on; false at the end.
  boolean next() throws IOException;

  long high();

  long low();

  long value(int which);

  /// Copies the row of the present entry, whose last value is its position, and returns its new
  /// position.
  long copyRow(RowLog.Writer to) throws IOException;

  /// The entries of a sorted set, with the memory that its rows lie in, if it has any.
  static EntrySource of(KeySet keys, @Nullable RowBuffer rows) {
    return new EntrySource() {
      private int at = -1;

      @Override
      public boolean next() {
        return ++at < keys.size();
      }

      @Override
      public long high() {
        return keys.high(at);
      }

      @Override
      public long low() {
        return keys.low(at);
      }

      @Override
      public long value(int which) {
        return keys.value(at, which);
      }

      @Override
      public long copyRow(RowLog.Writer to) throws IOException {
        if (rows == null) {
          throw new IllegalStateException("keys without rows");
        }
        int start = Math.toIntExact(keys.value(at, keys.width() - 1));
        return to.append(rows.bytes(), start, rows.recordSize(start));
      }
    };
  }
}
