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
      value(text, rows.schema().fields().get(column), rows.column(column), row);
    }
    return text.append('}').toString();
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
      case Column.Lists _, Column.Structs _, Column.Nulls _ -> text.append("null");
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
    String cut =
        value.length() <= TEXT_CHARS_MAX ? value : value.substring(0, TEXT_CHARS_MAX) + "…";
    text.append('"');
    for (int i = 0; i < cut.length(); i++) {
      char c = cut.charAt(i);
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
