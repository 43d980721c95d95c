package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// The key of one row as JSON text, for a person: `{"id":7,"day":"2020-01-31"}`.
public final class KeyText {
  private static final int TEXT_CHARS_MAX = 80;

  private KeyText() {}

  /// The text; a null is `null`.
  public static String of(RecordBatch rows, int row, List<String> key) {
    StringBuilder text = new StringBuilder("{");
    for (String name : key) {
      int column = rows.schema().indexOf(name);
      text.append(text.length() == 1 ? "" : ",");
      quote(text, name);
      text.append(':');
      int start = text.length();
      value(text, rows.schema().fields().get(column), rows.column(column), row);
      if (text.codePointCount(start, text.length()) > TEXT_CHARS_MAX) {
        text.setLength(text.offsetByCodePoints(start, TEXT_CHARS_MAX));
        text.append("…\"");
      }
    }
    return text.append('}').toString();
  }

  /// One value as a word: a text without quotes where it is one word, everything else as JSON.
  public static String plain(RecordBatch rows, int column, int row) {
    StringBuilder text = new StringBuilder();
    value(text, rows.schema().fields().get(column), rows.column(column), row);
    String json = text.toString();
    int end = json.length() - 1;
    if (end < 2 || json.charAt(0) != '"') {
      return json;
    }
    for (int i = 1; i < end; i++) {
      char c = json.charAt(i);
      if (c <= ' ' || c == '\\' || c == '"' || c == ',' || c == '=' || Character.isSpaceChar(c)) {
        return json;
      }
    }
    String word = json.substring(1, end);
    return word.equals("null") ? json : word;
  }

  private static void value(StringBuilder text, DataField field, Column column, int row) {
    if (column.isNull(row)) {
      text.append("null");
      return;
    }
    DataType type = field.type().required();
    switch (column) {
      case Column.Bools c -> text.append(c.values()[row] != 0);
      case Column.Ints c -> {
        int value = c.values()[row];
        if (type == Scalar.DATE) {
          quote(text, LocalDate.ofEpochDay(value).toString());
        } else {
          text.append(type == Scalar.UINT32 ? value & 0xffff_ffffL : value);
        }
      }
      case Column.Longs c -> longValue(text, type, c.values()[row]);
      case Column.Floats c -> text.append(c.values()[row]);
      case Column.Doubles c -> text.append(c.values()[row]);
      case Column.Bytes c -> {
        byte[] bytes = Arrays.copyOfRange(c.data(), c.offsets()[row], c.offsets()[row + 1]);
        bytesValue(text, type, bytes);
      }
      case Column.Lists c -> {
        DataType item = ((DataType.ListOf) type).itemType();
        text.append('[');
        for (int i = c.offsets()[row]; i < c.offsets()[row + 1]; i++) {
          text.append(i == c.offsets()[row] ? "" : ",");
          value(text, DataField.of(field.name(), item), c.items(), i);
        }
        text.append(']');
      }
      case Column.Structs c -> {
        List<DataField> fields = ((DataType.Struct) type).fields();
        text.append('{');
        for (int i = 0; i < fields.size(); i++) {
          text.append(i == 0 ? "" : ",");
          quote(text, fields.get(i).name());
          text.append(':');
          value(text, fields.get(i), c.children().get(i), row);
        }
        text.append('}');
      }
      case Column.Nulls _ -> text.append("null");
    }
  }

  private static void longValue(StringBuilder text, DataType type, long value) {
    if (type instanceof DataType.Timestamp) {
      quote(text, Instant.ofEpochMilli(value).toString());
    } else if (type instanceof DataType.Decimal(int _, int scale)) {
      text.append(BigDecimal.valueOf(value, scale).toPlainString());
    } else if (type == Scalar.UINT64) {
      text.append(Long.toUnsignedString(value));
    } else {
      text.append(value);
    }
  }

  private static void bytesValue(StringBuilder text, DataType type, byte[] bytes) {
    if (type instanceof DataType.Decimal(int _, int scale)) {
      text.append(new BigDecimal(new BigInteger(bytes), scale).toPlainString());
    } else if (type == Scalar.STRING) {
      quote(text, new String(bytes, StandardCharsets.UTF_8));
    } else {
      quote(text, HexFormat.of().formatHex(bytes));
    }
  }

  private static void quote(StringBuilder text, String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ') {
        text.append("\\u00")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
