package dev.catchwater.query.cage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.ingest.prepare.PreparedRows;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.DataType.Timestamp;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import dev.catchwater.odf.source.Transform;
import dev.catchwater.odf.source.Transform.SqlQueryStep;
import dev.catchwater.query.format.RowFormat;
import dev.catchwater.query.format.Rows;
import dev.catchwater.query.format.TableStyle;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows go into the cage and come back; what may not, does not.
class CagedPreprocessTest {
  @TempDir Path folder;

  @Test
  void everyTypeComesBackAsItWent() throws IOException {
    RecordBatch batch =
        new Rows()
            .column("bool", Scalar.BOOL, true, false, null)
            .column("i8", Scalar.INT8, -128, 127, null)
            .column("i16", Scalar.INT16, -32_768, 32_767, null)
            .column("i32", Scalar.INT32, Integer.MIN_VALUE, Integer.MAX_VALUE, null)
            .column("i64", Scalar.INT64, Long.MIN_VALUE, Long.MAX_VALUE, null)
            .column("u8", Scalar.UINT8, 0, 255, null)
            .column("u16", Scalar.UINT16, 0, 65_535, null)
            .column("u32", Scalar.UINT32, 0, -1, null)
            .column("u64", Scalar.UINT64, 0, -1L, null)
            .column("f32", Scalar.FLOAT32, 1.5f, Float.MIN_VALUE, null)
            .column("f64", Scalar.FLOAT64, -0.0, Double.MAX_VALUE, null)
            .column("d9", new DataType.Decimal(9, 2), 12_345, -1, null)
            .column("d38", new DataType.Decimal(38, 10), decimal("1"), decimal("-1"), null)
            .column("text", Scalar.STRING, "", "quote \" and ü 𝄞", null)
            .column("bytes", new DataType.Binary(null), new byte[] {0, 1}, new byte[0], null)
            .column("date", Scalar.DATE, 0, -719_162, null)
            .column("time", new DataType.Time(TimeUnit.MICROSECOND), 0, 86_399_999_999L, null)
            .column("at", Timestamp.MILLIS_UTC, 0, -62_135_596_800_000L, null)
            .column(
                "list",
                new DataType.ListOf(new DataType.Option(Scalar.INT64), null),
                List.of(1, 2),
                List.of(),
                null)
            .column(
                "struct",
                new DataType.Struct(
                    List.of(
                        DataField.of("x", new DataType.Option(Scalar.INT64)),
                        DataField.of("y z", new DataType.Option(Scalar.STRING)))),
                List.of(1, "a"),
                Arrays.asList(null, "b"),
                null)
            .batch();
    PreparedRows rows = open(batch, step(null, "SELECT * FROM input"));
    assertThat(types(rows.schema())).isEqualTo(types(batch.schema()));
    assertThat(text(rows)).isEqualTo(text(new GivenRows(batch)));
    rows.close();
  }

  @Test
  void timesBecomeMillisecondsInUtc() throws IOException {
    PreparedRows rows =
        open(
            numbers().batch(),
            step(
                null,
                "SELECT TIMESTAMP '2020-01-01 00:00:00.123456' AS naive,"
                    + " TIMESTAMPTZ '2020-01-01 02:00:00+02' AS zoned,"
                    + " make_timestamp_ns(1577836800123456789) AS nanos,"
                    + " CAST('2020-01-01' AS DATE) AS day FROM input LIMIT 1"));
    assertThat(text(rows))
        .isEqualTo(
            "[{\"naive\":\"2020-01-01T00:00:00.123Z\",\"zoned\":\"2020-01-01T00:00:00Z\","
                + "\"nanos\":\"2020-01-01T00:00:00.123Z\",\"day\":\"2020-01-01\"}]");
    assertThat(rows.counts().truncatedTimes()).isEqualTo(2);
    rows.close();
  }

  @Test
  void aStepSeesTheOnesBeforeItAndOrderIsKept() throws IOException {
    PreparedRows rows =
        open(
            numbers().batch(),
            step("doubled", "SELECT a * 2 AS a, b FROM input"),
            step("found", "SELECT * FROM doubled WHERE a > 2"),
            step(null, "SELECT a, d.b AS b FROM found d UNION ALL SELECT a, b FROM input"));
    assertThat(text(rows))
        .isEqualTo(
            "[{\"a\":4,\"b\":\"\"},{\"a\":8,\"b\":\"ü\"},{\"a\":1,\"b\":\"x\"},"
                + "{\"a\":2,\"b\":\"\"},{\"a\":null,\"b\":null},{\"a\":4,\"b\":\"ü\"}]");
    rows.close();
  }

  @Test
  void theDialectOfDataFusionDividesAndSortsAsItsOwn() throws IOException {
    String sql = "SELECT 7 / 2 AS half, a FROM input ORDER BY a DESC LIMIT 1";
    assertThat(text(open("DataFusion", numbers().batch(), step(null, sql))))
        .isEqualTo("[{\"half\":3,\"a\":null}]");
    assertThat(text(open("duckdb", numbers().batch(), step(null, sql))))
        .isEqualTo("[{\"half\":3.5,\"a\":4}]");
  }

  @Test
  void requiredColumnsStayRequiredThroughWhatKeepsThem() {
    DataSchema schema =
        DataSchema.of(
            List.of(DataField.of("a", Scalar.INT64), DataField.of("b", Scalar.STRING.optional())));
    RecordBatch batch =
        new RecordBatch(
            schema,
            4,
            numbers()
                .column("c", Scalar.INT64, 1, 1, 1, 1)
                .batch()
                .columns()
                .subList(1, 3)
                .reversed());
    try (PreparedRows rows =
        open(
            batch,
            step("s", "SELECT a, upper(b) AS b, count(*) AS n FROM input GROUP BY a, b"),
            step(
                null,
                "SELECT s.a + 1 AS kept, CAST(a AS VARCHAR) AS cast, b, n, nullif(a, 1) AS lost,"
                    + " a / 2 AS divided, coalesce(b, 'none') AS filled, sum(a) OVER () AS total,"
                    + " CASE WHEN a > 1 THEN a ELSE 0 END AS chosen FROM s"))) {
      assertThat(
              rows.schema().fields().stream()
                  .filter(field -> !field.type().isOptional())
                  .map(DataField::name))
          .containsExactly("kept", "cast", "n", "filled", "chosen");
    }
  }

  @Test
  void columnsThatDifferOnlyInCaseGetANumberWhichIsSaid() {
    RecordBatch batch =
        new Rows()
            .column("a", Scalar.INT64, 1)
            .column("A", Scalar.INT64, 2)
            .column("A_1", Scalar.INT64, 3)
            .batch();
    try (PreparedRows rows = open(batch, step(null, "SELECT a, A_2, A_1 FROM input"))) {
      assertThat(text(rows)).isEqualTo("[{\"a\":1,\"A_2\":2,\"A_1\":3}]");
      assertThat(rows.notes()).singleElement().asString().contains("Column A", "is called A_2");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void kamusFunctionsAreKnown() throws IOException {
    RecordBatch batch =
        new Rows().column("j", Scalar.STRING, "{\"a\": {\"b\": [1, 2.5]}, \"c\": \"x\"}").batch();
    PreparedRows rows =
        open(
            batch,
            step(
                null,
                "SELECT json_get_str(j, 'c') AS s, json_get_int(json_get_json(j, 'a', 'b'), 0) AS i,"
                    + " json_get_float(json_get_json(j, 'a', 'b'), 1) AS f,"
                    + " json_length(j, 'a') IS NOT NULL AS l,"
                    + " to_timestamp_seconds(5) AS t, to_timestamp_millis(5) AS m,"
                    + " to_date('2020-01-02') AS d, btrim(' x ') AS x, nvl(NULL, 3) AS n,"
                    + " date_bin(INTERVAL 1 day, TIMESTAMP '2020-01-02 03:00:00') AS bin"
                    + " FROM input"));
    assertThat(text(rows))
        .isEqualTo(
            "[{\"s\":\"x\",\"i\":1,\"f\":2.5,\"l\":true,\"t\":\"1970-01-01T00:00:05Z\","
                + "\"m\":\"1970-01-01T00:00:00.005Z\",\"d\":\"2020-01-02\",\"x\":\"x\",\"n\":3,"
                + "\"bin\":\"2020-01-02T00:00:00Z\"}]");
    rows.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT len(range(1000000000)) AS n FROM input",
        "SELECT list(r) AS n FROM range(1000000000) AS t(r)",
        "SELECT string_agg(repeat('y', 100000), '') AS n FROM range(1000000) AS t(r)"
      })
  void TH37_aStatementThatTakesTooMuchMemoryIsRefused(String sql) {
    assertThatThrownBy(() -> open(numbers().batch(), step(null, sql)).schema())
        .isInstanceOfSatisfying(
            CatchwaterException.class,
            e -> assertThat(e.code()).as(e.toString()).isEqualTo(ErrorCode.QUERY_TOO_LARGE));
  }

  @Test
  void TH37_aStatementThatIsTooLongOrTooDeepIsRefused() {
    Preprocess caged = new CagedPreprocess(new LocalDisk(), CageLimits.defaults());
    for (String sql :
        List.of(
            "SELECT '" + "x".repeat(10 << 20) + "' AS a",
            "SELECT " + "(".repeat(20_000) + "1" + ")".repeat(20_000) + " AS a",
            "SELECT 1" + " + 1".repeat(100_000) + " AS a",
            "SELECT " + "(SELECT ".repeat(3_000) + "1" + ")".repeat(3_000) + " AS a")) {
      assertThatThrownBy(() ->
              caged.check("s", transform("duckdb", step(null, sql)), numbers().batch().schema()))
          .isInstanceOfSatisfying(
              CatchwaterException.class,
              e ->
                  assertThat(e.code())
                      .as(e.toString())
                      .isIn(ErrorCode.QUERY_TOO_LARGE, ErrorCode.BAD_SQL));
    }
    StringBuilder wide = new StringBuilder("SELECT 1 AS c0");
    for (int i = 1; i < 10_000; i++) {
      wide.append(", ").append(i).append(" AS c").append(i);
    }
    caged.check("s", transform("duckdb", step(null, wide.toString())), null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) AS n FROM range(1000000000000) AS t(r), range(1000000000000) AS u(s)",
        "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n FROM t) SELECT count(*) AS n FROM t",
        "SELECT count(*) AS n FROM range(100000000000) AS t(r) WHERE regexp_matches(CAST(r AS"
            + " VARCHAR), '(a+)+b')"
      })
  void TH37_aStatementThatTakesTooLongIsStopped(String sql) throws IOException {
    Preprocess caged =
        new CagedPreprocess(
            new LocalDisk(), CageLimits.defaults().withDeadline(Duration.ofSeconds(2)));
    RowReader given = new GivenRows(numbers().batch());
    try (PreparedRows rows =
        caged.open("s", transform("duckdb", step(null, sql)), given, folder("late"))) {
      assertThatThrownBy(rows::schema)
          .isInstanceOfSatisfying(
              CatchwaterException.class,
              e -> assertThat(e.code()).as(e.toString()).isEqualTo(ErrorCode.QUERY_TIMEOUT))
          .hasMessageContaining("nothing was written");
    }
  }

  @Test
  void aCageThatDiesIsOneClearMessage() throws IOException {
    RowReader killing =
        new GivenRows(numbers().batch()) {
          @Override
          public @Nullable RecordBatch next() {
            ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
            return super.next();
          }
        };
    try (PreparedRows rows =
        new CagedPreprocess(new LocalDisk(), CageLimits.defaults())
            .open(
                "s",
                transform("duckdb", step(null, "SELECT * FROM input")),
                killing,
                folder("killed"))) {
      assertThatThrownBy(rows::schema)
          .isInstanceOf(CatchwaterException.class)
          .hasMessageContaining("The process that runs the SQL ended")
          .hasMessageContaining("nothing was written");
    }
  }

  @Test
  void aCageEndsWithItsInput() throws Exception {
    try (Cage cage = Cage.start(CageLimits.defaults(), folder)) {
      ProcessHandle process = ProcessHandle.of(cage.pid()).orElseThrow();
      cage.hangUp();
      process.onExit().get(30, java.util.concurrent.TimeUnit.SECONDS);
      assertThat(process.isAlive()).isFalse();
    }
  }

  @Test
  void aCageHasNoEnvironment() throws IOException {
    try (Cage cage = Cage.start(CageLimits.defaults(), folder)) {
      Path own = Path.of("/proc", Long.toString(cage.pid()), "environ");
      org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(own), "needs /proc");
      // What the shell sets by itself is harmless.
      List<String> names =
          Stream.of(Files.readString(own).split("\0", -1))
              .map(entry -> entry.split("=", 2)[0])
              .filter(name -> !List.of("", "PWD", "OLDPWD", "SHLVL", "_").contains(name))
              .toList();
      assertThat(names).containsExactlyInAnyOrder("PATH", "LC_ALL", "MALLOC_ARENA_MAX");
    }
  }

  @Test
  void stepsThatNoPushCouldUseAreRefusedBeforehand() {
    Preprocess caged = new CagedPreprocess(new LocalDisk(), CageLimits.defaults());
    DataSchema columns = numbers().batch().schema();
    Map<String, String> refusals =
        Map.of(
            "SELECT a,, b FROM input", "syntax error",
            "SELECT c FROM input", "\"c\" not found",
            "SELECT nosuch(a) FROM input", "The function nosuch is not known or not allowed here",
            "SELECT * FROM other", "Table not found: other",
            "SELECT a FROM input; SELECT b FROM input", "query 1:1:22: 2 statements",
            "SELECT MAP {a: b} AS m FROM input WHERE a > 0", "Column m is a MAP");
    for (Map.Entry<String, String> refusal : refusals.entrySet()) {
      Transform steps = transform("datafusion", step(null, refusal.getKey()));
      assertThatThrownBy(() -> caged.check("s", steps, columns))
          .hasMessageContaining("preprocess of s, query 1")
          .hasMessageContaining(refusal.getValue());
    }
    caged.check("s", transform("datafusion", step(null, "SELECT c FROM input")), null);
    assertThatThrownBy(() -> caged.check("s", transform("spark", step(null, "SELECT 1")), columns))
        .hasMessageContaining("wants the engine spark");
  }

  private static Rows numbers() {
    return new Rows()
        .column("a", Scalar.INT64, 1, 2, null, 4)
        .column("b", Scalar.STRING, "x", "", null, "ü");
  }

  private PreparedRows open(RecordBatch batch, SqlQueryStep... steps) {
    return open("duckdb", batch, steps);
  }

  private PreparedRows open(String engine, RecordBatch batch, SqlQueryStep... steps) {
    try {
      return new CagedPreprocess(new LocalDisk(), CageLimits.defaults())
          .open("s", transform(engine, steps), new GivenRows(batch), folder("steps"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path folder(String name) throws IOException {
    return Files.createTempDirectory(folder, name);
  }

  private static SqlQueryStep step(@Nullable String alias, String query) {
    return new SqlQueryStep(alias, query);
  }

  private static Transform transform(String engine, SqlQueryStep... steps) {
    return new Transform(engine, null, null, List.of(steps), null);
  }

  /// As a batch holds it: 16 bytes, the sign in front.
  private static byte[] decimal(String unscaled) {
    byte[] few = new BigInteger(unscaled).toByteArray();
    byte[] all = new byte[16];
    Arrays.fill(all, (byte) (few[0] < 0 ? -1 : 0));
    System.arraycopy(few, 0, all, all.length - few.length, few.length);
    return all;
  }

  private static List<String> types(DataSchema schema) {
    List<String> types = new ArrayList<>();
    for (DataField field : schema.fields()) {
      types.add(field.name() + " " + field.type());
    }
    return types;
  }

  private static String text(RowReader rows) throws IOException {
    List<RecordBatch> batches = new ArrayList<>();
    for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
      batches.add(batch);
    }
    return Rows.text(
        RowFormat.JSON,
        rows.schema(),
        new TableStyle(false, false, -1),
        batches.toArray(RecordBatch[]::new));
  }
}
