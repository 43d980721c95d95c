package dev.catchwater.tables;

import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.JsonScanner;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Keys of rows as texts by which they are compared: `1`, `"1"` and `1.0` are one key (S12). The
/// key of one field is its text; that of several a JSON array of their texts. Stateless.
public final class RowKey {
  private static final int BYTES_MAX = 4_096;
  private static final int SLACK = 16;

  private RowKey() {}

  /// The text of one value of a key.
  ///
  /// @param start where the JSON value begins
  /// @param end where it ends
  /// @throws BadValue for null, arrays and objects
  static String text(JsonScanner scanner, byte[] b, int start, int end) {
    return switch (b[start]) {
      case '"' -> {
        scanner.string(b, start);
        int from = scanner.from;
        yield new String(scanner.text, from, scanner.to - from, StandardCharsets.UTF_8);
      }
      case 't', 'f' -> b[start] == 't' ? "true" : "false";
      case 'n' -> throw BadValue.of("A key has no null", null);
      case '{', '[' -> throw BadValue.of("A key is a text, a number or a boolean", null);
      default -> number(new String(b, start, end - start, StandardCharsets.US_ASCII));
    };
  }

  private static String number(String spelling) {
    boolean isWhole = spelling.length() < 19 && !spelling.equals("-0");
    for (int i = spelling.startsWith("-") ? 1 : 0; i < spelling.length() && isWhole; i++) {
      isWhole = spelling.charAt(i) >= '0' && spelling.charAt(i) <= '9';
    }
    if (isWhole) {
      return spelling;
    }
    BigDecimal value = new BigDecimal(spelling);
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  /// The key of these texts.
  ///
  /// @throws BadValue where it is too long
  static byte[] of(List<String> texts) {
    String text = texts.size() == 1 ? texts.getFirst() : array(texts);
    byte[] key = text.getBytes(StandardCharsets.UTF_8);
    if (key.length > BYTES_MAX) {
      throw BadValue.of("A key has at most " + BYTES_MAX + " bytes", null);
    }
    return key;
  }

  private static String array(List<String> texts) {
    RowText array = new RowText();
    byte separator = '[';
    for (String text : texts) {
      array.put(separator);
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      array.quote(utf8, 0, utf8.length);
      separator = ',';
    }
    array.put((byte) ']');
    return new String(array.bytes(), 0, array.length(), StandardCharsets.UTF_8);
  }

  /// The key that an address names by its text.
  ///
  /// @param fields of the key
  /// @throws CatchwaterException `BAD_ARGUMENT`
  public static byte[] ofText(List<String> fields, String text) {
    if (fields.size() != 1) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT,
              "The key has the fields " + String.join(", ", fields) + "; give all of them")
          .withHint("?key= takes a JSON array of their values, in this order");
    }
    return checked(List.of(text));
  }

  /// The key that an address names by a JSON array of values.
  ///
  /// @param fields of the key
  /// @throws CatchwaterException `BAD_ARGUMENT`
  public static byte[] ofArray(List<String> fields, String json) {
    byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
    byte[] b = Arrays.copyOf(utf8, utf8.length + SLACK);
    Arrays.fill(b, utf8.length, b.length, (byte) '\n');
    List<String> texts = new ArrayList<>();
    boolean isArray = false;
    try {
      JsonScanner scanner = new JsonScanner(false);
      int p = scanner.space(b, 0);
      isArray = b[p] == '[' && scanner.space(b, scanner.skip(b, p)) == utf8.length;
      p = isArray ? scanner.space(b, p + 1) : p;
      while (isArray && b[p] != ']') {
        int end = scanner.skip(b, p);
        texts.add(text(scanner, b, p, end));
        p = scanner.space(b, end);
        p = b[p] == ',' ? scanner.space(b, p + 1) : p;
      }
    } catch (BadValue e) {
      throw CatchwaterException.of(ErrorCode.BAD_ARGUMENT, "key: " + e.text());
    }
    if (!isArray || texts.size() != fields.size()) {
      throw CatchwaterException.of(
          ErrorCode.BAD_ARGUMENT,
          "key is a JSON array of the values of " + String.join(", ", fields));
    }
    return checked(texts);
  }

  private static byte[] checked(List<String> texts) {
    try {
      return of(texts);
    } catch (BadValue e) {
      throw CatchwaterException.of(ErrorCode.BAD_ARGUMENT, e.text());
    }
  }
}
