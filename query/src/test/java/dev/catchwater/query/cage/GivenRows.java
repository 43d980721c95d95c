package dev.catchwater.query.cage;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.ReadCounts;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.odf.schema.DataSchema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Rows that are there already.
class GivenRows implements RowReader {
  private @Nullable RecordBatch batch;
  private final DataSchema schema;

  GivenRows(RecordBatch batch) {
    this.batch = batch;
    this.schema = batch.schema();
  }

  @Override
  public DataSchema schema() {
    return schema;
  }

  @Override
  public @Nullable RecordBatch next() {
    RecordBatch given = batch;
    batch = null;
    return given;
  }

  @Override
  public ReadCounts counts() {
    return new ReadCounts(1, Map.of(), 0, 0, 0);
  }

  @Override
  public void close() {}
}
