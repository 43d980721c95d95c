package dev.catchwater.ingest.read;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.JsonField;
import dev.catchwater.ingest.read.cell.JsonObject;
import dev.catchwater.ingest.read.cell.JsonScanner;
import dev.catchwater.ingest.read.cell.Tally;
import dev.catchwater.odf.schema.DataSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rows of a JSON document, item by item: the document itself is never whole in memory.
final class JsonReader implements RowReader {
  private final RowColumns columns;
  private final SourceBytes source;
  private final ByteWindow window;
  private final JsonDocument document;
  private final JsonObject object;
  private final JsonScanner scanner = new JsonScanner(true);
  private final BadRows badRows;

  JsonReader(
      RowColumns columns,
      SourceBytes source,
      ByteWindow window,
      JsonDocument document,
      ReadOptions options) {
    this.columns = columns;
    this.source = source;
    this.window = window;
    this.document = document;
    this.object =
        new JsonObject(columns.keys, columns.cells, options.reservedColumns(), options.isStrict());
    this.badRows = new BadRows(source.name());
  }

  @Override
  public DataSchema schema() {
    return columns.schema;
  }

  @Override
  public @Nullable RecordBatch next() {
    while (true) {
      boolean more = read();
      if (!badRows.isEmpty()) {
        columns.build();
        badRows.raiseAtCut(columns);
      } else if (columns.rowCount() > 0) {
        return columns.build();
      }
      if (!more) {
        badRows.raise();
        object.requireMatch(source.name());
        return null;
      }
    }
  }

  /// Reads rows until the batch is full; false at the end.
  private boolean read() {
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
      columns.endRow();
    } catch (BadValue bad) {
      columns.undoRow();
      JsonField field = scanner.field;
      badRows.add(
          badRows.describe(
              bad,
              window,
              start,
              document.line(),
              document.column(),
              scanner.valueAt,
              field == null ? null : field.path));
    }
  }

  @Override
  public ReadCounts counts() {
    Map<String, Long> ignored = new LinkedHashMap<>();
    object.addIgnored(ignored);
    Tally tally = columns.tally;
    return new ReadCounts(
        columns.rowsInAll(),
        ignored,
        tally.truncatedTimes,
        tally.vanishedNumbers,
        source.bytesRead());
  }

  @Override
  public void close() {
    window.close();
  }
}
