package dev.catchwater.ingest.read.shape;

import dev.catchwater.ingest.read.cell.Cell;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;

/// Hands the values of a table's records to cells, in the forms that cells take from every format.
/// Used by one thread.
public final class TableValues {
  private static final long JULIAN_EPOCH = 2_440_588;
  private static final long SECONDS_PER_DAY = 86_400;
  private static final int SLACK = 64;

  private final Table table;
  private byte[] text = new byte[256];

  public TableValues(Table table) {
    this.table = table;
  }

  /// Takes the field of the record at hand.
  ///
  /// @throws dev.catchwater.ingest.read.cell.BadValue where it does not fit the cell
  public void take(TableField field, Cell cell) {
    byte[] record = table.record();
    int start = field.offset();
    int end = start + field.length();
    switch (field.type()) {
      case 'C' -> text(record, start, end, cell);
      case 'N', 'F' -> number(record, start, end, cell);
      case 'L' -> logical(record[start], cell);
      case 'D' -> date(record, start, end, cell);
      case 'I', '+' -> jsonNumber(Integer.toString(little(record, start).getInt()), cell);
      case 'O', 'B' -> real(little(record, start).getDouble(), cell);
      case 'Y' ->
          jsonNumber(BigDecimal.valueOf(little(record, start).getLong(), 4).toPlainString(), cell);
      case 'T', '@' -> time(little(record, start), cell);
      default -> throw new IllegalStateException("a field of kind " + field.type());
    }
  }

  private static ByteBuffer little(byte[] record, int start) {
    return ByteBuffer.wrap(record, start, Math.min(8, record.length - start))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == 0 || b == '\t';
  }

  private void text(byte[] record, int start, int end, Cell cell) {
    int from = start;
    int to = end;
    while (to > from && isBlank(record[to - 1])) {
      to--;
    }
    while (from < to && isBlank(record[from])) {
      from++;
    }
    if (from == to) {
      cell.absent("empty");
      return;
    }
    put(table.text().decode(record, from, to), cell);
  }

  private void put(String value, Cell cell) {
    int length = fill(value);
    cell.text(text, 0, length);
  }

  private int fill(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (text.length < bytes.length + SLACK) {
      text = new byte[bytes.length * 2 + SLACK];
    }
    System.arraycopy(bytes, 0, text, 0, bytes.length);
    Arrays.fill(text, bytes.length, bytes.length + SLACK, (byte) '\n');
    return bytes.length;
  }

  private void number(byte[] record, int start, int end, Cell cell) {
    String written = new String(record, start, end - start, StandardCharsets.ISO_8859_1);
    String digits = written.replace('\0', ' ').strip();
    // Stars stand where the number was too long for the field.
    if (digits.isEmpty() || digits.chars().allMatch(c -> c == '*')) {
      cell.absent("empty");
      return;
    }
    jsonNumber(plain(digits), cell);
  }

  /// The number as JSON writes it: a digit before the point and behind it, no plus, no zeros ahead.
  private static String plain(String digits) {
    boolean isNegative = digits.startsWith("-");
    String rest = isNegative || digits.startsWith("+") ? digits.substring(1) : digits;
    int zeros = 0;
    while (zeros + 1 < rest.length()
        && rest.charAt(zeros) == '0'
        && Character.isDigit(rest.charAt(zeros + 1))) {
      zeros++;
    }
    rest = rest.substring(zeros);
    if (rest.startsWith(".")) {
      rest = "0" + rest;
    }
    if (rest.endsWith(".")) {
      rest = rest.substring(0, rest.length() - 1);
    }
    return isNegative ? "-" + rest : rest;
  }

  private void jsonNumber(String value, Cell cell) {
    int length = fill(value);
    if (!Cell.isNumber(text, 0, length)) {
      throw cell.expected(text, 0, length);
    }
    cell.number(text, 0, length);
  }

  private void real(double value, Cell cell) {
    if (Double.isFinite(value)) {
      jsonNumber(Double.toString(value), cell);
    } else {
      int length = fill(Double.toString(value));
      throw cell.expected(text, 0, length);
    }
  }

  private void logical(byte value, Cell cell) {
    switch (value) {
      case 'T', 't', 'Y', 'y' -> cell.bool(true);
      case 'F', 'f', 'N', 'n' -> cell.bool(false);
      case '?', ' ', 0 -> cell.absent("empty");
      default -> {
        text[0] = value;
        throw cell.expected(text, 0, 1, "T, F, Y, N or ? stand for truth");
      }
    }
  }

  private void date(byte[] record, int start, int end, Cell cell) {
    String day = new String(record, start, end - start, StandardCharsets.ISO_8859_1);
    String digits = day.replace('\0', ' ').strip();
    if (digits.isEmpty() || digits.equals("00000000")) {
      cell.absent("empty");
      return;
    }
    boolean isDay = digits.length() == 8 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    put(
        isDay
            ? digits.substring(0, 4) + "-" + digits.substring(4, 6) + "-" + digits.substring(6)
            : digits,
        cell);
  }

  private void time(ByteBuffer value, Cell cell) {
    long day = value.getInt() & 0xffff_ffffL;
    int millis = value.getInt();
    if (day == 0) {
      cell.absent("empty");
      return;
    }
    long seconds = (day - JULIAN_EPOCH) * SECONDS_PER_DAY + Math.floorDiv(millis, 1_000);
    int nanos = Math.floorMod(millis, 1_000) * 1_000_000;
    LocalDateTime time = LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC);
    boolean isWhole = time.getSecond() == 0 && time.getNano() == 0;
    put(isWhole ? time + ":00Z" : time + "Z", cell);
  }
}
