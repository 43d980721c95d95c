package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
}
