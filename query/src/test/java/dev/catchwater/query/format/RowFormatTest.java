package dev.catchwater.query.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowFormatTest {
  private static final BigInteger HUGE =
      new BigInteger(
          "5789604461865809771178549250434395392663499233282028201972879200395656481996");
  private static final DataType MILLIS = DataType.Timestamp.MILLIS_UTC;
  private static final long NOON = 1_577_880_000_000L;
  private static final DataType STRUCT =
      new DataType.Struct(
          List.of(DataField.of("a", Scalar.STRING), DataField.of("b", Scalar.STRING.optional())));

  private static Rows manyTypes() {
    return new Rows()
        .column("nullable", Scalar.UINT64, 1L, null)
        .column("uint64", Scalar.UINT64, 100L, 200L)
        .column("decimal", new DataType.Decimal(76, 0), HUGE, HUGE.negate())
        .column("utf8", Scalar.STRING, "foo", "bar")
        .column("utf8_special", Scalar.STRING, "sep,quotes'\",newline\nfin", null)
        .column("bin", new DataType.Binary(null), "foo", "bar")
        .column("bin_fixed", new DataType.Binary(2L), new byte[] {1, 2}, new byte[] {3, 4})
        .column("ts_milli", MILLIS, NOON, NOON + 60_000);
  }

  private static Rows lists() {
    return new Rows()
        .column(
            "list_fixed_i32",
            new DataType.ListOf(Scalar.INT32, 2L),
            null,
            List.of(1, 2),
            null,
            null)
        .column(
            "list_str",
            new DataType.ListOf(Scalar.STRING.optional(), null),
            null,
            List.of(),
            List.of("foo", "bar"),
            Arrays.asList("baz", null));
  }

  @Test
  void A37_csvQuotesOnlyWhereNeeded() {
    assertThat(manyTypes().as(RowFormat.CSV))
        .isEqualTo(
            "nullable,uint64,decimal,utf8,utf8_special,bin,bin_fixed,ts_milli\n1,100,"
                + HUGE
                + ",foo,\"sep,quotes'\"\",newline\nfin\",666f6f,0102,2020-01-01T12:00:00Z\n,200,-"
                + HUGE
                + ",bar,,626172,0304,2020-01-01T12:01:00Z");
  }

  @Test
  void A37_csvOfAnEmptyBatchIsTheHeader() {
    assertThat(new Rows().column("a", Scalar.INT64).column("b,c", Scalar.INT64).as(RowFormat.CSV))
        .isEqualTo("a,\"b,c\"");
  }

  @Test
  void A38_listsInCsvAreJson() {
    assertThat(lists().as(RowFormat.CSV))
        .isEqualTo(
            "list_fixed_i32,list_str\n,\n\"[1,2]\",[]\n,\"[\"\"foo\"\",\"\"bar\"\"]\"\n"
                + ",\"[\"\"baz\"\",null]\"");
  }

  @Test
  void A39_jsonKeepsOrderAndNulls() {
    assertThat(manyTypes().as(RowFormat.JSON))
        .isEqualTo(
            "[{\"nullable\":1,\"uint64\":100,\"decimal\":\""
                + HUGE
                + "\",\"utf8\":\"foo\",\"utf8_special\":\"sep,quotes'\\\",newline\\nfin\","
                + "\"bin\":\"666f6f\",\"bin_fixed\":\"0102\","
                + "\"ts_milli\":\"2020-01-01T12:00:00Z\"},"
                + "{\"nullable\":null,\"uint64\":200,\"decimal\":\"-"
                + HUGE
                + "\",\"utf8\":\"bar\",\"utf8_special\":null,\"bin\":\"626172\","
                + "\"bin_fixed\":\"0304\",\"ts_milli\":\"2020-01-01T12:01:00Z\"}]");
  }

  @Test
  void A39_structsAndListsAreNestedJson() {
    Rows structs =
        new Rows().column("s", STRUCT, List.of("foo", "baz"), Arrays.asList("bar", null), null);
    assertThat(structs.as(RowFormat.NDJSON))
        .isEqualTo(
            "{\"s\":{\"a\":\"foo\",\"b\":\"baz\"}}\n{\"s\":{\"a\":\"bar\",\"b\":null}}\n"
                + "{\"s\":null}");
    assertThat(structs.as(RowFormat.JSON_SOA))
        .isEqualTo("{\"s\":[{\"a\":\"foo\",\"b\":\"baz\"},{\"a\":\"bar\",\"b\":null},null]}");
    assertThat(lists().as(RowFormat.JSON_AOA))
        .isEqualTo("[[null,null],[[1,2],[]],[null,[\"foo\",\"bar\"]],[null,[\"baz\",null]]]");
  }

  @Test
  void A39_emptyBatchesInEachJsonForm() {
    Rows empty = new Rows().column("a", Scalar.INT64).column("b", Scalar.INT64);
    assertThat(empty.as(RowFormat.JSON_SOA)).isEqualTo("{\"a\":[],\"b\":[]}");
    assertThat(empty.as(RowFormat.JSON)).isEqualTo("[]");
    assertThat(empty.as(RowFormat.JSON_AOA)).isEqualTo("[]");
    assertThat(empty.as(RowFormat.NDJSON)).isEmpty();
  }

  @Test
  void A10_withoutASchemaEveryFormatHasItsOwnNothing() {
    assertThat(Rows.text(RowFormat.TABLE, null, TableStyle.PLAIN))
        .isEqualTo("┌┐\n││\n├┤\n││\n└┘\n");
    assertThat(Rows.text(RowFormat.JSON, null, TableStyle.PLAIN)).isEqualTo("[]");
    assertThat(Rows.text(RowFormat.CSV, null, TableStyle.PLAIN)).isEmpty();
    assertThat(Rows.text(RowFormat.NDJSON, null, TableStyle.PLAIN)).isEmpty();
    assertThat(Rows.text(RowFormat.JSON_SOA, null, TableStyle.PLAIN)).isEqualTo("{}");
  }

  @Test
  void severalBatchesAreOneText() {
    RecordBatch one = Rows.ofTexts("a", "x", "y").batch();
    DataSchema schema = one.schema();
    assertThat(Rows.text(RowFormat.JSON, schema, TableStyle.PLAIN, one, one))
        .isEqualTo("[{\"a\":\"x\"},{\"a\":\"y\"},{\"a\":\"x\"},{\"a\":\"y\"}]");
    assertThat(Rows.text(RowFormat.CSV, schema, TableStyle.PLAIN, one, one))
        .isEqualTo("a\nx\ny\nx\ny");
    assertThat(Rows.text(RowFormat.JSON_SOA, schema, TableStyle.PLAIN, one, one))
        .isEqualTo("{\"a\":[\"x\",\"y\",\"x\",\"y\"]}");
  }

  @Test
  void numbersOfEveryWidthKeepTheirSign() {
    Rows rows =
        new Rows()
            .column("i8", Scalar.INT8, -128)
            .column("u8", Scalar.UINT8, 255)
            .column("u16", Scalar.UINT16, 65_535)
            .column("u32", Scalar.UINT32, -1)
            .column("i64", Scalar.INT64, Long.MIN_VALUE)
            .column("u64", Scalar.UINT64, -1L)
            .column("f16", Scalar.FLOAT16, (int) Float.floatToFloat16(0.5f));
    assertThat(rows.as(RowFormat.JSON_AOA))
        .isEqualTo("[[-128,255,65535,4294967295,-9223372036854775808,18446744073709551615,0.5]]");
  }

  @Test
  void decimalsKeepTheirScale() {
    Rows rows =
        new Rows()
            .column("short", new DataType.Decimal(18, 4), 123_456_789L, -5L, 0L)
            .column("long", new DataType.Decimal(30, 2), HUGE, BigInteger.ONE, BigInteger.TEN);
    assertThat(rows.as(RowFormat.CSV))
        .isEqualTo(
            "short,long\n12345.6789,"
                + "57896044618658097711785492504343953926634992332820282019728792003956564819.96"
                + "\n-0.0005,0.01\n0.0000,0.10");
  }

  @Test
  void timesHaveAsManyDigitsAsTheyNeed() {
    DataType micros = new DataType.Timestamp(TimeUnit.MICROSECOND, "UTC");
    DataType nanos = new DataType.Timestamp(TimeUnit.NANOSECOND, "UTC");
    Rows rows =
        new Rows()
            .column("ms", MILLIS, -1L, 951_782_400_000L)
            .column("us", micros, 1L, 1000L)
            .column("ns", nanos, 1L, 1_000_000_000L)
            .column("d", Scalar.DATE, -719_528, 2_932_896)
            .column("t", new DataType.Time(TimeUnit.MILLISECOND), 1, 86_399_000);
    assertThat(rows.as(RowFormat.CSV))
        .isEqualTo(
            "ms,us,ns,d,t\n"
                + "1969-12-31T23:59:59.999Z,1970-01-01T00:00:00.000001Z,"
                + "1970-01-01T00:00:00.000000001Z,0000-01-01,00:00:00.001\n"
                + "2000-02-29T00:00:00Z,1970-01-01T00:00:00.001Z,1970-01-01T00:00:01Z,"
                + "9999-12-31,23:59:59");
  }

  @Test
  void numbersThatAreNoneAreNullInJson() {
    Rows rows =
        new Rows()
            .column("f", Scalar.FLOAT64, Double.NaN, Double.POSITIVE_INFINITY, -0.0)
            .column("g", Scalar.FLOAT32, Float.NaN, Float.NEGATIVE_INFINITY, 0.1f);
    assertThat(rows.as(RowFormat.JSON_AOA)).isEqualTo("[[null,null],[null,null],[-0.0,0.1]]");
    assertThat(rows.as(RowFormat.CSV)).isEqualTo("f,g\nNaN,NaN\ninf,-inf\n-0.0,0.1");
  }

  @Test
  void jsonTextIsEscapedAsRustDoes() {
    Rows rows = Rows.ofTexts("a\"b", "\u0001\b\t\n\f\r\\\"/ü🚀\u007f");
    assertThat(rows.as(RowFormat.NDJSON))
        .isEqualTo("{\"a\\\"b\":\"\\u0001\\b\\t\\n\\f\\r\\\\\\\"/ü🚀\u007f\"}");
  }

  @Test
  void aMapColumnIsRefusedByName() {
    DataType map = new DataType.MapOf(Scalar.STRING, Scalar.STRING, false);
    DataSchema schema = DataSchema.of(List.of(DataField.of("tags", map)));
    assertThatThrownBy(() -> Rows.text(RowFormat.JSON, schema, TableStyle.PLAIN))
        .hasMessageContaining("`tags`");
  }

  @Test
  void aColumnOfNothingIsNull() {
    Rows rows = new Rows().column("n", Scalar.NULL, new Column.Nulls(2));
    assertThat(rows.as(RowFormat.JSON_AOA)).isEqualTo("[[null],[null]]");
  }

  @Test
  void aStreamThatFailsIsNotHidden() {
    RecordBatch batch = Rows.ofTexts("a", "x").batch();
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("no room");
          }
        };
    RowWriter writer = RowFormat.CSV.open(full, batch.schema(), TableStyle.PLAIN);
    writer.write(batch);
    assertThatThrownBy(writer::finish).isInstanceOf(UncheckedIOException.class);
  }
}
