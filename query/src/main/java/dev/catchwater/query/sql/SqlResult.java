package dev.catchwater.query.sql;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of a statement, which has run to its end; they lie on disk until this is closed. Used
/// by one thread.
public final class SqlResult implements Closeable {
  private final Closeable scratch;
  private final SliceReader reader;
  private final SliceRows rows;
  private final DataSchema schema;
  private final List<String> notes;
  private final List<Seen> seen;

  /// A table as the statement saw it.
  ///
  /// @param name in the statement
  /// @param head the block up to which it saw the chain
  /// @param rowsBehind at least so many rows it saw that were in no block
  public record Seen(String name, DatasetId id, Multihash head, long rowsBehind) {}

  SqlResult(Closeable scratch, SliceReader reader, List<String> notes, List<Seen> seen) {
    this.scratch = scratch;
    this.reader = reader;
    List<DataField> shown = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (DataField field : reader.schema().fields()) {
      if (!field.name().startsWith(DatasetView.NO_COLUMN)) {
        shown.add(field);
        names.add(field.name());
      }
    }
    this.schema = DataSchema.of(shown);
    this.rows = reader.read(0, reader.rowCount(), names);
    this.notes = List.copyOf(notes);
    this.seen = List.copyOf(seen);
  }

  /// The columns; none where a statement asks for all columns of a dataset that has no schema yet.
  public DataSchema schema() {
    return schema;
  }

  /// How many rows there are.
  public long rowCount() {
    return reader.rowCount();
  }

  /// How many bytes the rows take on the disk.
  public long bytes() throws IOException {
    return reader.bytes();
  }

  /// What the user should know beside the rows.
  public List<String> notes() {
    return notes;
  }

  /// Its tables, in the order in which it names them.
  public List<Seen> seen() {
    return seen;
  }

  /// The next rows, null at the end.
  public @Nullable RecordBatch next() throws IOException {
    if (schema.fields().isEmpty()) {
      return null;
    }
    RecordBatch batch = rows.next();
    if (batch == null) {
      return null;
    }
    List<Column> columns = batch.columns();
    return new RecordBatch(schema, batch.rowCount(), columns);
  }

  @Override
  public void close() throws IOException {
    try (scratch) {
      reader.close();
    }
  }
}
