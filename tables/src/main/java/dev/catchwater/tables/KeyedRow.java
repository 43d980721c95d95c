package dev.catchwater.tables;

import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.JsonScanner;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Finds the key in the JSON object of a row. Used by one thread.
final class KeyedRow {
  private final List<String> names;
  private final byte[][] spellings;
  private final String[] texts;

  KeyedRow(List<String> names) {
    this.names = names;
    spellings = new byte[names.size()][];
    for (int i = 0; i < spellings.length; i++) {
      spellings[i] = names.get(i).getBytes(StandardCharsets.UTF_8);
    }
    texts = new String[spellings.length];
  }

  /// The key of a row.
  ///
  /// @param start where its JSON begins, which was scanned
  /// @throws BadValue where it has none
  byte[] key(JsonScanner scanner, byte[] b, int start) {
    requireObject(b, start);
    boolean[] isThere = new boolean[spellings.length];
    int p = scanner.space(b, start + 1);
    while (b[p] != '}') {
      int nameEnd = scanner.string(b, p);
      int field = field(scanner);
      int value = scanner.space(b, scanner.colon(b, scanner.space(b, nameEnd)));
      int end = scanner.skip(b, value);
      if (field >= 0) {
        if (isThere[field]) {
          throw BadValue.of("The row has the field \"" + names.get(field) + "\" twice", null);
        }
        isThere[field] = true;
        texts[field] = text(scanner, b, value, end, field);
      }
      p = scanner.space(b, end);
      p = b[p] == ',' ? scanner.space(b, p + 1) : p;
    }
    for (int i = 0; i < isThere.length; i++) {
      if (!isThere[i]) {
        throw BadValue.of(
            "The row has no field \"" + names.get(i) + "\", which is of the primary key", null);
      }
    }
    return RowKey.of(Arrays.asList(texts));
  }

  private String text(JsonScanner scanner, byte[] b, int start, int end, int field) {
    try {
      return RowKey.text(scanner, b, start, end);
    } catch (BadValue e) {
      throw BadValue.of("The field \"" + names.get(field) + "\": " + e.text(), null);
    }
  }

  static void requireObject(byte[] b, int start) {
    if (b[start] != '{') {
      throw JsonScanner.expected(b, start, "an object");
    }
  }

  private int field(JsonScanner scanner) {
    for (int i = 0; i < spellings.length; i++) {
      byte[] name = spellings[i];
      if (Arrays.equals(name, 0, name.length, scanner.text, scanner.from, scanner.to)) {
        return i;
      }
    }
    return -1;
  }
}
