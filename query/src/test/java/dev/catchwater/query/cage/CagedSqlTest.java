package dev.catchwater.query.cage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catchwater.disk.LocalDisk;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.query.sql.SqlLimits;
import dev.catchwater.query.sql.SqlPlan;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlResult;
import dev.catchwater.query.sql.SqlText;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Statements of a server in real processes.
class CagedSqlTest {
  private static final SqlLimits ENGINE = new SqlLimits(1 << 28, 1 << 28, 1);
  private static final String ENDLESS =
      "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range = b.range + 0.5";

  @TempDir Path folder;
  private Workspace workspace;
  private CagedSql cages;

  @BeforeEach
  void open() {
    workspace = Workspace.init(new LocalDisk(), folder);
    cages = cages(Duration.ofSeconds(60));
  }

  @AfterEach
  void close() {
    cages.close();
  }

  private CagedSql cages(Duration deadline) {
    return new CagedSql(workspace, CageLimits.of(ENGINE, deadline));
  }

  private SqlQuery query(CagedSql from) {
    return new SqlQuery(workspace, from, HotRows::of);
  }

  private long count(String sql, SqlPlan.Window window) throws IOException {
    SqlText text = SqlText.split(null, sql).getFirst();
    try (SqlResult result = query(cages).run(text, window)) {
      return result.rowCount();
    }
  }

  @Test
  void oneProcessServesOneStatementAfterTheOther() throws IOException {
    assertThat(count("SELECT 1 AS x", SqlPlan.Window.ALL)).isEqualTo(1);
    Set<Long> first = cages.pids();
    assertThat(first).hasSize(1);
    for (String bad : List.of("SELECT nothing", "SELECT * FROM read_csv('x')")) {
      assertThatThrownBy(() -> count(bad, SqlPlan.Window.ALL))
          .as(bad)
          .isInstanceOf(CatchwaterException.class);
    }
    assertThat(count("SELECT * FROM range(10)", SqlPlan.Window.ALL)).isEqualTo(10);
    assertThat(cages.pids()).isEqualTo(first);
    cages.close();
    assertThat(first).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
    try (Stream<Path> left = Files.list(workspace.root().resolve("run"))) {
      assertThat(left.filter(path -> path.getFileName().toString().startsWith("sql-"))).isEmpty();
    }
  }

  @Test
  void aStatementMakesNoMoreRowsThanAreWanted() throws IOException {
    SqlPlan.Window few = new SqlPlan.Window(3, 10);
    assertThat(count("SELECT * FROM range(1000000000000)", few)).isEqualTo(10);
    assertThat(count("SELECT * FROM range(5)", few)).isEqualTo(2);
  }

  @Test
  void aStatementOverItsDeadlineIsKilledAndOthersAreNot() throws Exception {
    try (CagedSql hasty = cages(Duration.ofSeconds(3))) {
      SqlText text = SqlText.split(null, ENDLESS).getFirst();
      CompletableFuture<SqlResult> slow =
          CompletableFuture.supplyAsync(() -> {
            try {
              return query(hasty).run(text);
            } catch (IOException e) {
              throw new CompletionException(e);
            }
          });
      SqlText quick = SqlText.split(null, "SELECT 42 AS x").getFirst();
      try (SqlResult result = query(hasty).run(quick)) {
        assertThat(result.rowCount()).isEqualTo(1);
      }
      assertThat(slow)
          .failsWithin(30, TimeUnit.SECONDS)
          .withThrowableThat()
          .havingCause()
          .isInstanceOfSatisfying(
              CatchwaterException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);
                assertThat(e.getMessage()).contains("3 s");
              });
      try (SqlResult result = query(hasty).run(quick)) {
        assertThat(result.rowCount()).isEqualTo(1);
      }
    }
  }

  @Test
  void aStatementThatIsEndedTakesItsProcessWithIt() throws Exception {
    assertThat(count("SELECT 1 AS x", SqlPlan.Window.ALL)).isEqualTo(1);
    SqlQuery query = query(cages);
    SqlText text = SqlText.split(null, ENDLESS).getFirst();
    CompletableFuture<Throwable> running =
        CompletableFuture.supplyAsync(() -> catchThrowable(() -> query.run(text)));
    Thread.sleep(500);
    long pid = cages.pids().iterator().next();
    query.cancel();
    assertThat(running.get(30, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            CatchwaterException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT));
    assertThat(ProcessHandle.of(pid)).isEmpty();
  }

  @Test
  void readyProcessesTakeTurnsAndAKilledOneIsReplaced() throws Exception {
    cages.warmUp();
    awaitPids(CagedSql.READY);
    Set<Long> first = cages.pids();
    for (int i = 0; i < 6; i++) {
      assertThat(count("SELECT " + i + " AS x", SqlPlan.Window.ALL)).isEqualTo(1);
    }
    assertThat(cages.pids()).isEqualTo(first);
    for (long pid : first) {
      ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
      process.destroyForcibly();
      process.onExit().get(30, TimeUnit.SECONDS);
    }
    for (int i = 0; i < 4; i++) {
      assertThat(count("SELECT " + i + " AS x", SqlPlan.Window.ALL)).isEqualTo(1);
    }
    awaitPids(CagedSql.READY);
    assertThat(cages.pids()).doesNotContainAnyElementsOf(first);
  }

  @Test
  void aProcessWhoseStatementRanOutOfMemoryIsNotUsedAgain() throws Exception {
    assertThat(count("SELECT 1 AS x", SqlPlan.Window.ALL)).isEqualTo(1);
    Set<Long> first = cages.pids();
    String greedy = "SELECT list(range) AS x FROM range(200000000)";
    assertThatThrownBy(() -> count(greedy, SqlPlan.Window.ALL))
        .isInstanceOfSatisfying(
            CatchwaterException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_TOO_LARGE));
    assertThat(count("SELECT 1 AS x", SqlPlan.Window.ALL)).isEqualTo(1);
    assertThat(cages.pids()).doesNotContainAnyElementsOf(first);
  }

  private void awaitPids(int count) throws InterruptedException {
    for (int i = 0; i < 600 && cages.pids().size() < count; i++) {
      Thread.sleep(50);
    }
    assertThat(cages.pids()).hasSize(count);
  }
}
