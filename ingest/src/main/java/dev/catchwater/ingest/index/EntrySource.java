package dev.catchwater.ingest.index;

import java.io.IOException;

/// Entries in key order. [#next()] moves to the next one; the others tell of the present one.
interface EntrySource {

  /// Moves on; false at the end.
  boolean next() throws IOException;

  long high();

  long low();

  long content();

  /// The entries of a sorted set.
  static EntrySource of(KeySet keys) {
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
      public long content() {
        return keys.content(at);
      }
    };
  }
}
