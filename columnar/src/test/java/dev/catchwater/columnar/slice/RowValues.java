package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Random rows of every type and their values, for the tests of other packages.
public final class RowValues {
  private RowValues() {}

  /// A schema with every type that slices hold.
  public static DataSchema everyType() {
    return RandomRows.everyType();
  }

  /// A batch of every type.
  public static RecordBatch randomBatch(RandomGenerator random, int rowCount) {
    RandomRows rows = new RandomRows(random);
    List<RandomRows.Spread> spreads = new ArrayList<>();
    everyType().fields().forEach(_ -> spreads.add(rows.spread()));
    return rows.batch(everyType(), spreads, rowCount, 0);
  }

  /// The rows of a batch as lists of plain values.
  public static List<List<@Nullable Object>> of(RecordBatch batch) {
    return Rows.of(List.of(batch));
  }
}
