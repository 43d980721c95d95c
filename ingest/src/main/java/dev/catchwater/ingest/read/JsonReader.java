package dev.catchwater.ingest.read;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.JsonField;
import dev.catchwater.ingest.read.cell.JsonRow;
import dev.catchwater.ingest.read.cell.JsonScanner;
import dev.catchwater.ingest.sieve.Sieve;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.schema.DataSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rows of a JSON document, item by item: the document itself is never whole in memory.
final class JsonReader implements RowReader, TextBatches.Filler {
  private final RowColumns columns;
  private final SourceBytes source;
  private final ByteWindow window;
  private final JsonDocument document;
  private final JsonRow object;
  private final JsonScanner scanner = new JsonScanner(true);
  private final BadRows badRows;
  private final @Nullable Sieve sieve;
  private final TextBatches batches;

  /// @param sieve takes bad rows, null where they end the reading
  JsonReader(
      RowColumns columns,
      SourceBytes source,
      ByteWindow window,
      JsonDocument document,
      JsonRow object,
      @Nullable Sieve sieve) {
    this.sieve = sieve;
    this.columns = columns;
    this.source = source;
    this.window = window;
    this.document = document;
    this.object = object;
    this.badRows = new BadRows(source.name());
    this.batches = new TextBatches(columns, badRows, source);
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
      if (!document.next()) {
        return false;
      }
      bytesLeft -= document.itemEnd() - document.itemStart();
      readItem(window.buffer, document.itemStart());
    }
    return true;
  }

  private void readItem(byte[] b, int start) {
    try {
      scanner.depth = 0;
      if (b[start] != '{') {
        throw JsonScanner.expected(b, start, "an object");
      }
      int end = object.parse(scanner, b, start);
      if (end != document.itemEnd()) {
        throw JsonScanner.expected(b, end, "',' or ']'");
      }
      if (sieve != null && sieve.excludes(columns.rowsInAll())) {
        columns.undoRow();
        sieve.refuseExcluded(columns.rowsInAll(), null, b, start, end);
      } else {
        columns.endRow(document.line());
      }
    } catch (BadValue bad) {
      columns.undoRow();
      JsonField field = scanner.field;
      CatchwaterException failure =
          badRows.describe(
              bad,
              window,
              start,
              document.line(),
              document.column(),
              scanner.valueAt,
              field == null ? null : field.path);
      if (sieve == null) {
        badRows.add(failure);
      } else {
        sieve.refuse(failure, columns.rowsInAll(), null, b, start, document.itemEnd());
      }
    }
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
