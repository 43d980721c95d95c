package dev.catchwater.query.format;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Writes the values of one column in the notation of JSON, CSV or a table cell. What to do is
/// looked up from the type once, not for every value. Used by one thread.
final class ColumnText {
  private enum Kind {
    NULL,
    BOOL,
    INT8,
    INT16,
    INT32,
    UINT8,
    UINT16,
    UINT32,
    INT64,
    UINT64,
    FLOAT16,
    FLOAT32,
    FLOAT64,
    DECIMAL,
    STRING,
    BINARY,
    DATE,
    TIME,
    TIMESTAMP,
    DURATION,
    LIST,
    STRUCT
  }

  private static final String[] ESCAPES = new String[0x20];

  static {
    for (int i = 0; i < ESCAPES.length; i++) {
      ESCAPES[i] = "\\u00" + Character.forDigit(i >> 4, 16) + Character.forDigit(i & 15, 16);
    }
    ESCAPES['\b'] = "\\b";
    ESCAPES['\f'] = "\\f";
    ESCAPES['\n'] = "\\n";
    ESCAPES['\r'] = "\\r";
    ESCAPES['\t'] = "\\t";
  }

  private final Kind kind;
  private final TimeUnit unit;
  private final int scale;
  private final ColumnText[] children;
  private final byte[][] keys;

  private ColumnText(Kind kind, TimeUnit unit, int scale, ColumnText[] children, byte[][] keys) {
    this.kind = kind;
    this.unit = unit;
    this.scale = scale;
    this.children = children;
    this.keys = keys;
  }

  /// The writer for a field. A type that has no notation is refused, naming the field.
  static ColumnText of(DataField field) {
    return of(field.name(), field.type().required());
  }

  private static ColumnText of(String name, DataType type) {
    if (type instanceof Scalar scalar) {
      return of(Kind.valueOf(scalar.name()));
    } else if (type instanceof DataType.Timestamp timestamp) {
      return timed(Kind.TIMESTAMP, timestamp.unit());
    } else if (type instanceof DataType.Time time) {
      return timed(Kind.TIME, time.unit());
    } else if (type instanceof DataType.Duration duration) {
      return timed(Kind.DURATION, duration.unit());
    } else if (type instanceof DataType.Decimal decimal) {
      return new ColumnText(
          Kind.DECIMAL, TimeUnit.SECOND, decimal.scale(), new ColumnText[0], new byte[0][]);
    } else if (type instanceof DataType.Binary) {
      return of(Kind.BINARY);
    } else if (type instanceof DataType.ListOf list) {
      ColumnText[] item = {of(name, list.itemType().required())};
      return new ColumnText(Kind.LIST, TimeUnit.SECOND, 0, item, new byte[0][]);
    } else if (type instanceof DataType.Struct struct) {
      List<DataField> fields = struct.fields();
      ColumnText[] children = new ColumnText[fields.size()];
      byte[][] keys = new byte[fields.size()][];
      for (int i = 0; i < children.length; i++) {
        children[i] = of(name, fields.get(i).type().required());
        keys[i] = fields.get(i).name().getBytes(StandardCharsets.UTF_8);
      }
      return new ColumnText(Kind.STRUCT, TimeUnit.SECOND, 0, children, keys);
    }
    throw CatchwaterException.of(
        ErrorCode.UNSUPPORTED,
        "Column `" + name + "` of type " + type.odfName() + " cannot be written as text");
  }

  private static ColumnText of(Kind kind) {
    return timed(kind, TimeUnit.SECOND);
  }

  private static ColumnText timed(Kind kind, TimeUnit unit) {
    return new ColumnText(kind, unit, 0, new ColumnText[0], new byte[0][]);
  }

  /// The value as JSON.
  void json(TextSink sink, Column column, int row) {
    if (column.isNull(row)) {
      sink.ascii("null");
      return;
    }
    switch (kind) {
      case STRING -> {
        Column.Bytes bytes = (Column.Bytes) column;
        int from = bytes.offsets()[row];
        jsonString(sink, bytes.data(), from, bytes.offsets()[row + 1] - from);
      }
      case LIST -> {
        Column.Lists lists = (Column.Lists) column;
        sink.put('[');
        for (int i = lists.offsets()[row]; i < lists.offsets()[row + 1]; i++) {
          if (i > lists.offsets()[row]) {
            sink.put(',');
          }
          children[0].json(sink, lists.items(), i);
        }
        sink.put(']');
      }
      case STRUCT -> {
        Column.Structs struct = (Column.Structs) column;
        sink.put('{');
        for (int i = 0; i < children.length; i++) {
          if (i > 0) {
            sink.put(',');
          }
          jsonString(sink, keys[i], 0, keys[i].length);
          sink.put(':');
          children[i].json(sink, struct.children().get(i), row);
        }
        sink.put('}');
      }
      case DECIMAL, BINARY, DATE, TIME, TIMESTAMP, DURATION -> {
        sink.put('"');
        plain(sink, column, row, FloatText.Exponent.SIGNED);
        sink.put('"');
      }
      case FLOAT16, FLOAT32, FLOAT64 -> {
        if (isFinite(column, row)) {
          plain(sink, column, row, FloatText.Exponent.SIGNED);
        } else {
          sink.ascii("null");
        }
      }
      default -> plain(sink, column, row, FloatText.Exponent.SIGNED);
    }
  }

  /// The value as a field of CSV, in quotes only where it has the separator, a quote or a line end.
  void csv(TextSink sink, TextSink scratch, Column column, int row) {
    if (column.isNull(row)) {
      return;
    }
    if (kind == Kind.STRING) {
      Column.Bytes bytes = (Column.Bytes) column;
      int from = bytes.offsets()[row];
      csvField(sink, bytes.data(), from, bytes.offsets()[row + 1] - from);
    } else if (kind == Kind.LIST || kind == Kind.STRUCT) {
      json(scratch, column, row);
      byte[] text = scratch.take();
      csvField(sink, text, 0, text.length);
    } else {
      plain(sink, column, row, FloatText.Exponent.SIGNED);
    }
  }

  /// The text as a field of CSV that no spreadsheet takes for a formula. What is no text is written
  /// as it always is.
  void csvQuoted(TextSink sink, Column column, int row) {
    if (kind != Kind.STRING) {
      csv(sink, new TextSink(), column, row);
      return;
    }
    Column.Bytes bytes = (Column.Bytes) column;
    int from = bytes.offsets()[row];
    byte[] safe = new byte[bytes.offsets()[row + 1] - from + 1];
    safe[0] = '\'';
    System.arraycopy(bytes.data(), from, safe, 1, safe.length - 1);
    csvField(sink, safe, 0, safe.length);
  }

  /// The value as shown in a table, before it is shortened; nothing for null.
  void cell(TextSink sink, Column column, int row) {
    if (column.isNull(row)) {
      return;
    }
    if (kind == Kind.LIST) {
      Column.Lists lists = (Column.Lists) column;
      sink.put('[');
      for (int i = lists.offsets()[row]; i < lists.offsets()[row + 1]; i++) {
        if (i > lists.offsets()[row]) {
          sink.ascii(", ");
        }
        children[0].cell(sink, lists.items(), i);
      }
      sink.put(']');
    } else if (kind == Kind.STRUCT) {
      Column.Structs struct = (Column.Structs) column;
      sink.put('{');
      for (int i = 0; i < children.length; i++) {
        if (i > 0) {
          sink.ascii(", ");
        }
        sink.utf8(keys[i], 0, keys[i].length).ascii(": ");
        children[i].cell(sink, struct.children().get(i), row);
      }
      sink.put('}');
    } else {
      plain(sink, column, row, FloatText.Exponent.BARE);
    }
  }

  /// Whether table cells are shortened in the middle, as bytes are.
  boolean isBinary() {
    return kind == Kind.BINARY;
  }

  private void plain(TextSink sink, Column column, int row, FloatText.Exponent exponent) {
    switch (kind) {
      case NULL, LIST, STRUCT -> throw new IllegalStateException("no plain text of " + kind);
      case BOOL -> sink.ascii(((Column.Bools) column).values()[row] != 0 ? "true" : "false");
      case INT8, INT16, INT32 -> sink.number(intAt(column, row));
      case UINT8 -> sink.number(intAt(column, row) & 0xff);
      case UINT16 -> sink.number(intAt(column, row) & 0xffff);
      case UINT32 -> sink.number(intAt(column, row) & 0xffff_ffffL);
      case INT64 -> sink.number(longAt(column, row));
      case UINT64 -> unsigned(sink, longAt(column, row));
      case FLOAT16 -> floating(sink, Float.float16ToFloat((short) intAt(column, row)), exponent);
      case FLOAT32 -> floating(sink, ((Column.Floats) column).values()[row], exponent);
      case FLOAT64 -> floating(sink, ((Column.Doubles) column).values()[row], exponent);
      case DECIMAL -> decimal(sink, column, row);
      case STRING -> {
        Column.Bytes bytes = (Column.Bytes) column;
        int from = bytes.offsets()[row];
        sink.utf8(bytes.data(), from, bytes.offsets()[row + 1] - from);
      }
      case BINARY -> {
        Column.Bytes bytes = (Column.Bytes) column;
        int from = bytes.offsets()[row];
        sink.hex(bytes.data(), from, bytes.offsets()[row + 1] - from);
      }
      case DATE -> TimeText.date(sink, intAt(column, row));
      case TIME ->
          TimeText.time(
              sink, column instanceof Column.Ints ? intAt(column, row) : longAt(column, row), unit);
      case TIMESTAMP -> TimeText.timestamp(sink, longAt(column, row), unit);
      case DURATION -> TimeText.duration(sink, longAt(column, row), unit);
    }
  }

  private static int intAt(Column column, int row) {
    return ((Column.Ints) column).values()[row];
  }

  private static long longAt(Column column, int row) {
    return ((Column.Longs) column).values()[row];
  }

  private boolean isFinite(Column column, int row) {
    return switch (kind) {
      case FLOAT64 -> Double.isFinite(((Column.Doubles) column).values()[row]);
      case FLOAT32 -> Float.isFinite(((Column.Floats) column).values()[row]);
      default -> Float.isFinite(Float.float16ToFloat((short) intAt(column, row)));
    };
  }

  private static void floating(TextSink sink, double value, FloatText.Exponent exponent) {
    if (Double.isFinite(value)) {
      FloatText.append(sink, value, exponent);
    } else {
      sink.ascii(Double.isNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf");
    }
  }

  private static void floating(TextSink sink, float value, FloatText.Exponent exponent) {
    if (Float.isFinite(value)) {
      FloatText.append(sink, value, exponent);
    } else {
      floating(sink, (double) value, exponent);
    }
  }

  private static void unsigned(TextSink sink, long value) {
    if (value >= 0) {
      sink.number(value);
    } else {
      sink.ascii(Long.toUnsignedString(value));
    }
  }

  private void decimal(TextSink sink, Column column, int row) {
    BigInteger unscaled;
    if (column instanceof Column.Longs longs) {
      unscaled = BigInteger.valueOf(longs.values()[row]);
    } else {
      Column.Bytes bytes = (Column.Bytes) column;
      unscaled =
          new BigInteger(
              Arrays.copyOfRange(bytes.data(), bytes.offsets()[row], bytes.offsets()[row + 1]));
    }
    sink.ascii(new BigDecimal(unscaled, scale).toPlainString());
  }

  static void jsonString(TextSink sink, byte[] utf8, int offset, int count) {
    sink.put('"');
    int from = offset;
    int end = offset + count;
    for (int i = offset; i < end; i++) {
      byte c = utf8[i];
      if (c >= 0 && (c < 0x20 || c == '"' || c == '\\')) {
        sink.utf8(utf8, from, i - from);
        if (c < 0x20) {
          sink.ascii(ESCAPES[c]);
        } else {
          sink.put('\\').put((char) c);
        }
        from = i + 1;
      }
    }
    sink.utf8(utf8, from, end - from).put('"');
  }

  static void csvField(TextSink sink, byte[] utf8, int offset, int count) {
    int end = offset + count;
    boolean quoted = false;
    for (int i = offset; i < end && !quoted; i++) {
      byte c = utf8[i];
      quoted = c == ',' || c == '"' || c == '\n' || c == '\r';
    }
    if (!quoted) {
      sink.utf8(utf8, offset, count);
      return;
    }
    sink.put('"');
    int from = offset;
    for (int i = offset; i < end; i++) {
      if (utf8[i] == '"') {
        sink.utf8(utf8, from, i + 1 - from).put('"');
        from = i + 1;
      }
    }
    sink.utf8(utf8, from, end - from).put('"');
  }
}
