package dev.catchwater.columnar.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.columnar.hash.LogicalHasher;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.TimeUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `type: Time` and `type: Timestamp` without a unit mean milliseconds, everywhere.
class UnstatedUnitTest {
  private static final DataSchema BRIEF =
      DataSchema.of(
          List.of(
              DataField.of("t", new DataType.Time(null)),
              DataField.of("at", new DataType.Timestamp(null, null))));
  private static final DataSchema STATED =
      DataSchema.of(
          List.of(
              DataField.of("t", new DataType.Time(TimeUnit.MILLISECOND)),
              DataField.of("at", DataType.Timestamp.MILLIS_UTC)));

  @Test
  void theBriefFormIsStoredPrintedAndHashedAsTheLongOne() {
    assertThat(ParquetSchemaText.parquet(BRIEF)).isEqualTo(ParquetSchemaText.parquet(STATED));
    assertThat(ParquetSchemaText.arrowJson(BRIEF)).isEqualTo(ParquetSchemaText.arrowJson(STATED));
    assertThat(new LogicalHasher(BRIEF).finish()).isEqualTo(new LogicalHasher(STATED).finish());
    assertThat(ColumnBuilder.of(new DataType.Time(null))).isInstanceOf(ColumnBuilder.Ints.class);
  }
}
