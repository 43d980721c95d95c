package dev.catchwater.tables;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.ingest.read.ReadOptions;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.ingest.read.RowReaders;
import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.Cell;
import dev.catchwater.ingest.read.cell.JsonScanner;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.query.format.RowFormat;
import dev.catchwater.query.format.RowWriter;
import dev.catchwater.query.format.TableStyle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/// Reads a body of any format as JSON values, one after the other. Used once, by one thread.
final class Payloads {
  /// A JSON document and a body of bytes are held in memory as a whole.
  private static final int WHOLE_MAX = 32 << 20;

  private static final ReadOptions NAMES_AS_THEY_ARE = new ReadOptions("", List.of(), false);
  private static final TableStyle NO_STYLE = new TableStyle(false, false, -1);

  private final PushInput input;
  private final Taker taker;
  private final boolean keepsBadLines;

  /// Takes values.
  interface Taker {
    /// Takes a value, which was scanned.
    ///
    /// @param start where it begins
    /// @param end behind it
    void take(JsonScanner scanner, byte[] b, int start, int end) throws IOException;

    /// Takes a line that is no value, or that [#take] refused.
    default void takeBad(byte[] b, int start, int end) throws IOException {
      throw new IllegalStateException("bad lines are refused");
    }
  }

  /// @param keepsBadLines whether lines that are no values go to [Taker#takeBad] instead of
  ///   refusing the body; of NDJSON only
  Payloads(PushInput input, Taker taker, boolean keepsBadLines) {
    this.input = input;
    this.taker = taker;
    this.keepsBadLines = keepsBadLines;
  }

  /// Reads all of it.
  ///
  /// @throws CatchwaterException `BAD_DATA` with the place of the first value that is wrong,
  ///   `LIMIT_EXCEEDED`
  void read(EventFormat format) throws IOException {
    switch (format) {
      case JSON -> document();
      case NDJSON -> {
        try (InputStream in = input.open()) {
          lines(in);
        }
      }
      case CSV -> csv();
      case PARQUET -> parquet();
      case BYTES -> bytes();
    }
  }

  private byte[] whole(String instead) throws IOException {
    if (input.size() > WHOLE_MAX) {
      throw CatchwaterException.of(
              ErrorCode.LIMIT_EXCEEDED, "The body has more than " + WHOLE_MAX + " bytes")
          .withHint(instead);
    }
    try (InputStream in = input.open()) {
      return in.readAllBytes();
    }
  }

  private void bytes() throws IOException {
    String text = Base64.getEncoder().encodeToString(whole("send it in parts"));
    byte[] json = ("{\"base64\":\"" + text + "\"}").getBytes(StandardCharsets.US_ASCII);
    taker.take(new JsonScanner(false), json, 0, json.length);
  }

  private void document() throws IOException {
    byte[] content = whole("send it as NDJSON, which is read line by line");
    byte[] b = Arrays.copyOf(content, content.length + RowText.SLACK);
    Arrays.fill(b, content.length, b.length, (byte) '\n');
    JsonScanner scanner = new JsonScanner(true);
    int item = 0;
    try {
      int p = scanner.space(b, 0);
      if (p >= content.length) {
        return;
      }
      int end = scanner.skip(b, p);
      if (scanner.space(b, end) < content.length) {
        throw BadValue.of("Expected one JSON value", "several values, one a line, are ndjson");
      }
      if (b[p] != '[') {
        taker.take(scanner, b, p, end);
        return;
      }
      p = scanner.space(b, p + 1);
      while (b[p] != ']') {
        item++;
        int itemEnd = scanner.skip(b, p);
        taker.take(scanner, b, p, itemEnd);
        p = scanner.space(b, itemEnd);
        p = b[p] == ',' ? scanner.space(b, p + 1) : p;
      }
    } catch (BadValue e) {
      throw bad(e, item == 0 ? "" : "Item " + item + ": ", 0);
    }
  }

  private CatchwaterException bad(BadValue e, String where, long line) {
    CatchwaterException failure = CatchwaterException.of(ErrorCode.BAD_DATA, where + e.text());
    if (e.hint != null) {
      failure = failure.withHint(e.hint);
    }
    String name = input.name();
    return line == 0 && name == null ? failure : failure.withPlace(new Place(name, line, 0, null));
  }

  private void lines(InputStream in) throws IOException {
    Lines lines = new Lines(in);
    JsonScanner scanner = new JsonScanner(false);
    while (lines.next()) {
      value(scanner, lines.bytes, lines.start, lines.end, lines.number);
    }
  }

  private void value(JsonScanner scanner, byte[] b, int start, int end, long line)
      throws IOException {
    scanner.depth = 0;
    int p = scanner.space(b, start);
    if (p == end || (b[p] == '\r' && p + 1 == end)) {
      return;
    }
    try {
      int valueEnd = scanner.skip(b, p);
      int rest = scanner.space(b, valueEnd);
      if (rest != end && !(b[rest] == '\r' && rest + 1 == end)) {
        throw JsonScanner.expected(b, rest, "the end of the line");
      }
      taker.take(scanner, b, p, valueEnd);
    } catch (BadValue e) {
      if (!keepsBadLines) {
        throw bad(e, "", line);
      }
      taker.takeBad(b, start, end);
    }
  }

  /// Lines of bytes; behind the end of one stands a line feed.
  private static final class Lines {
    private static final int AT_FIRST = 1 << 16;
    private static final int LINE_MAX = 64 << 20;

    private final InputStream in;
    private byte[] bytes = new byte[AT_FIRST];
    private int start;
    private int end = -1;
    private int limit;
    private long number;
    private boolean isAtEnd;

    Lines(InputStream in) {
      this.in = in;
    }

    boolean next() throws IOException {
      start = end + 1;
      int from = start;
      while (true) {
        for (int p = from; p < limit; p++) {
          if (bytes[p] == '\n') {
            end = p;
            number++;
            return true;
          }
        }
        from = limit;
        if (isAtEnd) {
          return false;
        }
        from -= fill();
      }
    }

    /// Reads on; by how much what is there moved.
    private int fill() throws IOException {
      int moved = start;
      System.arraycopy(bytes, start, bytes, 0, limit - start);
      limit -= moved;
      start = 0;
      if (limit + RowText.SLACK + 1 >= bytes.length) {
        if (limit > LINE_MAX) {
          throw CatchwaterException.of(
              ErrorCode.LIMIT_EXCEEDED, "A line has more than " + LINE_MAX + " bytes");
        }
        bytes = Arrays.copyOf(bytes, 2 * bytes.length);
      }
      int read = in.read(bytes, limit, bytes.length - limit - RowText.SLACK - 1);
      if (read < 0) {
        isAtEnd = true;
        if (limit > 0) {
          bytes[limit++] = '\n';
        }
      } else {
        limit += read;
      }
      return moved;
    }
  }

  private void parquet() throws IOException {
    ReadStep step = new ReadStep.Parquet(null, null);
    JsonScanner scanner = new JsonScanner(false);
    long row = 0;
    try (RowReader reader = RowReaders.open(step, InputFormat.PARQUET, input, NAMES_AS_THEY_ARE)) {
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RowWriter writer = RowFormat.NDJSON.open(out, reader.schema(), NO_STYLE);
        writer.write(batch);
        writer.finish();
        Lines lines = new Lines(new java.io.ByteArrayInputStream(out.toByteArray()));
        while (lines.next()) {
          row++;
          value(scanner, lines.bytes, lines.start, lines.end, row);
        }
      }
    }
  }

  private static ReadStep csvStep(boolean isTyped) {
    return new ReadStep.Csv(null, null, null, null, null, true, isTyped, null, null, null, null);
  }

  // A column of numbers keeps them as they were written; what is none in it is a text.
  private void csv() throws IOException {
    DataSchema typed;
    try (RowReader reader =
        RowReaders.open(csvStep(true), InputFormat.CSV, input, NAMES_AS_THEY_ARE)) {
      typed = reader.schema();
    }
    JsonScanner scanner = new JsonScanner(false);
    RowText row = new RowText();
    long count = 0;
    try (RowReader reader =
        RowReaders.open(csvStep(false), InputFormat.CSV, input, NAMES_AS_THEY_ARE)) {
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        for (int i = 0; i < batch.rowCount(); i++) {
          count++;
          row.clear();
          object(row, batch, i, typed);
          row.endLine();
          try {
            scanner.depth = 0;
            taker.take(scanner, row.bytes(), 0, row.length());
          } catch (BadValue e) {
            throw bad(e, "Row " + count + ": ", 0);
          }
        }
      }
    }
  }

  private static void object(RowText to, RecordBatch batch, int row, DataSchema typed) {
    byte separator = '{';
    for (int i = 0; i < batch.columns().size(); i++) {
      DataField field = batch.schema().fields().get(i);
      byte[] name = field.name().getBytes(StandardCharsets.UTF_8);
      to.put(separator);
      to.quote(name, 0, name.length);
      to.put((byte) ':');
      separator = ',';
      value(to, batch.column(i), row, typed.fields().get(i).type().required());
    }
    if (separator == '{') {
      to.put((byte) '{');
    }
    to.put((byte) '}');
  }

  private static void value(RowText to, Column column, int row, DataType type) {
    if (!(column instanceof Column.Bytes texts) || column.isNull(row)) {
      put(to, "null");
      return;
    }
    int start = texts.offsets()[row];
    int end = texts.offsets()[row + 1];
    byte[] b = texts.data();
    boolean isNumber = type.equals(Scalar.INT64) || type.equals(Scalar.FLOAT64);
    if (isNumber && isJsonNumber(b, start, end)) {
      to.put(b, start, end);
    } else if (type.equals(Scalar.BOOL)) {
      String word = new String(b, start, end - start, StandardCharsets.UTF_8);
      String plain = word.toLowerCase(Locale.ROOT);
      if (plain.equals("true") || plain.equals("false")) {
        put(to, plain);
      } else {
        to.quote(b, start, end);
      }
    } else {
      to.quote(b, start, end);
    }
  }

  private static boolean isJsonNumber(byte[] b, int start, int end) {
    if (!Cell.isNumber(b, start, end)) {
      return false;
    }
    int first = b[start] == '-' ? start + 1 : start;
    boolean isZeroLed = b[first] == '0' && first + 1 < end;
    return !isZeroLed || b[first + 1] < '0' || b[first + 1] > '9';
  }

  private static void put(RowText to, String ascii) {
    byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
    to.put(bytes, 0, bytes.length);
  }
}
