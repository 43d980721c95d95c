package dev.catchwater.ingest.read.cast;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.Utf8;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;

/// Writes values as JSON, exactly: numbers with all digits, times as texts, bytes in hexadecimal
/// digits. Used by one thread.
final class ValueText {
  /// Bytes behind the text that a parser may look at.
  private static final int SLACK = 64;

  byte[] bytes = new byte[256];
  int length;

  /// Writes one value and puts a line end behind it.
  ///
  /// @throws BadValue for a text that is not UTF-8
  void write(DataType type, Column column, int row) {
    length = 0;
    put(type, column, row);
    reserve(SLACK);
    Arrays.fill(bytes, length, length + SLACK, (byte) '\n');
  }

  private void reserve(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
  }

  private void put(char c) {
    reserve(1);
    bytes[length++] = (byte) c;
  }

  private void ascii(String text) {
    byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1);
    reserve(ascii.length);
    System.arraycopy(ascii, 0, bytes, length, ascii.length);
    length += ascii.length;
  }

  private void quoted(String text) {
    put('"');
    ascii(text);
    put('"');
  }

  private void put(DataType stated, Column column, int row) {
    if (column.isNull(row)) {
      ascii("null");
      return;
    }
    DataType type = stated.required();
    switch (column) {
      case Column.Bools c -> ascii(c.values()[row] == 0 ? "false" : "true");
      case Column.Ints c -> putInt(type, c.values()[row]);
      case Column.Longs c -> putLong(type, c.values()[row]);
      case Column.Floats c -> {
        float value = c.values()[row];
        number(Float.isFinite(value), Float.toString(value));
      }
      case Column.Doubles c -> {
        double value = c.values()[row];
        number(Double.isFinite(value), Double.toString(value));
      }
      case Column.Bytes c -> putBytes(type, c.data(), c.offsets()[row], c.offsets()[row + 1]);
      case Column.Lists c -> putList((DataType.ListOf) type, c, row);
      case Column.Structs c -> putStruct((DataType.Struct) type, c, row);
      case Column.Nulls _ -> ascii("null");
    }
  }

  /// JSON has no NaN; as a text it is shown where it is refused.
  private void number(boolean isFinite, String text) {
    if (isFinite) {
      ascii(text);
    } else {
      quoted(text);
    }
  }

  private void putInt(DataType type, int value) {
    if (type == Scalar.DATE) {
      quoted(LocalDate.ofEpochDay(value).toString());
    } else if (type == Scalar.UINT32) {
      ascii(Integer.toUnsignedString(value));
    } else if (type == Scalar.FLOAT16) {
      float half = Float.float16ToFloat((short) value);
      number(Float.isFinite(half), Float.toString(half));
    } else if (type instanceof DataType.Time time) {
      timeOfDay(time.unit(), value);
    } else {
      ascii(Integer.toString(value));
    }
  }

  private void putLong(DataType type, long value) {
    switch (type) {
      case DataType.Decimal decimal ->
          ascii(BigDecimal.valueOf(value, decimal.scale()).toPlainString());
      case DataType.Timestamp timestamp -> {
        long units = perSecond(timestamp.unit());
        long nanos = Math.floorMod(value, units) * (1_000_000_000L / units);
        LocalDateTime time =
            LocalDateTime.ofEpochSecond(Math.floorDiv(value, units), (int) nanos, ZoneOffset.UTC);
        String text = withSeconds(time.toString(), time.toLocalTime());
        quoted(timestamp.timezone().isEmpty() ? text : text + "Z");
      }
      case DataType.Time time -> timeOfDay(time.unit(), value);
      case Scalar.UINT64 -> ascii(Long.toUnsignedString(value));
      default -> ascii(Long.toString(value));
    }
  }

  private void timeOfDay(TimeUnit unit, long value) {
    long day = 86_400 * perSecond(unit);
    if (value < 0 || value >= day) {
      throw BadValue.of("The time of day is outside the day", null);
    }
    LocalTime time = LocalTime.ofNanoOfDay(value * (1_000_000_000L / perSecond(unit)));
    quoted(withSeconds(time.toString(), time));
  }

  /// The JDK leaves seconds out where there are none.
  private static String withSeconds(String text, LocalTime time) {
    return time.getSecond() == 0 && time.getNano() == 0 ? text + ":00" : text;
  }

  static long perSecond(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MILLISECOND -> 1_000;
      case MICROSECOND -> 1_000_000;
      case NANOSECOND -> 1_000_000_000;
    };
  }

  private void putBytes(DataType type, byte[] data, int start, int end) {
    switch (type) {
      case DataType.Decimal decimal ->
          ascii(
              new BigDecimal(new BigInteger(data, start, end - start), decimal.scale())
                  .toPlainString());
      case DataType.Binary _ -> {
        put('"');
        for (int i = start; i < end; i++) {
          put(BadValue.hex(data[i] >> 4));
          put(BadValue.hex(data[i]));
        }
        put('"');
      }
      default -> putText(data, start, end);
    }
  }

  private void putText(byte[] data, int start, int end) {
    put('"');
    for (int i = start; i < end; ) {
      byte c = data[i];
      int count = c < 0 ? Utf8.length(data, i) : 1;
      if (count == 0 || count > end - i) {
        throw Utf8Check.refused(i - start);
      }
      if (c == '"' || c == '\\') {
        put('\\');
        put((char) c);
      } else if (c >= 0 && c < 0x20) {
        ascii("\\u00");
        put(BadValue.hex(c >> 4));
        put(BadValue.hex(c));
      } else {
        reserve(count);
        System.arraycopy(data, i, bytes, length, count);
        length += count;
      }
      i += count;
    }
    put('"');
  }

  private void putList(DataType.ListOf type, Column.Lists lists, int row) {
    put('[');
    for (int i = lists.offsets()[row]; i < lists.offsets()[row + 1]; i++) {
      if (i > lists.offsets()[row]) {
        put(',');
      }
      put(type.itemType(), lists.items(), i);
    }
    put(']');
  }

  private void putStruct(DataType.Struct type, Column.Structs structs, int row) {
    List<DataField> fields = type.fields();
    put('{');
    for (int i = 0; i < fields.size(); i++) {
      if (i > 0) {
        put(',');
      }
      byte[] name = fields.get(i).name().getBytes(StandardCharsets.UTF_8);
      putText(name, 0, name.length);
      put(':');
      put(fields.get(i).type(), structs.children().get(i), row);
    }
    put('}');
  }
}
