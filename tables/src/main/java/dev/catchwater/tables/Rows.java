package dev.catchwater.tables;

import dev.catchwater.ingest.read.cell.JsonScanner;
import java.io.IOException;
import java.util.List;

/// How values of a body become lines. Stateless.
final class Rows {
  private Rows() {}

  /// Fills lines.
  @FunctionalInterface
  interface Filler {
    void fill(RowLines lines) throws IOException;
  }

  /// The lines, filled; closed where that fails.
  static RowLines read(RowLines lines, Filler filler) throws IOException {
    boolean isDone = false;
    try {
      filler.fill(lines);
      isDone = true;
      return lines;
    } finally {
      if (!isDone) {
        lines.close();
      }
    }
  }

  /// Takes any value.
  static Payloads.Taker unkeyed(RowLines lines) {
    return new Payloads.Taker() {
      @Override
      public void take(JsonScanner scanner, byte[] b, int start, int end) throws IOException {
        lines.add(null, b, start, end);
      }

      @Override
      public void takeBad(byte[] b, int start, int end) throws IOException {
        lines.addAsItIs(b, start, end);
      }
    };
  }

  /// Takes objects, with the key that these fields are; without one where there are none.
  static Payloads.Taker objects(RowLines lines, List<String> primaryKey) {
    KeyedRow row = new KeyedRow(primaryKey);
    return (scanner, b, start, end) -> {
      KeyedRow.requireObject(b, start);
      lines.add(primaryKey.isEmpty() ? null : row.key(scanner, b, start), b, start, end);
    };
  }
}
