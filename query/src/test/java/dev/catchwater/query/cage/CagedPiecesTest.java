package dev.catchwater.query.cage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.ingest.prepare.PreparedRows;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.read.ReadCounts;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.Transform;
import dev.catchwater.odf.source.Transform.SqlQueryStep;
import dev.catchwater.query.cage.CagedRows.PieceSize;
import dev.catchwater.query.format.RowFormat;
import dev.catchwater.query.format.Rows;
import dev.catchwater.query.format.TableStyle;
import dev.catchwater.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Steps over pieces of the rows give what they give over all rows at once.
class CagedPiecesTest {
  private static final PieceSize WHOLE = new PieceSize(Long.MAX_VALUE, Long.MAX_VALUE, false);
  private static final int ROWS = 700;

  private static final List<List<String>> ROW_WISE =
      List.of(
          List.of("SELECT * FROM input"),
          List.of("SELECT a / 3 AS a, d * 1.1 AS d, n / 7 AS n FROM input WHERE a % 3 <> 0"),
          List.of("SELECT t, upper(s) || a AS s, [a, 1] AS l, {'x': s, 'y': d} AS r FROM input"),
          List.of(
              "SELECT a + 1 AS a, CASE WHEN d > 0 THEN s END AS s, t FROM input",
              "SELECT a * 2 AS a, coalesce(s, 'none') AS s FROM s0 WHERE a IS NOT NULL",
              "SELECT * REPLACE (CAST(a AS VARCHAR) AS a), t IS NULL AS late FROM s0"),
          List.of("SELECT a FROM input WHERE a = 1000000"),
          List.of("SELECT s, t AS at, d FROM input"),
          List.of("SELECT 1 AS one, t FROM input"),
          List.of("SELECT a AS s, s || 'x' AS a, t, n FROM input"),
          List.of("SELECT a AS x, x + 1 AS y, d * 2 AS d, s FROM input"),
          List.of("SELECT i.t, i.a % 7 AS week, upper(i.s) AS s, i.d FROM input i"),
          List.of(
              "SELECT *, a + 1 AS next FROM input",
              "SELECT t AS t, d AS d, next * 2 AS next, s AS s FROM s0",
              "SELECT s, next, coalesce(d, 0) AS d, t FROM s1"),
          List.of(
              "SELECT a AS b, d AS a, s, t FROM input", "SELECT b + 0 AS c, a, s, s0.t FROM s0"),
          List.of("SELECT *, input.a IS NULL AS late FROM input"),
          List.of("SELECT input AS whole, a FROM input"),
          List.of("SELECT COLUMNS('[ad]') + 1, t FROM input"),
          List.of("SELECT a, a, A AS b FROM input"),
          List.of("SELECT a, nosuch FROM input"),
          List.of("SELECT CAST(s AS INTEGER) AS i FROM input"),
          List.of("SELECT CAST(a AS TINYINT) AS i FROM input WHERE a > 120"));

  private static final List<List<String>> WIDER =
      List.of(
          List.of("SELECT count(*) AS n, sum(a) AS a FROM input"),
          List.of("SELECT a, row_number() OVER () AS r FROM input"),
          List.of("SELECT DISTINCT a FROM input ORDER BY a"),
          List.of("SELECT a FROM input", "SELECT max(a) AS a FROM s0"));

  @TempDir Path folder;

  @Seeded(iterations = 2)
  void piecesGiveWhatTheWholeGives(RandomGenerator random) throws IOException {
    List<RecordBatch> batches = batches(random);
    List<List<String>> all = Stream.concat(ROW_WISE.stream(), WIDER.stream()).toList();
    try (Preprocess.Session whole = caged(WHOLE).session();
        Preprocess.Session pieces =
            caged(new PieceSize(random.nextInt(1, 200), Long.MAX_VALUE, true)).session()) {
      for (List<String> steps : all) {
        String engine = random.nextBoolean() ? "duckdb" : "datafusion";
        assertThat(result(pieces, engine, batches, steps))
            .as(steps.toString())
            .isEqualTo(result(whole, engine, batches, steps));
      }
    }
  }

  @Test
  void aCageIsKeptForASessionAndEndsWithIt() throws IOException {
    RecordBatch batch = new Rows().column("a", Scalar.INT64, 1, 2, 3).batch();
    // Other tests may have left processes, which end with this one.
    Set<ProcessHandle> others = ProcessHandle.current().children().collect(Collectors.toSet());
    List<ProcessHandle> cages = new ArrayList<>();
    try (Preprocess.Session session = caged(WHOLE).session()) {
      for (int i = 0; i < 3; i++) {
        String sql = "SELECT a * " + i + " AS a FROM input";
        assertThat(result(session, "duckdb", List.of(batch), List.of(sql)))
            .contains("{\"a\":" + 3 * i + "}");
        cages.addAll(
            ProcessHandle.current().children().filter(child -> !others.contains(child)).toList());
      }
      assertThat(cages).hasSize(3).containsOnly(cages.getFirst());
    }
    assertThat(cages.getFirst().isAlive()).isFalse();
  }

  @Test
  void anErrorInALaterPieceIsToldAndTheNextStepsGetACageOfTheirOwn() throws IOException {
    RecordBatch good = new Rows().column("s", Scalar.STRING, "1", "2").batch();
    RecordBatch bad = new Rows().column("s", Scalar.STRING, "3", "x").batch();
    try (Preprocess.Session session = caged(new PieceSize(2, Long.MAX_VALUE, true)).session()) {
      List<String> steps = List.of("SELECT CAST(s AS INTEGER) AS i FROM input");
      assertThat(result(session, "duckdb", List.of(good, good, bad, good), steps))
          .startsWith("bad-sql")
          .contains("'x'");
      assertThat(result(session, "duckdb", List.of(good, good), steps)).contains("{\"i\":2}");
    }
  }

  private String result(
      Preprocess preprocess, String engine, List<RecordBatch> batches, List<String> steps)
      throws IOException {
    List<SqlQueryStep> queries = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      queries.add(new SqlQueryStep(i == steps.size() - 1 ? null : "s" + i, steps.get(i)));
    }
    Transform transform = new Transform(engine, null, null, queries, null);
    Path own = Files.createTempDirectory(folder, "push");
    String[] text = new String[1];
    Throwable failure =
        catchThrowable(() -> {
          try (PreparedRows rows = preprocess.open("s", transform, new Given(batches), own)) {
            text[0] = text(rows);
          }
        });
    if (failure instanceof CatchwaterException known) {
      return known.code().slug() + " " + known.plainMessage() + " " + known.place();
    }
    assertThat(failure).isNull();
    return text[0];
  }

  private CagedPreprocess caged(PieceSize size) {
    return new CagedPreprocess(new LocalDisk(), CageLimits.defaults(), size);
  }

  private static List<RecordBatch> batches(RandomGenerator random) {
    @Nullable Object[] numbers = new @Nullable Object[ROWS];
    @Nullable Object[] reals = new @Nullable Object[ROWS];
    @Nullable Object[] texts = new @Nullable Object[ROWS];
    @Nullable Object[] times = new @Nullable Object[ROWS];
    @Nullable Object[] decimals = new @Nullable Object[ROWS];
    for (int row = 0; row < ROWS; row++) {
      boolean isNull = random.nextInt(10) == 0;
      numbers[row] = isNull ? null : random.nextInt(200);
      reals[row] = random.nextInt(20) == 0 ? null : random.nextDouble() - 0.5;
      texts[row] = random.nextInt(5) == 0 ? null : "text " + random.nextInt(50);
      times[row] = random.nextLong(2_000_000_000_000L);
      decimals[row] = random.nextInt(100_000);
    }
    RecordBatch all =
        new Rows()
            .column("a", Scalar.INT64, numbers)
            .column("d", Scalar.FLOAT64, reals)
            .column("s", Scalar.STRING, texts)
            .column("t", DataType.Timestamp.MILLIS_UTC, times)
            .column("n", new DataType.Decimal(9, 2), decimals)
            .batch();
    List<RecordBatch> batches = new ArrayList<>();
    for (int from = 0; from < ROWS; ) {
      int count = Math.min(random.nextInt(1, 150), ROWS - from);
      batches.add(RowSelection.slice(all, from, count));
      from += count;
    }
    return batches;
  }

  private static String text(RowReader rows) throws IOException {
    List<RecordBatch> batches = new ArrayList<>();
    for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
      batches.add(batch);
    }
    return rows.schema()
        + Rows.text(
            RowFormat.JSON,
            rows.schema(),
            new TableStyle(false, false, -1),
            batches.toArray(RecordBatch[]::new));
  }

  /// Rows that are there already.
  private static final class Given implements RowReader {
    private final List<RecordBatch> batches;
    private int taken;

    Given(List<RecordBatch> batches) {
      this.batches = batches;
    }

    @Override
    public DataSchema schema() {
      return batches.getFirst().schema();
    }

    @Override
    public @Nullable RecordBatch next() {
      return taken == batches.size() ? null : batches.get(taken++);
    }

    @Override
    public ReadCounts counts() {
      return new ReadCounts(1, Map.of(), 0, 0, 0);
    }

    @Override
    public void close() {}
  }
}
