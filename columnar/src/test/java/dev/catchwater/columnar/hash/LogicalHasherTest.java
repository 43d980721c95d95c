package dev.catchwater.columnar.hash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The vectors are those of odf-format §8.6, which equal the output of arrow-digest 58.0.0.
class LogicalHasherTest {
  private static Column.Bytes text(@Nullable String... values) {
    int[] offsets = new int[values.length + 1];
    StringBuilder all = new StringBuilder();
    long[] bits = new long[1];
    for (int i = 0; i < values.length; i++) {
      String value = values[i];
      if (value != null) {
        all.append(value);
        bits[0] |= 1L << i;
      }
      offsets[i + 1] = all.length();
    }
    boolean all1 = bits[0] == (1L << values.length) - 1;
    return new Column.Bytes(
        values.length,
        offsets,
        all.toString().getBytes(StandardCharsets.US_ASCII),
        all1 ? null : bits);
  }

  private static String hash(DataSchema schema, RecordBatch... batches) {
    LogicalHasher hasher = new LogicalHasher(schema);
    for (RecordBatch batch : batches) {
      hasher.update(batch);
    }
    return hasher.finish().toString();
  }

  @Test
  void V1_numbersAndTextHashAsArrowDigestDoes() {
    DataSchema schema =
        DataSchema.of(List.of(DataField.of("a", Scalar.INT32), DataField.of("b", Scalar.STRING)));
    RecordBatch batch =
        new RecordBatch(
            schema, 3, List.of(new Column.Ints(3, new int[] {1, 2, 3}, null), text("a", "b", "c")));
    assertThat(hash(schema, batch))
        .isEqualTo("f9680c001205684f7bfdcaf4ff7d1f9bf0fd766c98d8ded335e933fb4eec245054f3206b61a");
  }

  @Test
  void V2_everyCommonTypeHashesAsArrowDigestDoesInOneBatchOrTwo() {
    DataType time = DataType.Timestamp.MILLIS_UTC;
    DataSchema schema =
        DataSchema.of(
            List.of(
                DataField.of("offset", Scalar.INT64),
                DataField.of("op", Scalar.INT32),
                DataField.of("system_time", time),
                DataField.of("event_time", time),
                DataField.of("city", Scalar.STRING.optional()),
                DataField.of("ok", Scalar.BOOL.optional()),
                DataField.of("price", new DataType.Decimal(10, 2).optional()),
                DataField.of("d", Scalar.DATE.optional()),
                DataField.of(
                    "tags", new DataType.ListOf(Scalar.STRING.optional(), null).optional())));
    long[] first = {1};
    long at = 1_577_836_800_000L;
    RecordBatch batch =
        new RecordBatch(
            schema,
            2,
            List.of(
                new Column.Longs(2, new long[] {0, 1}, null),
                new Column.Ints(2, new int[] {0, 0}, null),
                new Column.Longs(2, new long[] {at, at}, null),
                new Column.Longs(2, new long[] {at, at + 1_000}, null),
                text("A", null),
                new Column.Bools(2, new byte[] {1, 0}, first),
                new Column.Longs(2, new long[] {150, -225}, null),
                new Column.Ints(2, new int[] {18_262, 0}, first),
                new Column.Lists(2, new int[] {0, 2, 2}, text("x", "yz"), first)));
    String expected = "f9680c001208608b356f535e7feba8a7f10097e3329f2e385122150f942a3fe37fe081c27a8";
    assertThat(hash(schema, batch)).isEqualTo(expected);
    assertThat(hash(schema, RowSelection.slice(batch, 0, 1), RowSelection.slice(batch, 1, 1)))
        .isEqualTo(expected);
    assertThat(LogicalHasher.isCheckable(schema)).isTrue();
  }

  @Test
  void V3_noRowsHashTheirSchema() {
    DataSchema schema = DataSchema.of(List.of(DataField.of("s", Scalar.STRING.optional())));
    assertThat(hash(schema))
        .isEqualTo("f9680c00120fd6aedab5b56503332808a09b9e9628122ae90cfb6b5399a562853f8750ce42f");
  }

  @Test
  void V4_requiredStructsHashTheirLeaves() {
    DataSchema schema =
        DataSchema.of(
            List.of(
                DataField.of("a", Scalar.INT32),
                DataField.of(
                    "b",
                    new DataType.Struct(
                        List.of(
                            DataField.of("c", Scalar.STRING), DataField.of("d", Scalar.INT32))))));
    RecordBatch batch =
        new RecordBatch(
            schema,
            3,
            List.of(
                new Column.Ints(3, new int[] {1, 2, 3}, null),
                new Column.Structs(
                    3,
                    List.of(text("a", "b", "c"), new Column.Ints(3, new int[] {3, 2, 1}, null)),
                    null)));
    assertThat(hash(schema, batch))
        .isEqualTo("f9680c00120fad2f505cc7d67eb2a3c24e137831723ce886e31e34b80bddac5f8757616aa0b");
    assertThat(LogicalHasher.isCheckable(schema)).isTrue();
  }

  @Test
  void nullableStructsAndTheirNullableChildrenAreNotCheckable() {
    DataType inner = new DataType.Struct(List.of(DataField.of("x", Scalar.INT32)));
    DataType open = new DataType.Struct(List.of(DataField.of("x", Scalar.INT32.optional())));
    assertThat(LogicalHasher.isCheckable(one(inner))).isTrue();
    assertThat(LogicalHasher.isCheckable(one(inner.optional()))).isFalse();
    assertThat(LogicalHasher.isCheckable(one(open))).isFalse();
    assertThat(LogicalHasher.isCheckable(one(new DataType.ListOf(inner, null)))).isFalse();
    assertThat(
            LogicalHasher.isCheckable(one(new DataType.MapOf(Scalar.STRING, Scalar.STRING, false))))
        .isFalse();
  }

  private static DataSchema one(DataType type) {
    return DataSchema.of(List.of(DataField.of("c", type)));
  }
}
