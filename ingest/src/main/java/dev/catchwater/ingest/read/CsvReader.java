package dev.catchwater.ingest.read;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.Cell;
import dev.catchwater.ingest.read.cell.JsonObject;
import dev.catchwater.ingest.sieve.Sieve;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.schema.DataSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Separated values. Records end in `\n`, `\r\n` or `\r` outside quotes; blank lines are skipped.
///
/// A record is parsed as if the window held all of it. Where its end, or a fault, turns out to lie
/// beyond the window, what it left in the columns is dropped, the window filled, and the record
/// parsed again. Used by one thread.
final class CsvReader implements RowReader, TextBatches.Filler {
  private static final int INCOMPLETE = -1;

  private final RowColumns columns;
  private final SourceBytes source;
  private final ByteWindow window;
  private final CsvDialect dialect;
  private final CsvHeader header;
  private final CsvFields fields;
  private final @Nullable Cell[] cells;
  private final Cell[] absent;
  private final byte[] kinds;
  private final byte @Nullable [] nullValue;
  private final boolean isFast;
  private final BadRows badRows;
  private final @Nullable Sieve sieve;
  private final TextBatches batches;
  private int position;
  private long line;
  private boolean isFirst = true;
  private int column;
  private int valueAt;

  /// @param header what the first line said, and where the data begins behind it
  /// @param window holds the input from its first byte on
  /// @param sieve takes bad rows, null where they end the reading
  CsvReader(
      RowColumns columns,
      CsvDialect dialect,
      CsvHeader header,
      SourceBytes source,
      ByteWindow window,
      @Nullable Sieve sieve) {
    this.sieve = sieve;
    this.columns = columns;
    this.dialect = dialect;
    this.header = header;
    this.source = source;
    this.window = window;
    this.fields = new CsvFields(dialect);
    this.cells = header.cells(columns);
    this.absent = header.absent(columns);
    this.kinds = dialect.bare();
    this.nullValue = dialect.nullValue();
    this.isFast = !dialect.separatesInsideValues();
    this.badRows = new BadRows(source.name());
    this.batches = new TextBatches(columns, badRows, source);
    this.position = header.end();
    this.line = header.nextLine();
  }

  /// Fills the window with the first record, or with as many as are looked at to infer types.
  static void lookAhead(ByteWindow window, CsvDialect dialect, boolean isTyped) {
    CsvFields fields = new CsvFields(dialect);
    int wanted = isTyped ? JsonInference.ROWS_MAX + 1 : 1;
    while (window.limit < JsonInference.BYTES_MAX && window.fill(0)) {
      int records = 0;
      int p = 0;
      while (p < window.limit && records < wanted) {
        int end = fields.recordEnd(window.buffer, p, window.limit);
        records += end > p && end < window.limit - 1 ? 1 : 0;
        p = end + 1;
      }
      if (records >= wanted) {
        return;
      }
    }
  }

  /// Names for the fields of the first record: `column_1`, `column_2`, …
  static List<String> numberedNames(ByteWindow window, CsvDialect dialect) {
    CsvFields fields = new CsvFields(dialect);
    byte[] b = window.buffer;
    int start = 0;
    while (start < window.limit && (b[start] == '\n' || b[start] == '\r')) {
      start++;
    }
    List<String> names = new ArrayList<>();
    if (start < window.limit) {
      int end = fields.recordEnd(b, start, window.limit);
      int count = Math.min(fields.count(b, start, end), JsonObject.FIELDS_MAX);
      for (int i = 1; i <= count; i++) {
        names.add("column_" + i);
      }
    }
    return names;
  }

  @Override
  public DataSchema schema() {
    return columns.schema;
  }

  @Override
  public @Nullable RecordBatch next() {
    return batches.next(this);
  }

  @Override
  public void end() {
    // A header says which columns there are; without one every record has all of them.
  }

  @Override
  public boolean fill() {
    long bytesLeft = RowColumns.BATCH_BYTES;
    while (columns.rowCount() < columns.batchRows && bytesLeft > 0) {
      int before = position;
      readWindow(window.buffer, window.limit);
      bytesLeft -= position - before;
      boolean isFull = columns.rowCount() >= columns.batchRows;
      if (!isFull && !more() && position >= window.limit) {
        return false;
      }
    }
    return true;
  }

  /// Reads the records that are whole in the window, up to a full batch.
  private void readWindow(byte[] b, int limit) {
    int p = position;
    while (p < limit && columns.rowCount() < columns.batchRows) {
      int end;
      if (kinds[b[p] & 0xFF] == CsvDialect.LINE_END) {
        end = lineEnd(b, p);
      } else {
        end = readRecord(b, p);
      }
      if (end == INCOMPLETE) {
        break;
      }
      p = end;
    }
    position = p;
  }

  private int readRecord(byte[] b, int start) {
    fields.linesInside = 0;
    column = 0;
    try {
      if (isFirst) {
        header.refuseRepeated(b, start, window.limit);
      }
      int p = parse(b, start);
      if (p >= window.limit && !window.isAtEnd) {
        columns.undoRow();
        return INCOMPLETE;
      }
      if (p > window.limit) {
        throw BadValue.syntax(valueAt, "Csv error: the quote is never closed", escapeHint());
      }
      for (Cell cell : absent) {
        cell.absent("missing");
      }
      int end = lineEnd(b, p);
      if (end == INCOMPLETE) {
        columns.undoRow();
        return INCOMPLETE;
      }
      if (sieve != null && sieve.excludes(columns.rowsInAll())) {
        columns.undoRow();
        sieve.refuseExcluded(columns.rowsInAll(), headerText(), b, start, p);
      } else {
        columns.endRow(line - 1);
      }
      line += fields.linesInside;
      isFirst = false;
      return end;
    } catch (BadValue bad) {
      return refuse(bad, b, start);
    }
  }

  /// Reads the fields of a record, gives where it ends.
  private int parse(byte[] b, int start) {
    int p = start;
    int count = cells.length;
    while (true) {
      valueAt = p;
      Cell cell = column < count ? cells[column] : null;
      byte kind = kinds[b[p] & 0xFF];
      int end = -1;
      if (cell != null && kind < CsvDialect.SEPARATOR && isFast && nullValue == null) {
        end = kind == CsvDialect.QUOTE ? -1 : cell.csv(b, p, kinds);
      }
      if (end < 0) {
        end = fields.next(b, p);
        if (cell != null && end <= window.limit) {
          take(cell);
        }
      }
      p = end;
      column++;
      if (kinds[b[p] & 0xFF] != CsvDialect.SEPARATOR) {
        break;
      }
      p++;
    }
    if (column != count && p <= window.limit) {
      throw ragged(b, start);
    }
    return p;
  }

  private void take(Cell cell) {
    if (isNull()) {
      cell.absent("empty");
    } else {
      cell.text(fields.text, fields.from, fields.to);
    }
  }

  private boolean isNull() {
    if (nullValue == null) {
      return fields.from == fields.to;
    }
    return !fields.isQuoted
        && Arrays.equals(fields.text, fields.from, fields.to, nullValue, 0, nullValue.length);
  }

  private BadValue ragged(byte[] b, int start) {
    int end = fields.recordEnd(b, start, window.limit);
    int found = fields.count(b, start, end);
    String hint = found == 1 ? header.guessedSeparator(b, start, end) : null;
    return BadValue.syntax(
        start,
        "Csv error: incorrect number of fields for line "
            + line
            + ", expected "
            + cells.length
            + " got "
            + found,
        hint);
  }

  private @Nullable String escapeHint() {
    return dialect.escape() < 0
        ? null
        : "a backslash before a quote escapes it; `escape: \"\"` turns that off";
  }

  /// Where the next line begins; [#INCOMPLETE] where the window ends between `\r` and `\n`.
  private int lineEnd(byte[] b, int p) {
    if (b[p] == '\r' && p + 1 >= window.limit && !window.isAtEnd) {
      return INCOMPLETE;
    }
    line++;
    return b[p] == '\r' && b[p + 1] == '\n' && p + 1 < window.limit ? p + 2 : p + 1;
  }

  /// Notes a bad record, gives where the next begins.
  private int refuse(BadValue bad, byte[] b, int start) {
    columns.undoRow();
    int end = fields.recordEnd(b, start, window.limit);
    if (!window.isAtEnd && end >= window.limit - 1) {
      return INCOMPLETE;
    }
    String name = column < cells.length ? header.name(column) : null;
    if (sieve == null) {
      badRows.add(bad, window, start, line, valueAt, name);
    } else {
      CatchwaterException failure = badRows.describe(bad, window, start, line, valueAt, name);
      if (end >= window.limit && fields.quoteIsOpen(b, start, window.limit)) {
        throw failure; // nobody knows where the row ends
      }
      sieve.refuse(failure, columns.rowsInAll(), headerText(), b, start, end);
    }
    isFirst = false;
    for (int p = start; p < end; p++) {
      if (b[p] == '\n' || (b[p] == '\r' && b[p + 1] != '\n')) {
        line++;
      }
    }
    return lineEnd(b, end);
  }

  private @Nullable String headerText() {
    return Sieve.header(header.bytes());
  }

  private boolean more() {
    try {
      position = Math.min(position, window.limit);
      boolean more = window.fill(position);
      position = 0;
      return more;
    } catch (CatchwaterException e) {
      throw e.code() == ErrorCode.LIMIT_EXCEEDED ? tooLong(e) : e;
    }
  }

  private CatchwaterException tooLong(CatchwaterException e) {
    if (valueAt >= position && window.buffer[valueAt] == dialect.quote()) {
      return badRows.describe(
          BadValue.syntax(
              valueAt,
              "Csv error: the quote is not closed within 8 MiB (limit: row)",
              escapeHint()),
          window,
          position,
          line,
          valueAt,
          null);
    }
    return e.withPlace(new Place(source.name(), line, 0, null));
  }

  @Override
  public ReadCounts counts() {
    Map<String, Long> ignored = new LinkedHashMap<>();
    for (String name : header.ignored()) {
      ignored.put(name, columns.rowsInAll());
    }
    return batches.counts(ignored);
  }

  @Override
  public long lineOf(long row) {
    return columns.lines.of(row);
  }

  @Override
  public void close() {
    window.close();
  }
}
