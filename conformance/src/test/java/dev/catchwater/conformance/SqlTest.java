package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `sql` and `export` as a person uses them.
class SqlTest {
  @TempDir Path folder;

  @Test
  void rowsOfAllSlicesComeInTheOrderOfTheChain() {
    Sandbox sandbox = Sandbox.with(folder, Samples.append(Samples.ndjson("n INT64")));
    for (int i = 0; i < 30; i++) {
      sandbox.push("x", "{\"n\": " + (100 - i) + "}\n").succeeded();
    }
    assertThat(csv(sandbox, "SELECT offset, n FROM x").lines().skip(1))
        .hasSize(30)
        .startsWith("0,100", "1,99")
        .endsWith("29,71");
    assertThat(csv(sandbox, "SELECT n FROM x ORDER BY offset DESC LIMIT 1 OFFSET 2"))
        .isEqualTo("n\n73");
  }

  @Test
  void aColumnThatWasAddedLaterIsNullBefore() {
    Sandbox sandbox = Sandbox.with(folder, Samples.append(Samples.ndjson("n INT64")));
    sandbox.push("x", "{\"n\": 1}\n").succeeded();
    String wider =
        """
        kind: AddPushSource
        sourceName: default
        read: {kind: NdJson, schema: [n BIGINT, late STRING]}
        merge: {kind: Append}
        """;
    sandbox.pipe(wider, "source", "add", "x", "--stdin", "--add-columns").succeeded();
    assertThat(csv(sandbox, "SELECT n, late FROM x")).isEqualTo("n,late\n1,");
    sandbox.push("x", "{\"n\": 2, \"late\": \"b\"}\n").succeeded();
    assertThat(csv(sandbox, "SELECT n, late FROM x")).isEqualTo("n,late\n1,\n2,b");
  }

  @Test
  void columnsThatDifferOnlyInCaseGetANumberWhichIsSaid() {
    Sandbox sandbox = Sandbox.with(folder, Samples.append(Samples.ndjson()));
    sandbox.push("x", "{\"a\": 1, \"A\": \"b\"}\n").succeeded();
    Outcome asked = sandbox.run("sql", "-c", "SELECT a_1, A FROM x", "-o", "csv").succeeded();
    assertThat(asked.out()).isEqualTo("a_1,A\n1,b");
    asked.says("Warning: Column a of x is called a_1");
  }

  @Test
  void everyTypeThatKamuWroteIsRead() throws IOException {
    Path golden = Path.of("src/test/resources/golden/types-all").toAbsolutePath();
    Sandbox sandbox = Sandbox.in(folder);
    String url = golden.resolve("dataset").toUri().toString();
    sandbox.run("pull", url, "--as", "types-all").succeeded();
    Outcome asked = sandbox.run("sql", "-c", "SELECT * FROM \"types-all\"", "-o", "json");
    assertThat(asked.succeeded().out()).isEqualTo(Files.readString(golden.resolve("tail.json")));
  }

  @Test
  void aDatasetGoesByNameAccountAndIdentity() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    sandbox.push("player-scores", Samples.ROUND_1).succeeded();
    String listed = sandbox.run("list", "-w", "-o", "csv").succeeded().outLines().get(1);
    String did = listed.substring(0, listed.indexOf(','));
    for (String name :
        new String[] {
          "\"player-scores\"",
          "'player-scores'",
          "\"Player-Scores\"",
          "\"me/player-scores\"",
          "\"" + did + "\""
        }) {
      assertThat(csv(sandbox, "SELECT count(*) AS n FROM " + name)).as(name).isEqualTo("n\n2");
    }
    sandbox
        .run("sql", "-c", "SELECT *\n  FROM \"player-score\"")
        .refused()
        .says("line 2, column 8: Dataset not found: player-score", "did you mean 'player-scores'?");
    sandbox
        .run("sql", "-c", "SELECT offset, scor FROM \"player-scores\"")
        .refused()
        .says("line 1, column 16: Referenced column \"scor\" not found", "did you mean");
  }

  @Test
  void aWorkspaceMayLieNearlyAnywhere() throws IOException {
    Path odd = Files.createDirectory(folder.resolve("it's ünusual \"here\""));
    Sandbox sandbox = Sandbox.with(odd, Samples.append(Samples.ndjson("n INT64")));
    sandbox.push("x", "{\"n\": 1}\n").succeeded();
    assertThat(csv(sandbox, "SELECT n FROM x")).isEqualTo("n\n1");

    Path pattern = Files.createDirectory(folder.resolve("[odd]"));
    Sandbox other = Sandbox.with(pattern, Samples.append(Samples.ndjson("n INT64")));
    other.push("x", "{\"n\": 1}\n").succeeded();
    other.run("sql", "-c", "SELECT n FROM x").refused().says("whose name has a [");
  }

  @Test
  void sumsAreWholeNumbersAndWhatNoSliceHoldsIsText() {
    Sandbox sandbox = Sandbox.in(folder);
    Outcome asked =
        sandbox.run(
            "sql",
            "-c",
            "SELECT sum(r) AS s, MAP {1: 'a'} AS m, INTERVAL 1 day AS i, {x: sum(r)} AS t,"
                + " CAST('a' AS ENUM ('a')) AS e, NULL AS n FROM range(3) AS t(r)");
    assertThat(asked.succeeded().out())
        .isEqualTo(
            "[{\"s\":3,\"m\":\"{\\\"1\\\":\\\"a\\\"}\",\"i\":\"1 day\",\"t\":{\"x\":3},"
                + "\"e\":\"a\",\"n\":null}]");
    sandbox
        .run("sql", "-c", "SELECT sum(r) AS s FROM (VALUES (9223372036854775807), (1)) AS t(r)")
        .refused();
  }

  @Test
  void aScriptRunsItsStatementsAndEndsAtTheFirstFailure() {
    Sandbox sandbox = Sandbox.in(folder);
    String script =
        sandbox.file(
            "a.sql", "SELECT 1 AS a; -- one; two\nSELECT ';' AS b;\nSELECT nope;SELECT 4;");
    Outcome ran = sandbox.run("sql", "--script", script, "-o", "csv").refused();
    assertThat(ran.out()).isEqualTo("a\n1b\n;");
    ran.says("a.sql:3:8: Referenced column \"nope\"");
  }

  @Test
  void theShellReadsFromAPipe() {
    Sandbox sandbox = Sandbox.in(folder);
    Outcome ran = sandbox.pipe("select 1\n as a,\n 'x' as b; select 2 as c", "sql").succeeded();
    assertThat(ran.out())
        .isEqualTo(
            """
            +---+---+
            | a | b |
            +---+---+
            | 1 | x |
            +---+---+
            +---+
            | c |
            +---+
            | 2 |
            +---+
            """);
  }

  @Test
  void aBareStatementIsAnsweredWithItsOption() {
    Sandbox sandbox = Sandbox.in(folder);
    sandbox.run("sql", "select 1").misused().says("Unexpected argument 'select 1'", "behind -c");
  }

  @Test
  void optionsThatDoNotGoTogetherAreRefused() {
    Sandbox sandbox = Sandbox.in(folder);
    sandbox
        .run("sql", "-c", "select 1", "-o", "table", "--output-path", "a.csv")
        .refused()
        .says("Invalid output format for export 'table'. Supported formats: 'csv', 'ndjson'");
    sandbox
        .run("sql", "-c", "select 1", "--records-per-file", "1")
        .refused()
        .says("Partitioning is only supported for data export to file(s)");
    sandbox
        .run("sql", "-c", "select 1", "--engine", "spark", "--output-path", "a.csv")
        .refused()
        .says("Data export to file(s) is available with DataFusion (default) engine only");
    sandbox
        .run("sql", "-c", "select 1", "-o", "parquet")
        .refused()
        .says("Parquet format is applicable for data export only");
    sandbox.run("sql", "-c", "select 1", "--output-path", "plain").refused().says("add -o csv");
  }

  @Test
  void nothingIsLeftBehind() throws IOException {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    sandbox.run("sql", "-c", "SELECT 1").succeeded();
    sandbox.run("sql", "-c", "SELECT nope").refused();
    try (Stream<Path> left = Files.list(folder.resolve(".catchwater/run"))) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("sql-"));
    }
  }

  private static String csv(Sandbox sandbox, String statement) {
    return sandbox.run("sql", "-c", statement, "-o", "csv").succeeded().out();
  }
}
