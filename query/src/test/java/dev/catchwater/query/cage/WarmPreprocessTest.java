package dev.catchwater.query.cage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.ingest.prepare.PreparedRows;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.Transform;
import dev.catchwater.query.format.RowFormat;
import dev.catchwater.query.format.Rows;
import dev.catchwater.query.format.TableStyle;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Cages that serve one push after the other.
class WarmPreprocessTest {
  @TempDir Path folder;
  private Workspace workspace;

  @BeforeEach
  void makeWorkspace() {
    workspace = Workspace.init(new LocalDisk(), folder);
  }

  private static RecordBatch texts(Object... values) {
    return new Rows().column("s", Scalar.STRING, values).batch();
  }

  private static String result(Preprocess steps, String sql, RecordBatch batch) throws IOException {
    Path own = Files.createTempDirectory("push");
    Transform transform = new Transform("duckdb", null, sql, null, null);
    try (PreparedRows rows = steps.open("s", transform, new GivenRows(batch), own)) {
      List<RecordBatch> batches = new ArrayList<>();
      for (RecordBatch next = rows.next(); next != null; next = rows.next()) {
        batches.add(next);
      }
      return Rows.text(
          RowFormat.JSON,
          rows.schema(),
          new TableStyle(false, false, -1),
          batches.toArray(RecordBatch[]::new));
    } finally {
      try (Stream<Path> left = Files.list(own)) {
        assertThat(left).isEmpty();
      }
      Files.delete(own);
    }
  }

  @Test
  void oneProcessServesPushesOfDifferentStepsAndNoneSeesAnothersRows() throws IOException {
    try (WarmPreprocess steps = new WarmPreprocess(workspace, CageLimits.defaults())) {
      String number = "SELECT CAST(s AS INTEGER) AS i FROM input";
      String all = "SELECT count(*) AS n, max(s) AS m FROM input";
      List<Long> pids = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        // The same number of bytes each time: an engine that kept a file would not notice.
        assertThat(result(steps, number, texts("1" + i))).contains("{\"i\":1" + i + "}");
        assertThat(result(steps, number, texts("2" + i))).contains("{\"i\":2" + i + "}");
        assertThat(result(steps, all, texts("3" + i))).contains("\"n\":1,\"m\":\"3" + i + "\"");
        assertThat(result(steps, all, texts("4" + i))).contains("\"n\":1,\"m\":\"4" + i + "\"");
        assertThatThrownBy(() -> result(steps, number, texts("x")))
            .isInstanceOfSatisfying(
                CatchwaterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_SQL));
        assertThatThrownBy(() -> result(steps, "SELECT nosuch FROM input", texts("x")))
            .isInstanceOf(CatchwaterException.class);
        pids.addAll(steps.cages().pids());
      }
      assertThat(pids).hasSize(3).containsOnly(pids.getFirst());
    }
    try (Stream<Path> left = Files.list(workspace.root().resolve("run"))) {
      assertThat(left.filter(path -> path.getFileName().toString().startsWith("sql-"))).isEmpty();
    }
  }

  @Test
  void stepsAreCheckedByTheSameProcess() throws IOException {
    try (WarmPreprocess steps = new WarmPreprocess(workspace, CageLimits.defaults())) {
      DataSchema columns = texts("a").schema();
      steps.check("s", new Transform("duckdb", null, "SELECT s FROM input", null, null), columns);
      List<Long> pids = steps.cages().pids();
      Transform wrong = new Transform("duckdb", null, "SELECT nosuch FROM input", null, null);
      assertThatThrownBy(() -> steps.check("s", wrong, columns))
          .isInstanceOf(CatchwaterException.class)
          .hasMessageContaining("nosuch");
      assertThat(result(steps, "SELECT s FROM input", texts("a"))).contains("\"s\":\"a\"");
      assertThat(steps.cages().pids()).isEqualTo(pids).hasSize(1);
    }
  }

  @Test
  void TH37_aProcessThatWasStoppedIsReplacedAndTheNextPushIsTaken() throws IOException {
    CageLimits limits = CageLimits.defaults().withDeadline(Duration.ofSeconds(3));
    try (WarmPreprocess steps = new WarmPreprocess(workspace, limits)) {
      String endless =
          "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n FROM t) SELECT count(*) AS n FROM t";
      for (int i = 0; i < 5; i++) {
        // More often than there are turns: none is lost.
        assertThatThrownBy(() -> result(steps, endless, texts("a")))
            .isInstanceOfSatisfying(
                CatchwaterException.class,
                e -> assertThat(e.code()).isIn(ErrorCode.QUERY_TIMEOUT, ErrorCode.QUERY_TOO_LARGE));
      }
    }
    try (WarmPreprocess steps = new WarmPreprocess(workspace, CageLimits.defaults())) {
      result(steps, "SELECT s FROM input", texts("a"));
      ProcessHandle.of(steps.cages().pids().getFirst()).orElseThrow().destroyForcibly();
      ProcessHandle.of(steps.cages().pids().getFirst()).ifPresent(gone -> gone.onExit().join());
      assertThat(result(steps, "SELECT s FROM input", texts("b"))).contains("\"s\":\"b\"");
    }
  }

  @Test
  void manyPushesAtOnceShareFewProcesses() throws Exception {
    try (WarmPreprocess steps = new WarmPreprocess(workspace, CageLimits.defaults());
        ExecutorService threads = Executors.newFixedThreadPool(12)) {
      List<Callable<String>> pushes = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        int number = 100 + i;
        String sql =
            i % 2 == 0 ? "SELECT s || 'x' AS s FROM input" : "SELECT max(s) AS s FROM input";
        pushes.add(() -> result(steps, sql, texts("" + number)));
      }
      List<Future<String>> results = threads.invokeAll(pushes);
      for (int i = 0; i < results.size(); i++) {
        String expected = "\"s\":\"" + (100 + i) + (i % 2 == 0 ? "x" : "") + "\"";
        assertThat(results.get(i).get()).contains(expected);
      }
      assertThat(steps.cages().pids()).hasSizeLessThanOrEqualTo(4);
    }
  }
}
