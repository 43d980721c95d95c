package dev.catchwater.ingest.read;

import static dev.catchwater.ingest.read.Reading.TIMESTAMP;
import static dev.catchwater.ingest.read.Reading.optional;
import static dev.catchwater.ingest.read.Reading.parquet;
import static dev.catchwater.ingest.read.Reading.required;
import static dev.catchwater.ingest.read.Reading.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Parquet files of DuckDB and pyarrow as rows of a source.
class ParquetReaderTest {
  private static final Path FILES = Path.of("src/test/resources/parquet").toAbsolutePath();
  private static final Instant AT = Instant.parse("2024-02-29T12:34:56.789Z");

  @TempDir Path folder = Path.of("");

  private byte[] file(String query) {
    return Duck.parquet(folder, query);
  }

  @Test
  void columnsGoByName() {
    byte[] bytes = file("SELECT 'x' AS b, 7::BIGINT AS a, true AS other");
    Reading reading = parquet(required("a", Scalar.INT64), optional("b", Scalar.STRING));
    assertThat(reading.rows(bytes)).containsExactly(row(7L, "x"));
    assertThat(reading.counts.ignoredFields()).containsExactly(java.util.Map.entry("other", 1L));
    assertThat(reading.counts.rows()).isEqualTo(1);
    assertThat(reading.counts.bytesRead()).isEqualTo(bytes.length);
  }

  @Test
  void everyTypeIsTakenAsItIs() throws IOException {
    Reading reading = parquet();
    List<List<Object>> rows =
        reading.rows(Files.readAllBytes(FILES.resolve("types.parquet"))).stream()
            .<List<Object>>map(r -> r)
            .toList();
    assertThat(rows.getFirst())
        .containsExactly(
            -7,
            200,
            60_000,
            4_000_000_000L,
            new BigInteger("18000000000000000000"),
            1.5f,
            0.25f,
            new BigDecimal("-1234567.89"),
            new BigDecimal("12345678901234567890.5"),
            LocalDate.parse("2024-02-29"),
            LocalTime.parse("12:34:56.789"),
            LocalTime.parse("12:34:56.789"),
            AT,
            AT,
            AT,
            "żółć 🚀",
            "00ff",
            "61626364",
            Arrays.asList(1L, null, 3L),
            "{\"a\":1,\"b\":\"x\"}",
            "[{\"key\":\"k\",\"value\":1}]",
            null);
    assertThat(rows.get(1)).containsOnlyNulls();
    assertThat(reading.schema.fields()).allSatisfy(f -> assertThat(f.type().isOptional()).isTrue());
    assertThat(reading.counts.truncatedTimes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lz4", "gzip", "snappy", "none"})
  void everyUsualCodecIsRead(String codec) throws IOException {
    assertThat(
            parquet(required("a", Scalar.INT64))
                .rows(Files.readAllBytes(FILES.resolve(codec + ".parquet"))))
        .hasSize(100)
        .endsWith(row(99L));
  }

  @Test
  void finerTimesAreCutAndCounted() {
    Reading reading = parquet(optional("t", TIMESTAMP));
    assertThat(
            reading.rows(
                file(
                    "SELECT * FROM (VALUES (TIMESTAMP '2024-02-29 12:34:56.789123'),"
                        + " (TIMESTAMP '1969-12-31 23:59:59.9999'), (NULL)) v(t)")))
        .containsExactly(
            row(AT), row(Instant.parse("1969-12-31T23:59:59.999Z")), row((Object) null));
    assertThat(reading.counts.truncatedTimes()).isEqualTo(2);
  }

  @Test
  void aTimeWithoutZoneIsInTheZoneOfItsColumn() {
    DataType kyiv = new DataType.Timestamp(TimeUnit.MILLISECOND, "Europe/Kyiv");
    assertThat(
            parquet(optional("t", kyiv)).rows(file("SELECT TIMESTAMP '2024-07-01 03:00:00' AS t")))
        .containsExactly(row(Instant.parse("2024-07-01T00:00:00Z")));
  }

  @Test
  void BAD65_whatIsNoParquetFileIsSaid() {
    Reading reading = parquet(optional("a", Scalar.INT64));
    assertThat(reading.message("")).isEqualTo("data.parquet: Not a Parquet file (it is empty)");
    assertThat(reading.message("PAR1")).contains("data.parquet: Parquet file has 4 bytes");
    assertThat(reading.message("a,b\n1,2\n"))
        .isEqualTo("data.parquet: Not a Parquet file (first bytes \"a,b\\n1,2\\n\")");
    byte[] whole = file("SELECT 1::BIGINT AS a FROM range(5000)");
    for (int length : new int[] {11, 12, 100, whole.length / 2, whole.length - 1}) {
      CatchwaterException failure = reading.failure(Arrays.copyOf(whole, length));
      assertThat(failure.code()).isEqualTo(ErrorCode.BAD_PARQUET);
    }
    assertThat(reading.failure("text").code()).isEqualTo(ErrorCode.BAD_PARQUET);
  }

  @Test
  void BAD66_aFooterThatLiesIsRefused() {
    byte[] whole = file("SELECT i AS a, 'text' || i AS b FROM range(1000) r(i)");
    Reading reading = parquet(optional("a", Scalar.INT64), optional("b", Scalar.STRING));
    for (int length : new int[] {whole.length, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0}) {
      byte[] damaged = whole.clone();
      for (int i = 0; i < 4; i++) {
        damaged[whole.length - 8 + i] = (byte) (length >> (8 * i));
      }
      assertThat(reading.failure(damaged).code()).isEqualTo(ErrorCode.BAD_PARQUET);
    }
    int footer = (whole[whole.length - 8] & 0xff) | (whole[whole.length - 7] & 0xff) << 8;
    for (int at = whole.length - 8 - footer; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) 0x55;
      rowsOrRefusal(reading, damaged);
    }
  }

  private static void rowsOrRefusal(Reading reading, byte[] bytes) {
    try {
      reading.rows(bytes);
    } catch (CatchwaterException e) {
      assertThat(e.code())
          .isIn(
              ErrorCode.BAD_PARQUET,
              ErrorCode.BAD_DATA,
              ErrorCode.LIMIT_EXCEEDED,
              ErrorCode.UNSUPPORTED);
    }
  }

  @Test
  void BAD67_pagesThatLieAreRefused() {
    byte[] whole = file("SELECT (i % 3)::BIGINT AS a, 'text' || i % 5 AS b FROM range(500) r(i)");
    Reading reading = parquet(optional("a", Scalar.INT64), optional("b", Scalar.STRING));
    for (int at = 4; at < whole.length - 8; at++) {
      for (int change : new int[] {0x01, 0x80, 0xff}) {
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) change;
        rowsOrRefusal(reading, damaged);
      }
    }
  }

  @Test
  void BAD68_whatIsNotReadIsNamed() throws IOException {
    Reading reading = parquet(optional("a", Scalar.INT64));
    assertThat(reading.failure(Files.readAllBytes(FILES.resolve("brotli.parquet"))))
        .hasMessage(
            "data.parquet: Parquet file is compressed with Brotli, which is not read"
                + " (write it with zstd, snappy, gzip, LZ4 or without compression)");
    byte[] encrypted = file("SELECT 1::BIGINT AS a");
    encrypted[encrypted.length - 1] = 'E';
    assertThat(reading.failure(encrypted)).hasMessageContaining("is encrypted");
    assertThat(
            parquet(optional("t", TIMESTAMP))
                .rows(Files.readAllBytes(FILES.resolve("int96.parquet"))))
        .containsExactly(row(AT), row((Object) null));
    assertThat(
            parquet()
                .rows(
                    file(
                        "SELECT 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::UUID AS u, MAP{1: 2} AS m")))
        .containsExactly(row("a0eebc999c0b4ef8bb6d6bb9bd380a11", "[{\"key\":1,\"value\":2}]"));
  }

  @Test
  void BAD69_typesMeetAsInTheTableOfCoercions() {
    byte[] small = file("SELECT 7::INTEGER AS a, 2.5::FLOAT AS x, '12' AS n, 3::BIGINT AS big");
    assertThat(
            parquet(
                    required("a", Scalar.INT64),
                    required("x", Scalar.FLOAT64),
                    required("n", Scalar.INT32),
                    required("big", Scalar.INT16))
                .rows(small))
        .containsExactly(row(7L, 2.5, 12, 3));
    assertThat(parquet(required("x", Scalar.INT64)).failure(small))
        .hasMessage(
            "data.parquet: The file's column \"x\" is Float32, the source declares Int64"
                + " (declare it Float32, or write whole numbers)");
    assertThat(parquet(required("b", Scalar.INT64)).failure(small))
        .hasMessage(
            "data.parquet: The file has no column \"b\", which is required"
                + " (it has a, x, n, big)");
    assertThat(
            parquet(required("A", Scalar.INT64))
                .message(new String(new byte[0], StandardCharsets.US_ASCII)))
        .contains("empty");
    assertThat(parquet(required("A", Scalar.INT64)).failure(small))
        .hasMessageContaining("it has \"a\": names are matched exactly");
    assertThat(parquet(optional("b", Scalar.INT64), optional("a", Scalar.INT64)).rows(small))
        .containsExactly(row(null, 7L));
    assertThat(parquet(optional("zz", Scalar.INT64)).failure(small))
        .hasMessageContaining("No field of the data is declared by the source: found a, x, n, big");
  }

  @Test
  void BAD69_badValuesAreNamedByRowAndColumn() {
    byte[] bytes =
        file(
            "SELECT i AS a, CASE WHEN i = 3 THEN NULL ELSE 3000000000 + i END AS b"
                + " FROM range(5) r(i)");
    CatchwaterException one =
        parquet(required("a", Scalar.INT64), required("b", Scalar.INT64)).failure(bytes);
    assertThat(one)
        .hasMessage("data.parquet, field \"b\": row 4: A value is required, but it is null");
    CatchwaterException many = parquet(optional("b", Scalar.INT32)).failure(bytes);
    assertThat(many).hasMessage("data.parquet: 4 rows cannot be taken, nothing is written");
    assertThat(many.details().getFirst())
        .hasMessage(
            "data.parquet, field \"b\": row 1: Expected Int32 (-2147483648 to 2147483647),"
                + " found \"3000000000\"");
  }

  @Test
  void BAD70_valuesThatTheirTypeDoesNotAllowAreRefused() {
    byte[] latin = file("SELECT i AS i, ('\\xC3\\x28'::BLOB) AS s FROM range(2) r(i)");
    assertThat(parquet(optional("s", Scalar.STRING)).failure(latin).details().getFirst())
        .hasMessage("data.parquet, field \"s\": row 1: The text is not UTF-8 at its byte 0");
    assertThat(parquet(optional("s", Scalar.STRING)).rows(file("SELECT encode('é') AS s")))
        .containsExactly(row("é"));
    byte[] decimal = file("SELECT 123456.78::DECIMAL(18,2) AS d");
    assertThat(parquet(optional("d", new DataType.Decimal(8, 2))).rows(decimal))
        .containsExactly(row(new BigDecimal("123456.78")));
    assertThat(parquet(optional("d", new DataType.Decimal(6, 2))).failure(decimal))
        .hasMessageContaining("field \"d\": row 1");
    assertThat(parquet(optional("d", new DataType.Decimal(9, 1))).failure(decimal))
        .hasMessageContaining("field \"d\": row 1");
    assertThat(parquet(optional("d", new DataType.Decimal(30, 4))).rows(decimal))
        .containsExactly(row(new BigDecimal("123456.7800")));
    assertThat(
            parquet(optional("t", TIMESTAMP)).failure(file("SELECT TIMESTAMP '20000-01-01' AS t")))
        .hasMessageContaining("The time is outside the years 0001 to 9999");
  }

  @Test
  void BAD67_pagesThatNeedTooMuchMemoryTogetherAreRefused() throws IOException {
    byte[] small = Files.readAllBytes(FILES.resolve("large-pages.parquet"));
    assertThat(parquet().failure(small))
        .hasMessageContaining("MiB of memory (limit: pages)")
        .extracting("code")
        .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
    assertThat(parquet(required("flag3", Scalar.INT64)).rows(small)).hasSize(1_000_000);
  }

  @Test
  void BAD71_filesOfNothing() {
    Reading reading = parquet(optional("a", Scalar.INT64));
    assertThat(reading.rows(file("SELECT 1::BIGINT AS a WHERE false"))).isEmpty();
    StringBuilder wide = new StringBuilder("SELECT 0 AS c0");
    for (int i = 1; i <= 1_000; i++) {
      wide.append(", 0 AS c").append(i);
    }
    byte[] bytes = file(wide.toString());
    assertThat(parquet().failure(bytes))
        .hasMessage(
            "data.parquet: The file has more than 1000 columns (limit: columns)"
                + " (declare those you need)");
    assertThat(parquet(optional("c7", Scalar.INT32)).rows(bytes)).containsExactly(row(0));
  }

  @Test
  void BAD72_aSliceOfOursIsNoInput() {
    byte[] slice =
        file("SELECT 0 AS \"offset\", 0 AS op, TIMESTAMP '2020-01-01' AS system_time, 1 AS a");
    assertThat(parquet(optional("a", Scalar.INT64)).failure(slice))
        .hasMessage(
            "data.parquet: This looks like a slice of an ODF dataset: it has"
                + " [offset, op, system_time] (use `pull` to copy a dataset)");
    byte[] reserved = file("SELECT 1 AS a, 0 AS op");
    assertThat(parquet(optional("a", Scalar.INT64)).failure(reserved))
        .hasMessageContaining("The column \"op\" is reserved for the system");
    Reading inferred = parquet();
    assertThat(inferred.rows(reserved)).containsExactly(row(1, 0));
    assertThat(inferred.schema.fields().get(1).name()).isEqualTo("_op");
  }

  @Test
  void theEventTimeOfAFileWithoutSchemaIsATime() {
    assertThat(parquet().rows(file("SELECT 1704067200::BIGINT AS event_time, 1.5 AS x")))
        .containsExactly(row(Instant.parse("2024-01-01T00:00:00Z"), new BigDecimal("1.5")));
    assertThat(parquet().rows(file("SELECT '2024-01-01 00:00:00' AS event_time")))
        .containsExactly(row(Instant.parse("2024-01-01T00:00:00Z")));
  }

  @Test
  void B25_packedFilesAreUnpackedFirst() throws IOException {
    byte[] bytes = file("SELECT i AS a FROM range(10) r(i)");
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    assertThat(parquet(required("a", Scalar.INT64)).rows(packed.toByteArray())).hasSize(10);
  }

  @Test
  void TH16_aBombOfZerosIsStopped() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 100; i++) {
        out.write(zeros);
      }
    }
    assertThat(parquet(required("a", Scalar.INT64)).failure(packed.toByteArray()))
        .hasMessageContaining("limit: compression ratio");
  }

  @Test
  void strictRefusesUndeclaredColumns() {
    ReadOptions strict =
        new ReadOptions("event_time", List.of("offset", "op", "system_time"), true);
    assertThat(
            parquet(optional("a", Scalar.INT64))
                .with(strict)
                .failure(file("SELECT 1 AS a, 2 AS b")))
        .hasMessageContaining("The column \"b\" is not declared by the source");
  }
}
