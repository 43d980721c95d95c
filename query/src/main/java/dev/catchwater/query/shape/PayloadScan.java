package dev.catchwater.query.shape;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.JsonScanner;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Finds the fields of payloads. Used by one thread.
final class PayloadScan {
  private static final int SLACK = 8;
  private static final int EXACT_DIGITS = 15;
  private static final int LONG_DIGITS = 18;

  private final JsonScanner scanner = new JsonScanner(true);
  private final Map<String, Field> fields = new HashMap<>();
  private final Map<String, Field> inOrder = new LinkedHashMap<>();
  private Field[] expected = new Field[16];
  private byte[] buffer = new byte[1 << 12];
  private boolean hasBadJson;
  private boolean isCut;

  private static final class Field {
    private final byte[] name;
    private int kinds;

    Field(byte[] name) {
      this.name = name;
    }
  }

  /// Looks at the rows of a batch that has the column.
  void add(RecordBatch batch) {
    if (batch.column(batch.schema().indexOf(Shape.PAYLOAD)) instanceof Column.Bytes texts) {
      for (int row = 0; row < batch.rowCount(); row++) {
        if (!texts.isNull(row)) {
          add(texts.data(), texts.offsets()[row], texts.offsets()[row + 1]);
        }
      }
    }
  }

  /// Looks at one payload.
  void add(byte[] data, int start, int end) {
    int length = end - start;
    if (buffer.length < length + SLACK) {
      buffer = new byte[2 * (length + SLACK)];
    }
    System.arraycopy(data, start, buffer, 0, length);
    Arrays.fill(buffer, length, length + SLACK, (byte) '\n');
    try {
      scanner.depth = 0;
      int behind = value(scanner.space(buffer, 0));
      hasBadJson |= scanner.space(buffer, behind) < length;
    } catch (BadValue e) {
      hasBadJson = true;
    }
  }

  private int value(int start) {
    byte[] b = buffer;
    if (b[start] != '{') {
      return scanner.skip(b, start);
    }
    scanner.open(start);
    int p = scanner.space(b, start + 1);
    boolean more = b[p] != '}';
    for (int i = 0; more; i++) {
      if (b[p] != '"') {
        throw JsonScanner.notAKey(b, p);
      }
      p = scanner.space(b, scanner.string(b, p));
      Field field = field(i);
      p = scanner.space(b, scanner.colon(b, p));
      int valueAt = p;
      p = scanner.skip(b, p);
      if (field != null) {
        field.kinds |= kind(b, valueAt, p);
      }
      p = scanner.space(b, p);
      more = b[p] == ',';
      if (more) {
        p = scanner.space(b, p + 1);
      } else if (b[p] != '}') {
        throw JsonScanner.expected(b, p, "',' or '}'");
      }
    }
    scanner.depth--;
    return p + 1;
  }

  /// The field of the name that was read last; most rows have the same ones at the same places.
  private @org.jspecify.annotations.Nullable Field field(int place) {
    Field usual = place < expected.length ? expected[place] : null;
    byte[] text = scanner.text;
    if (usual != null
        && Arrays.equals(usual.name, 0, usual.name.length, text, scanner.from, scanner.to)) {
      return usual;
    }
    String name = new String(text, scanner.from, scanner.to - scanner.from, StandardCharsets.UTF_8);
    Field found = fields.get(name);
    if (found == null) {
      if (fields.size() == PayloadFields.NAMES_MAX) {
        isCut = true;
        return null;
      }
      found = new Field(Arrays.copyOfRange(text, scanner.from, scanner.to));
      fields.put(name, found);
      inOrder.put(name, found);
    }
    if (place < expected.length) {
      expected[place] = found;
    }
    return found;
  }

  private static int kind(byte[] b, int start, int end) {
    return switch (b[start]) {
      case 'n' -> 0;
      case 't', 'f' -> PayloadFields.BOOL;
      case '"' -> PayloadFields.STRING;
      case '{', '[' -> PayloadFields.NESTED;
      default -> number(b, start, end);
    };
  }

  private static int number(byte[] b, int start, int end) {
    for (int p = start; p < end; p++) {
      if (b[p] == '.' || b[p] == 'e' || b[p] == 'E') {
        String text = new String(b, start, end - start, StandardCharsets.US_ASCII);
        return Double.isInfinite(Double.parseDouble(text))
            ? PayloadFields.HUGE
            : PayloadFields.REAL;
      }
    }
    int digits = end - start - (b[start] == '-' ? 1 : 0);
    if (digits <= EXACT_DIGITS) {
      return PayloadFields.INT;
    }
    if (digits <= LONG_DIGITS) {
      return PayloadFields.LONG;
    }
    try {
      long _ = Long.parseLong(new String(b, start, end - start, StandardCharsets.US_ASCII));
      return PayloadFields.LONG;
    } catch (NumberFormatException e) {
      return PayloadFields.HUGE;
    }
  }

  /// What was found so far.
  PayloadFields fields() {
    Map<String, Integer> kinds = new LinkedHashMap<>();
    inOrder.forEach((name, field) -> kinds.put(name, field.kinds));
    return new PayloadFields(kinds, hasBadJson, isCut);
  }
}
