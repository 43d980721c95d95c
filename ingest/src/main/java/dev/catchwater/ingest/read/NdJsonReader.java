package dev.catchwater.ingest.read;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.JsonField;
import dev.catchwater.ingest.read.cell.JsonRow;
import dev.catchwater.ingest.read.cell.JsonScanner;
import dev.catchwater.ingest.sieve.Sieve;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One JSON object a line. Lines end in `\n`, `\r\n` or `\r`; blank ones are skipped.
///
/// All of the window up to its last line end is parsed without asking for the end of the window:
/// whatever a row lacks, its line end stops the parser.
final class NdJsonReader implements RowReader, TextBatches.Filler {
  private static final String LOOKS_LIKE_JSON = "this looks like JSON; use `--input-format json`";

  private final RowColumns columns;
  private final SourceBytes source;
  private final ByteWindow window;
  private final JsonRow object;
  private final JsonScanner scanner = new JsonScanner(false);
  private final BadRows badRows;
  private final @Nullable Sieve sieve;
  private final TextBatches batches;
  private int position;
  private int regionEnd;
  private long line = 1;
  private boolean isFirst = true;

  /// @param window may hold bytes already, nothing taken from it yet
  /// @param object what a line is
  /// @param sieve takes bad rows, null where they end the reading
  NdJsonReader(
      RowColumns columns,
      SourceBytes source,
      ByteWindow window,
      JsonRow object,
      @Nullable Sieve sieve) {
    this.sieve = sieve;
    this.columns = columns;
    this.source = source;
    this.window = window;
    this.object = object;
    this.badRows = new BadRows(source.name());
    this.batches = new TextBatches(columns, badRows, source);
  }

  /// The columns of the first rows, which stay in the window.
  ///
  /// @param areFeatures whether each line is a GeoJSON feature
  static List<InferredColumn> infer(ByteWindow window, ReadOptions options, boolean areFeatures) {
    int lines = 0;
    int counted = 0;
    boolean more = true;
    while (more && lines < JsonInference.ROWS_MAX && window.limit < JsonInference.BYTES_MAX) {
      more = window.fill(0);
      for (; counted < window.limit; counted++) {
        lines += window.buffer[counted] == '\n' || window.buffer[counted] == '\r' ? 1 : 0;
      }
    }
    JsonInference inference = new JsonInference(false);
    byte[] b = window.buffer;
    boolean isStart = true;
    for (int p = 0; p < window.limit && !inference.isDone(); p++) {
      if (isStart && b[p] == '{') {
        if (areFeatures) {
          inference.addFeature(b, p);
        } else {
          inference.add(b, p);
        }
      }
      isStart = b[p] == '\n' || b[p] == '\r' || (isStart && (b[p] == ' ' || b[p] == '\t'));
    }
    return inference.columns(options);
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
    object.requireMatch(source.name());
  }

  @Override
  public boolean fill() {
    long bytesLeft = RowColumns.BATCH_BYTES;
    while (columns.rowCount() < columns.batchRows && bytesLeft > 0) {
      if (position >= regionEnd && !findRegion()) {
        return false;
      }
      int before = position;
      readRegion(window.buffer);
      bytesLeft -= position - before;
    }
    return true;
  }

  /// Reads the rows between the position and the end of the region, up to a full batch.
  private void readRegion(byte[] b) {
    int p = position;
    int end = regionEnd;
    while (p < end && columns.rowCount() < columns.batchRows) {
      byte c = b[p];
      if (c == '{') {
        p = readRow(b, p);
      } else if (c == '\n' || c == '\r') {
        p = lineEnd(b, p);
      } else if (c == ' ' || c == '\t') {
        p++;
      } else {
        p =
            refuse(
                JsonScanner.expected(b, p, "an object").withHint(c == '[' ? LOOKS_LIKE_JSON : null),
                b,
                p);
      }
    }
    position = Math.min(p, end);
  }

  private int readRow(byte[] b, int start) {
    try {
      scanner.depth = 0;
      int p = object.parse(scanner, b, start);
      if (b[p] != '\n') {
        p = scanner.space(b, p);
        if (b[p] != '\n' && b[p] != '\r') {
          throw JsonScanner.expected(b, p, "the end of the line");
        }
      }
      if (sieve != null && sieve.excludes(columns.rowsInAll())) {
        columns.undoRow();
        sieve.refuseExcluded(columns.rowsInAll(), null, b, rowStart(b, start), textEnd(b, p));
      } else {
        columns.endRow(line);
      }
      isFirst = false;
      return lineEnd(b, p);
    } catch (BadValue bad) {
      return refuse(bad, b, start);
    }
  }

  private int lineEnd(byte[] b, int p) {
    line++;
    return b[p] == '\r' && b[p + 1] == '\n' && p + 1 < window.limit ? p + 2 : p + 1;
  }

  /// Notes a bad row, gives where the next line begins.
  private int refuse(BadValue bad, byte[] b, int start) {
    columns.undoRow();
    int end = textEnd(b, start);
    int rowStart = rowStart(b, start);
    JsonField field = scanner.field;
    String path = field == null ? null : field.path;
    if (isFirst && isPartOfDocument(b, start, end)) {
      throw badRows.describe(
          bad.withHint(LOOKS_LIKE_JSON), window, rowStart, line, scanner.valueAt, path);
    }
    if (sieve == null) {
      badRows.add(bad, window, rowStart, line, scanner.valueAt, path);
    } else {
      CatchwaterException failure =
          badRows.describe(bad, window, rowStart, line, scanner.valueAt, path);
      sieve.refuse(failure, columns.rowsInAll(), null, b, rowStart, Math.min(end, window.limit));
    }
    isFirst = false;
    return lineEnd(b, end);
  }

  private static int textEnd(byte[] b, int start) {
    int end = start;
    while (b[end] != '\n' && b[end] != '\r') {
      end++;
    }
    return end;
  }

  private static int rowStart(byte[] b, int start) {
    int rowStart = start;
    while (rowStart > 0 && b[rowStart - 1] != '\n' && b[rowStart - 1] != '\r') {
      rowStart--;
    }
    return rowStart;
  }

  /// Whether a bad first line looks like the beginning of an array or of an object over many lines.
  private static boolean isPartOfDocument(byte[] b, int start, int end) {
    int last = end - 1;
    while (last > start && (b[last] == ' ' || b[last] == '\t')) {
      last--;
    }
    return b[start] == '[' || b[last] == '{' || b[last] == '[' || b[last] == ',';
  }

  /// Finds the next whole lines; false at the end of the input.
  private boolean findRegion() {
    boolean isLookedAt = window.limit > 0 && regionEnd == 0;
    boolean more = isLookedAt || more();
    int end = lastLineEnd();
    while (more && end <= position) {
      more = more();
      end = lastLineEnd();
    }
    regionEnd = window.isAtEnd ? window.limit : end;
    return position < regionEnd;
  }

  private boolean more() {
    try {
      boolean more = window.fill(position);
      position = 0;
      return more;
    } catch (CatchwaterException e) {
      throw e.code() == ErrorCode.LIMIT_EXCEEDED ? e.withPlace(badRows.line(line)) : e;
    }
  }

  /// Where the last whole line of the window ends. A `\r` at its very end may be half of `\r\n`.
  private int lastLineEnd() {
    byte[] b = window.buffer;
    int p = window.limit;
    if (p > position && b[p - 1] == '\r') {
      p--;
    }
    while (p > position && b[p - 1] != '\n' && b[p - 1] != '\r') {
      p--;
    }
    return p;
  }

  @Override
  public ReadCounts counts() {
    Map<String, Long> ignored = new LinkedHashMap<>();
    object.addIgnored(ignored);
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
