package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cases of the command line: A1 to A34.
class CommandCasesTest {
  @TempDir Path folder;

  @Test
  void A1_initMakesAWorkspaceOnce() throws IOException {
    Sandbox sandbox = Sandbox.bare(folder);
    sandbox.run("init").succeeded().says("Initialized an empty workspace");
    sandbox.run("init").refused().says("Error: Directory is already a", "workspace");
    Path version = folder.resolve(".catchwater/version");
    FileTime before = Files.getLastModifiedTime(version);
    sandbox.run("init", "--exists-ok").succeeded().says("Workspace already exists");
    assertThat(Files.getLastModifiedTime(version)).isEqualTo(before);
  }

  @Test
  void A2_outsideAWorkspaceACommandSaysSo() {
    Sandbox.bare(folder).run("list").refused().says("Error: Directory is not a", "workspace");
  }

  @Test
  void A3_A4_addAddsAndSkips() {
    Sandbox sandbox = Sandbox.in(folder);
    sandbox
        .pipe(Samples.PLAYER_SCORES, "add", "--stdin")
        .succeeded()
        .says("Added: player-scores", "Added 1 dataset(s)");
    sandbox
        .pipe(Samples.PLAYER_SCORES, "add", "--stdin")
        .succeeded()
        .says("Skipped: player-scores: Already exists", "Added 0 dataset(s)");
  }

  @Test
  void A6_aNameCanBeGivenToOneManifest() {
    Sandbox sandbox = Sandbox.in(folder);
    String file = sandbox.file("scores.yaml", Samples.PLAYER_SCORES);
    sandbox.pipe(Samples.PLAYER_SCORES, "add", "--stdin", "--name", "player-scores-1").succeeded();
    sandbox.run("add", "--name", "player-scores-2", file).succeeded();
    assertThat(sandbox.datasets()).containsExactly("player-scores-1", "player-scores-2");
    sandbox
        .run("add", "--name", "y", file, file)
        .refused()
        .says("Name override can be used only when adding a single manifest");
  }

  @Test
  void A7_recursiveAddFindsManifests() {
    Sandbox sandbox = Sandbox.in(folder);
    String plain = named("plain");
    sandbox.file("many/plain.yaml", plain);
    sandbox.file("many/deep/commented.yaml", "\n\n# About this\n# file\n\n" + named("commented"));
    sandbox.file("many/non-manifest.yaml", "foo: [bar]\n");
    sandbox
        .run("-v", "add", "--recursive", "many")
        .succeeded()
        .says("Added: commented", "Added: plain", "Added 2 dataset(s)");
  }

  @Test
  void A8_theFirstOfTwoManifestsOfOneNameIsTaken() {
    Sandbox sandbox = Sandbox.in(folder);
    String plain = sandbox.file("plain.yaml", named("plain"));
    String other = sandbox.file("commented.yaml", derivative("plain", "plain"));
    sandbox
        .run("add", plain, other)
        .succeeded()
        .says("Added: plain", "Skipped: plain: Already exists", "Added 1 dataset(s)");
  }

  @Test
  void A9_oneBadManifestAddsNoDataset() {
    Sandbox sandbox = Sandbox.in(folder);
    String plain = sandbox.file("plain.yaml", named("plain"));
    String bad =
        sandbox.file("with-duplicates.yaml", derivative("with-duplicates", "plain", "plain"));
    sandbox
        .run("add", plain, bad)
        .refused()
        .says(
            "Failed to add dataset with-duplicates: Invalid snapshot: Invalid event: "
                + "Transform contains duplicate inputs")
        .doesNotSay("Added: plain");
    assertThat(sandbox.datasets()).isEmpty();
  }

  @Test
  void A10_tailWithoutDataIsAnEmptyTable() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    Outcome outcome = sandbox.run("tail", "player-scores", "--output-format", "table").succeeded();
    assertThat(outcome.out())
        .isEqualTo(
            """
            ┌┐
            ││
            ├┤
            ││
            └┘
            """);
    assertThat(sandbox.run("tail", "player-scores", "-o", "json").succeeded().out())
        .isEqualToIgnoringNewLines("[]");
    assertThat(sandbox.run("tail", "player-scores", "-o", "csv").succeeded().out()).isEmpty();
  }

  @Test
  void A11_tailShowsRowsAsATable() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    sandbox.push("player-scores", Samples.ROUND_1).succeeded();
    assertThat(sandbox.run("tail", "player-scores", "-o", "table").succeeded().out())
        .isEqualTo(
            """
            ┌────────┬────┬──────────────────────┬──────────────────────┬──────────┬───────────┬───────┐
            │ offset │ op │     system_time      │      match_time      │ match_id │ player_id │ score │
            ├────────┼────┼──────────────────────┼──────────────────────┼──────────┼───────────┼───────┤
            │      0 │ +A │ 2050-01-02T03:04:05Z │ 2000-01-01T00:00:00Z │        1 │     Alice │   100 │
            │      1 │ +A │ 2050-01-02T03:04:05Z │ 2000-01-01T00:00:00Z │        1 │       Bob │    80 │
            └────────┴────┴──────────────────────┴──────────────────────┴──────────┴───────────┴───────┘
            """);
  }

  @Test
  void A12_A13_ledgerPushesUpdateOnce() {
    for (String[] options : new String[][] {{}, {"--source-name", "default"}}) {
      Path own = folder.resolve("options-" + options.length);
      assertThat(own.toFile().mkdirs()).isTrue();
      Sandbox sandbox = Sandbox.with(own, Samples.PLAYER_SCORES);
      int rows = 0;
      for (String round : new String[] {Samples.ROUND_1, Samples.ROUND_2, Samples.ROUND_3}) {
        sandbox.push("player-scores", round, options).succeeded().says("Dataset updated");
        sandbox.push("player-scores", round, options).succeeded().says("Dataset up-to-date");
        rows += 2;
        assertThat(sandbox.rows("player-scores")).hasSize(rows);
      }
      assertThat(sandbox.rowsFrom("player-scores", 2))
          .containsExactly(
              "2,0,2050-01-02T03:04:05Z,2000-01-02T00:00:00Z,2,Alice,70",
              "3,0,2050-01-02T03:04:05Z,2000-01-02T00:00:00Z,2,Charlie,90",
              "4,0,2050-01-02T03:04:05Z,2000-01-03T00:00:00Z,3,Bob,60",
              "5,0,2050-01-02T03:04:05Z,2000-01-03T00:00:00Z,3,Charlie,110");
    }
  }

  @Test
  void A14_csvCanBePushedToAnNdJsonSource() {
    Sandbox sandbox = Sandbox.with(folder, Samples.POPULATION);
    String file = sandbox.file("rows", "2020-01-01,A,1000\n2020-01-01,B,2000\n2020-01-01,C,3000\n");
    sandbox.run("ingest", "population", "--input-format", "csv", file).succeeded();
    assertThat(sandbox.schema("population"))
        .isEqualToIgnoringNewLines(
            """
            message arrow_schema {
              REQUIRED INT64 offset;
              REQUIRED INT32 op;
              REQUIRED INT64 system_time (TIMESTAMP(MILLIS,true));
              REQUIRED INT64 event_time (TIMESTAMP(MILLIS,true));
              REQUIRED BYTE_ARRAY city (STRING);
              REQUIRED INT64 population;
            }
            """);
    assertThat(sandbox.rows("population"))
        .containsExactly(
            "0,0,2050-01-02T03:04:05Z,2020-01-01T00:00:00Z,A,1000",
            "1,0,2050-01-02T03:04:05Z,2020-01-01T00:00:00Z,B,2000",
            "2,0,2050-01-02T03:04:05Z,2020-01-01T00:00:00Z,C,3000");
  }

  @Test
  void A21_theLogShowsEveryBlock() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    sandbox.pipe(Samples.LEADERBOARD, "add", "--stdin").succeeded();
    sandbox.push("player-scores", Samples.ROUND_1).succeeded();
    sandbox.push("player-scores", Samples.ROUND_2).succeeded();
    String log = sandbox.run("log", "player-scores").succeeded().out();
    assertThat(kinds(log)).isEqualTo("AddData AddData SetDataSchema SetVocab AddPushSource Seed");
    assertThat(sandbox.blockCount("player-scores")).isEqualTo(6);
    String last = log.substring(0, log.indexOf("Block #4"));
    assertThat(last)
        .contains("Block #5: f1620")
        .contains("PrevOffset: 1")
        .contains("Start: 2")
        .contains("End: 3")
        .contains("NewWatermark: 2000-01-02T00:00:00Z")
        .doesNotContain("Checkpoint", "SourceState");
    assertThat(log).contains("SourceName: default").contains("DatasetKind: Root");
    assertThat(kinds(sandbox.run("log", "leaderboard").succeeded().out()))
        .isEqualTo("SetVocab SetTransform Seed");
  }

  @Test
  void A24_inspectSchemaBeforeAndAfterData() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    sandbox
        .run("inspect", "schema", "player-scores")
        .succeeded()
        .says("Warning: Dataset schema is not yet available: player-scores");
    sandbox.push("player-scores", Samples.ROUND_1).succeeded();
    assertThat(sandbox.schema("player-scores"))
        .isEqualToIgnoringNewLines(
            """
            message arrow_schema {
              REQUIRED INT64 offset;
              REQUIRED INT32 op;
              REQUIRED INT64 system_time (TIMESTAMP(MILLIS,true));
              REQUIRED INT64 match_time (TIMESTAMP(MILLIS,true));
              REQUIRED INT64 match_id;
              REQUIRED BYTE_ARRAY player_id (STRING);
              REQUIRED INT64 score;
            }
            """);
  }

  @Test
  void A26_deleteKnowsWhoDependsOnWhat() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    sandbox.pipe(Samples.LEADERBOARD, "add", "--stdin").succeeded();
    sandbox.pipe(named("another-root"), "add", "--stdin").succeeded();
    sandbox
        .run("--yes", "delete", "player-scores")
        .refused()
        .says("Dataset player-scores is referenced by: leaderboard");
    assertThat(sandbox.datasets()).hasSize(3);
    sandbox
        .run("--yes", "delete", "player-scores", "--recursive")
        .succeeded()
        .says("Deleted 2 dataset(s)");
    assertThat(sandbox.datasets()).containsExactly("another-root");
    sandbox.pipe(Samples.PLAYER_SCORES, "add", "--stdin").succeeded();
    sandbox.pipe(Samples.LEADERBOARD, "add", "--stdin").succeeded();
    sandbox.run("--yes", "delete", "--all").succeeded().says("Deleted 3 dataset(s)");
    assertThat(sandbox.datasets()).isEmpty();
  }

  @Test
  void A27_renameNeedsTheDataset() {
    Sandbox sandbox = Sandbox.in(folder);
    sandbox
        .run("rename", "player-scores", "scores")
        .refused()
        .says("Error: Dataset not found: player-scores");
    sandbox.pipe(Samples.PLAYER_SCORES, "add", "--stdin").succeeded();
    sandbox.push("player-scores", Samples.ROUND_1).succeeded();
    sandbox.run("rename", "player-scores", "scores").succeeded().says("Dataset renamed");
    assertThat(sandbox.datasets()).containsExactly("scores");
    assertThat(sandbox.rows("scores")).hasSize(2);
  }

  @Test
  void A29_verifyCountsValidDatasets() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    sandbox.push("player-scores", Samples.ROUND_1).succeeded();
    sandbox.run("verify", "player-scores").succeeded().says("1 dataset(s) are valid");
    sandbox
        .run("verify", "player-scores", "--integrity")
        .succeeded()
        .says("1 dataset(s) are valid");
  }

  @Test
  void A136_tailSkipsFromTheEnd() {
    Sandbox sandbox = Sandbox.in(folder);
    sandbox.pipe(Samples.append(Samples.ndjson("blah STRING")), "add", "--stdin").succeeded();
    assertThat(sandbox.run("tail", "x", "-n", "1", "-s", "1").succeeded().out()).isEqualTo("[]");
    sandbox.push("x", "{\"blah\": \"a\"}\n{\"blah\": \"b\"}\n").succeeded();
    sandbox.push("x", "{\"blah\": \"c\"}\n{\"blah\": \"d\"}\n").succeeded();
    assertThat(tailed(sandbox, "-s", "1", "-n", "1")).isEqualTo("2 c");
    assertThat(tailed(sandbox, "-s", "1", "-n", "2")).isEqualTo("1 b, 2 c");
  }

  private static String tailed(Sandbox sandbox, String... options) {
    String[] words = {"tail", "x", "-o", "csv", options[0], options[1], options[2], options[3]};
    return sandbox.run(words).succeeded().outLines().stream()
        .skip(1)
        .map(row -> row.charAt(0) + " " + row.charAt(row.length() - 1))
        .collect(Collectors.joining(", "));
  }

  private static String kinds(String log) {
    StringBuilder kinds = new StringBuilder();
    for (String line : log.lines().toList()) {
      if (line.startsWith("Kind: ")) {
        kinds.append(kinds.isEmpty() ? "" : " ").append(line.substring(6).strip());
      }
    }
    return kinds.toString();
  }

  private static String named(String name) {
    return Samples.dataset(name, Samples.ndjson("a INT64"), "{kind: Append}", null);
  }

  private static String derivative(String name, String... inputs) {
    StringBuilder text = new StringBuilder();
    for (String input : inputs) {
      text.append("          - datasetRef: ").append(input).append('\n');
    }
    return """
    kind: DatasetSnapshot
    version: 1
    content:
      name: %s
      kind: Derivative
      metadata:
        - kind: SetTransform
          inputs:
    %s      transform:
            kind: Sql
            engine: datafusion
            queries:
              - query: SELECT 1
    """
        .formatted(name, text);
  }

  @Test
  void A149_aWatermarkMovesForwardOnly() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    sandbox.pipe(Samples.LEADERBOARD, "add", "--stdin").succeeded();
    String[][] rounds = {
      {"2000-01-02", "Committed new block"},
      {"2000-01-03", "Committed new block"},
      {"2000-01-03", "Watermark was up-to-date"},
      {"2000-01-02", "Watermark was up-to-date"},
    };
    for (String[] round : rounds) {
      sandbox
          .run("pull", "player-scores", "--set-watermark", round[0] + "T00:00:00Z")
          .succeeded()
          .says(round[1]);
    }
    assertThat(sandbox.watermark("player-scores")).startsWith("2000-01-03T00:00:00");
    sandbox.run("pull", "leaderboard", "--set-watermark", "2000-01-02T00:00:00Z").refused();
  }

  @Test
  void A22_lineageIsATree() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    sandbox.pipe(Samples.LEADERBOARD, "add", "--stdin").succeeded();
    String tree =
        """
        leaderboard: Derivative
        └── player-scores: Root
        player-scores: Root
        """;
    assertThat(sandbox.run("inspect", "lineage", "-o", "shell").succeeded().out()).isEqualTo(tree);
    assertThat(sandbox.run("inspect", "lineage").succeeded().out()).isEqualTo(tree);
    assertThat(sandbox.run("inspect", "lineage", "player-scores").succeeded().out())
        .isEqualTo("player-scores: Root\n");
    assertThat(sandbox.run("inspect", "lineage", "-o", "csv").succeeded().outLines())
        .containsExactly(
            "Name,Kind,Input", "leaderboard,Derivative,player-scores", "player-scores,Root,");
    sandbox.run("inspect", "lineage", "nope").refused().says("Dataset not found: nope");
  }

  @Test
  void A23_inspectQueryShowsTransformsOnly() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    sandbox.pipe(Samples.LEADERBOARD, "add", "--stdin").succeeded();
    assertThat(sandbox.run("inspect", "query", "player-scores").succeeded().out()).isEmpty();
    String shown = sandbox.run("inspect", "query", "leaderboard").succeeded().out();
    assertThat(shown.lines().toList())
        .anySatisfy(line -> assertThat(line).startsWith("Transform: f1620"))
        .contains("As Of: " + Sandbox.SYSTEM_TIME, "Inputs:", "Engine: datafusion")
        .anySatisfy(line -> assertThat(line).startsWith("  player_scores  did:odf:fed01"))
        .contains("Query: leaderboard")
        .anySatisfy(line -> assertThat(line).startsWith("  SELECT ROW_NUMBER()"));
  }
}
