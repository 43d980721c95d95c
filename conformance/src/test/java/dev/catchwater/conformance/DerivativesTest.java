package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Derivative datasets by `add` and `pull` (design §7.31).
class DerivativesTest {
  @TempDir Path folder;

  @Test
  void A29_A133_aDerivativeIsPulledVerifiedAndSeen() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    sandbox.pipe(Samples.LEADERBOARD, "add", "--stdin").succeeded();
    sandbox.run("pull", "leaderboard").succeeded().says("1 dataset(s) up-to-date");
    sandbox.push("player-scores", Samples.ROUND_1).succeeded();
    sandbox
        .run("pull", "leaderboard")
        .succeeded()
        .says("2 new row(s), recomputed", "1 dataset(s) updated");
    sandbox.run("pull", "leaderboard").succeeded().says("1 dataset(s) up-to-date");
    assertThat(rows(sandbox, "leaderboard", "op, match_time, player_id, place, score"))
        .isEqualTo(
            """
            op,match_time,player_id,place,score
            0,2000-01-01T00:00:00Z,Alice,1,100
            0,2000-01-01T00:00:00Z,Bob,2,80\
            """);
    sandbox.run("verify", "leaderboard").succeeded().says("1 dataset(s) are valid");
    sandbox.run("verify", "leaderboard", "-r").succeeded().says("2 dataset(s) are valid");
    sandbox.push("player-scores", Samples.ROUND_2).succeeded();
    sandbox.run("pull", "--all").succeeded().says("1 dataset(s) updated");
    assertThat(rows(sandbox, "leaderboard WHERE offset > 1", "op, player_id, place"))
        .isEqualTo("op,player_id,place\n1,Bob,2\n0,Charlie,2");
    sandbox.run("verify", "leaderboard").succeeded();
    assertThat(sandbox.run("log", "leaderboard").succeeded().out()).contains("ExecuteTransform");
    assertThat(sandbox.run("inspect", "lineage", "leaderboard").succeeded().out())
        .isEqualTo("leaderboard: Derivative\n└── player-scores: Root\n");
    assertThat(sandbox.run("tail", "leaderboard", "-o", "csv").succeeded().outLines()).hasSize(5);
  }

  @Test
  void aProjectionRunsOnNewRowsAloneAndKeepsTheirTimes() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    add(sandbox, "high", "SELECT player_id, score * 2 AS twice FROM s WHERE score >= 80");
    sandbox.push("player-scores", Samples.ROUND_1).succeeded();
    sandbox.run("pull", "high").succeeded().says("2 new row(s), incremental: a projection");
    sandbox.push("player-scores", Samples.ROUND_2).succeeded();
    sandbox.run("pull", "high").succeeded().says("1 new row(s), incremental: a projection");
    assertThat(rows(sandbox, "high", "op, event_time, player_id, twice"))
        .isEqualTo(
            """
            op,event_time,player_id,twice
            0,2000-01-01T00:00:00Z,Alice,200
            0,2000-01-01T00:00:00Z,Bob,160
            0,2000-01-02T00:00:00Z,Charlie,180\
            """);
  }

  @Test
  void groupsGoOnAndAgreeWithTheSameQueryOfAllRows() {
    for (int seed = 0; seed < 3; seed++) {
      Random random = new Random(seed);
      Sandbox sandbox =
          Sandbox.with(
              folder(seed),
              Samples.append(Samples.ndjson("k STRING", "g INT64", "n INT64", "f FLOAT64")));
      String list =
          "k, count(*) AS c, sum(n) AS s, min(n) AS lo, max(f) AS hi, avg(n) AS mean,"
              + " avg(f) AS meanf, count(n) AS cn";
      addOver(sandbox, "x", "sums", "SELECT " + list + ", COLLECT(n) AS all_n FROM s GROUP BY k");
      addOver(sandbox, "x", "total", "SELECT count(*) AS c, sum(n) AS s FROM s WHERE g > 2");
      addOver(sandbox, "x", "med", "SELECT k, median(n) AS m FROM s GROUP BY k");
      addOver(sandbox, "x", "days", "SELECT g % 3 AS day, sum(f) AS f FROM s GROUP BY 1");
      for (int push = 0; push < 5; push++) {
        sandbox.push("x", lines(random)).succeeded();
        if (push == 3) {
          removeStates(sandbox);
        }
        sandbox
            .run("pull", "--all")
            .succeeded()
            .says("sums: ", "incremental: groups", "med: ", "recomputed: ", "4 dataset(s) updated");
      }
      String all = ", list(n ORDER BY offset) AS all_n FROM x GROUP BY k";
      agree(sandbox, "sums", "k", "SELECT " + list + all);
      agree(sandbox, "total", "1", "SELECT count(*) AS c, sum(n) AS s FROM x WHERE g > 2");
      agree(sandbox, "med", "k", "SELECT k, median(n) AS m FROM x GROUP BY k");
      agree(sandbox, "days", "day", "SELECT g % 3 AS day, sum(f) AS f FROM x GROUP BY 1");
      sandbox.run("verify", "%").succeeded().says("5 dataset(s) are valid");
      String corrections = "SELECT op, count(*) AS n FROM sums WHERE op IN (2, 3) GROUP BY op";
      assertThat(csv(sandbox, corrections + " ORDER BY op").lines().skip(1)).hasSize(2);
    }
  }

  private Path folder(int seed) {
    Path one = folder.resolve("s" + seed);
    assertThat(one.toFile().mkdirs()).isTrue();
    return one;
  }

  private static String lines(Random random) {
    StringBuilder lines = new StringBuilder();
    for (int i = random.nextInt(40) + 1; i > 0; i--) {
      String key = random.nextInt(9) == 0 ? "null" : "\"k" + random.nextInt(6) + "\"";
      String n = random.nextInt(7) == 0 ? "null" : Integer.toString(random.nextInt(1_000) - 500);
      lines.append("{\"k\": ").append(key).append(", \"g\": ").append(random.nextInt(5));
      lines.append(", \"n\": ").append(n).append(", \"f\": ").append(random.nextInt(64) / 8.0);
      lines.append("}\n");
    }
    return lines.toString();
  }

  /// The rows of a derivative as they stand, against those of a query.
  private static void agree(Sandbox sandbox, String name, String order, String query) {
    String columns = csv(sandbox, query + " LIMIT 0");
    String now =
        "SELECT "
            + columns
            + " FROM (SELECT "
            + columns
            + ", sum(CASE WHEN op IN (0, 3) THEN 1 ELSE -1 END) AS __n FROM "
            + name
            + " GROUP BY ALL HAVING __n > 0) ORDER BY ALL";
    assertThat(csv(sandbox, now))
        .as(name + " by " + order)
        .isEqualTo(csv(sandbox, "SELECT * FROM (" + query + ") ORDER BY ALL"));
  }

  @Test
  void anInputWithAnotherHistoryIsRefusedUntilTheResultIsMadeAnew() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    add(sandbox, "high", "SELECT player_id, score FROM s WHERE score >= 80");
    sandbox.push("player-scores", Samples.ROUND_1).succeeded();
    String head = headOf(sandbox, "player-scores");
    sandbox.push("player-scores", Samples.ROUND_2).succeeded();
    sandbox.run("pull", "high").succeeded();
    sandbox.run("--yes", "reset", "player-scores", head).succeeded();
    sandbox.push("player-scores", Samples.ROUND_3).succeeded();
    sandbox
        .run("pull", "high")
        .refused()
        .says(
            "The history of player-scores has not the block any more that high saw last",
            "--reset-derivatives-on-diverged-input");
    assertThat(rows(sandbox, "high", "player_id").lines()).hasSize(4);
    sandbox.run("pull", "high", "--reset-derivatives-on-diverged-input").succeeded();
    assertThat(rows(sandbox, "high", "player_id")).isEqualTo("player_id\nAlice\nBob\nCharlie");
    sandbox.run("verify", "high").succeeded();
  }

  @Test
  void whatTheGateRefusesAndWhatIsNotRunHereIsSaid() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    sandbox.push("player-scores", Samples.ROUND_1).succeeded();
    add(sandbox, "files", "SELECT * FROM read_text('/etc/passwd')");
    sandbox.run("pull", "files").refused().says("is not allowed here");
    add(sandbox, "dice", "SELECT random() AS r FROM s");
    sandbox.run("pull", "dice").refused().says("random has another value each time");
    add(sandbox, "other", "SELECT * FROM t");
    sandbox.run("pull", "other").refused().says("Table not found: t", "the query sees s");
    String flink = manifest("player-scores", "flink", "SELECT * FROM s", "flink");
    sandbox.pipe(flink, "add", "--stdin").succeeded();
    sandbox.run("pull", "flink").refused().says("is for the engine flink", "duckdb");
    String temporal =
        manifest("player-scores", "temporal", "SELECT * FROM s", "duckdb")
            .replace(
                "kind: Sql,", "kind: Sql, temporalTables: [{name: s, primaryKey: [match_id]}],");
    sandbox.pipe(temporal, "add", "--stdin").succeeded();
    sandbox.run("pull", "temporal").refused().says("temporalTables");
  }

  @Test
  void derivativesOfDerivativesArePulledInOrder() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    add(sandbox, "one", "SELECT * FROM s");
    addOver(sandbox, "one", "two", "SELECT player_id, score FROM s WHERE score > 90");
    sandbox.push("player-scores", Samples.ROUND_1).succeeded();
    sandbox.run("pull", "-r", "two").succeeded().says("2 dataset(s) updated");
    assertThat(rows(sandbox, "two", "op, player_id")).isEqualTo("op,player_id\n0,Alice");
    sandbox.run("verify", "-r", "two").succeeded().says("3 dataset(s) are valid");
  }

  private static void add(Sandbox sandbox, String name, String query) {
    addOver(sandbox, "player-scores", name, query);
  }

  private static void addOver(Sandbox sandbox, String input, String name, String query) {
    sandbox.pipe(manifest(input, name, query, "duckdb"), "add", "--stdin").succeeded();
  }

  private static String manifest(String input, String name, String query, String engine) {
    return """
    kind: DatasetSnapshot
    version: 1
    content:
      name: %s
      kind: Derivative
      metadata:
        - kind: SetTransform
          inputs: [{datasetRef: %s, alias: s}]
          transform: {kind: Sql, engine: %s, query: "%s"}
    """
        .formatted(name, input, engine, query);
  }

  private static String headOf(Sandbox sandbox, String name) {
    return sandbox
        .run("log", name)
        .succeeded()
        .out()
        .lines()
        .filter(line -> line.startsWith("Block #"))
        .findFirst()
        .orElseThrow()
        .replaceAll(".*(f1620[0-9a-f]+).*", "$1");
  }

  private static void removeStates(Sandbox sandbox) {
    removeAll(sandbox.folder(), "groups");
  }

  private static void removeAll(Path below, String parent) {
    try (Stream<Path> files = Files.walk(below)) {
      for (Path file : files.toList()) {
        if (Files.isRegularFile(file) && file.toString().contains("/" + parent + "/")) {
          Files.delete(file);
        }
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String rows(Sandbox sandbox, String from, String columns) {
    return csv(sandbox, "SELECT " + columns + " FROM " + from);
  }

  private static String csv(Sandbox sandbox, String query) {
    return sandbox.run("sql", "-c", query, "-o", "csv").succeeded().out();
  }
}
