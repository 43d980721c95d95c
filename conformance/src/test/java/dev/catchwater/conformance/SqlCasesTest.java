package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cases of `sql` and `export`: A12, A16 to A19.
class SqlCasesTest {
  private static final String FIRST =
      """
      {"match_time": "2000-01-01", "match_id": 1, "player_id": "Alice", "score": 100}
      {"match_time": "2000-01-01", "match_id": 1, "player_id": "Bob", "score": 80}
      """;

  @TempDir Path folder;

  @Test
  void A12_pushedRowsAreSeenBySql() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    sandbox.push("player-scores", FIRST).succeeded();
    Outcome asked =
        sandbox.run(
            "sql",
            "-c",
            "SELECT op, system_time, match_time, match_id, player_id, score"
                + " FROM \"player-scores\" ORDER BY match_id, score, player_id",
            "-o",
            "csv");
    assertThat(asked.succeeded().outLines())
        .containsExactly(
            "op,system_time,match_time,match_id,player_id,score",
            "0,2050-01-02T03:04:05Z,2000-01-01T00:00:00Z,1,Bob,80",
            "0,2050-01-02T03:04:05Z,2000-01-01T00:00:00Z,1,Alice,100");
  }

  @Test
  void A16_aStatementWithoutTableIsAnswered() {
    Outcome asked =
        Sandbox.in(folder)
            .run("sql", "--command", "SELECT 42 as answer;", "--output-format", "table");
    assertThat(asked.succeeded().out())
        .isEqualTo(
            """
            ┌────────┐
            │ answer │
            ├────────┤
            │     42 │
            └────────┘
            """);
  }

  @Test
  void A17_aDatasetIsATableAlsoBeforeItHasRows() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    Outcome before =
        sandbox.run("sql", "--command", "SELECT * FROM \"player-scores\";", "-o", "table");
    assertThat(before.succeeded().out()).isEqualTo("┌┐\n││\n├┤\n││\n└┘\n");
    sandbox.push("player-scores", FIRST).succeeded();
    Outcome after =
        sandbox.run("sql", "-c", "SELECT * FROM \"player-scores\" ORDER BY offset", "-o", "table");
    assertThat(after.succeeded().out())
        .isEqualTo(
            """
            ┌────────┬────┬──────────────────────┬──────────────────────┬──────────┬───────────┬───────┐
            │ offset │ op │     system_time      │      match_time      │ match_id │ player_id │ score │
            ├────────┼────┼──────────────────────┼──────────────────────┼──────────┼───────────┼───────┤
            │      0 │  0 │ 2050-01-02T03:04:05Z │ 2000-01-01T00:00:00Z │        1 │     Alice │   100 │
            │      1 │  0 │ 2050-01-02T03:04:05Z │ 2000-01-01T00:00:00Z │        1 │       Bob │    80 │
            └────────┴────┴──────────────────────┴──────────────────────┴──────────┴───────────┴───────┘
            """);
  }

  @Test
  void A19_aDatasetIsExportedInOneFileOrMany() throws IOException {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    StringBuilder rows = new StringBuilder();
    for (int game = 0; game < 50_000; game++) {
      for (String player : new String[] {"Alice\", \"score\": 100", "Bob\", \"score\": 80"}) {
        rows.append("\n    {\"match_time\": \"2000-01-01\", \"match_id\": ").append(game);
        rows.append(", \"player_id\": \"").append(player).append("}\n");
      }
    }
    sandbox.push("player-scores", rows.toString()).succeeded();
    for (String format : new String[] {"csv", "ndjson", "parquet"}) {
      String file = "exported." + format;
      sandbox
          .run("export", "player-scores", "-o", format, "--output-path", file)
          .succeeded()
          .says("Exported 100000 rows");
      sandbox
          .run(
              "export",
              "player-scores",
              "-o",
              format,
              "--output-path",
              "ignored." + format,
              "--records-per-file",
              "15000")
          .succeeded();
      assertThat(folder.resolve("ignored." + format)).hasSameBinaryContentAs(folder.resolve(file));
      sandbox
          .run(
              "sql",
              "-c",
              "SELECT * FROM \"player-scores\" ORDER BY offset LIMIT 20000",
              "-o",
              format,
              "--output-path",
              "parts." + format + "/",
              "--records-per-file",
              "15000")
          .succeeded()
          .says("Exported 20000 rows");
      assertThat(names(folder.resolve("parts." + format)))
          .containsExactly("part-000000." + format, "part-000001." + format);
    }
    assertThat(offsets(folder.resolve("exported.csv"))).isSorted().hasSize(100_000);
    Path parts = folder.resolve("parts.csv");
    assertThat(offsets(parts.resolve("part-000000.csv")))
        .isSorted()
        .hasSize(15_000)
        .endsWith(14_999L);
    assertThat(offsets(parts.resolve("part-000001.csv")))
        .isSorted()
        .hasSize(5_000)
        .startsWith(15_000L);
    assertThat(Files.readAllLines(folder.resolve("exported.ndjson"))).hasSize(100_000);
    sandbox
        .run("export", "player-scores", "-o", "csv", "--output-path", "parts.csv/")
        .refused()
        .says("The folder is not empty");
  }

  private static List<Long> offsets(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .skip(1)
        .map(line -> Long.parseLong(line.substring(0, line.indexOf(','))))
        .toList();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
