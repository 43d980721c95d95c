package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Threats of the manifest, of SQL and of what is written for others. The statements that try to
/// leave the cage are in `CageEscapeTest`, those that take too much in `CagedPreprocessTest`.
class ThreatsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.apache.avro.Schema",
        "org.apache.parquet.avro.AvroReadSupport",
        "org.apache.hadoop.conf.Configuration"
      })
  void TH35_nothingThatASchemaCouldNameIsThere(String name) {
    assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void TH36_sqlReadsDatasetsOnly() {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    String canary = folder.resolve(sandbox.file("canary.csv", "secret\n1\n")).toString();
    for (String statement :
        List.of(
            "SELECT * FROM read_csv('" + canary + "')",
            "SELECT * FROM '" + canary + "'",
            "COPY (SELECT 1) TO '" + folder.resolve("new") + "'",
            "ATTACH '" + folder.resolve("new") + "'",
            "SET threads = 1",
            "PRAGMA version",
            "INSTALL httpfs",
            "SELECT 1; SELECT 2")) {
      Outcome refused = sandbox.run("sql", "-c", statement).refused();
      assertThat(refused.out()).as(statement).isEmpty();
    }
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void TH38_aSliceIsNoTableByItsFileName() throws IOException {
    Sandbox sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
    sandbox.push("player-scores", Samples.ROUND_1).succeeded();
    try (Stream<Path> slices = Files.list(sandbox.dataset("player-scores").resolve("data"))) {
      Path slice = slices.findFirst().orElseThrow();
      sandbox.run("sql", "-c", "SELECT * FROM '" + slice + "'").refused().says("not found");
      sandbox
          .run("sql", "-c", "SELECT * FROM read_parquet('" + slice + "')")
          .refused()
          .says("read_parquet is not allowed");
    }
    sandbox.run("sql", "-c", "SELECT * FROM \"someone/else\"").refused().says("not found");
  }

  @Test
  void TH41_aManifestThatIsTooMuchIsRefused() {
    Sandbox sandbox = Sandbox.in(folder);
    StringBuilder keys = new StringBuilder();
    for (int i = 0; i < 1_000_000; i++) {
      keys.append('k').append(i).append(": 1\n");
    }
    StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    StringBuilder aliases = new StringBuilder("a: &a x\nb: [*a");
    for (int i = 1; i < 60; i++) {
      String before = "*a" + (i - 1);
      laughs.append("a").append(i).append(": &a").append(i).append(" [").append(before);
      laughs.append((", " + before).repeat(9)).append("]\n");
      aliases.append(", *a");
    }
    String padding = "# " + "x".repeat(50 << 20) + "\n";
    for (String manifest :
        List.of(
            keys.toString(),
            laughs.toString(),
            aliases + "]\n",
            "a: " + "[".repeat(65) + "]".repeat(65) + "\n",
            "a: &a\n  <<: *a\n",
            padding + Samples.PLAYER_SCORES,
            "kind: !!javax.script.ScriptEngineManager [1]\n",
            Samples.PLAYER_SCORES + "kind: DatasetSnapshot\n")) {
      sandbox.pipe(manifest, "add", "--stdin").refused();
    }
    assertThat(sandbox.datasets()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT content AS a FROM read_text('/etc/passwd')",
        "SELECT read_text('/etc/passwd') AS a FROM input",
        "SELECT a FROM input; COPY input TO '/tmp/canary'",
        "COPY input TO '/tmp/canary'"
      })
  void TH42_aPreprocessThatReachesOutIsRefusedBeforeAnyPush(String query) {
    Sandbox sandbox = Sandbox.in(folder);
    sandbox
        .pipe(preprocessed("x", query), "add", "--stdin")
        .refused()
        .says("preprocess of default");
    assertThat(sandbox.datasets()).isEmpty();

    sandbox.pipe(preprocessed("x", "SELECT a FROM input"), "add", "--stdin").succeeded();
    String source =
        """
        kind: AddPushSource
        sourceName: default
        read: {kind: NdJson, schema: [a BIGINT]}
        preprocess:
          kind: Sql
          engine: duckdb
          query: "%s"
        merge: {kind: Append}
        """
            .formatted(query);
    sandbox.pipe(source, "source", "add", "x", "--stdin").refused().says("preprocess of default");
  }

  @Test
  void TH42_aPatternDoesNotBacktrack() {
    Sandbox sandbox = Sandbox.in(folder);
    String manifest =
        preprocessed("x", "SELECT a FROM input WHERE NOT regexp_matches(t, '^(a+)+$')")
            .replace("schema: [a BIGINT]", "schema: [a BIGINT, t STRING]");
    sandbox.pipe(manifest, "add", "--stdin").succeeded();
    String text = "a".repeat(100_000) + "!";
    long start = System.nanoTime();
    sandbox.push("x", "{\"a\": 1, \"t\": \"" + text + "\"}\n").succeeded().says("1 added");
    assertThat(System.nanoTime() - start).isLessThan(30_000_000_000L);
  }

  @Test
  void BAD16_aPreprocessThatCannotRunIsRefusedAtAddWithItsPlace() {
    Sandbox sandbox = Sandbox.in(folder);
    refused(sandbox, "SELECT a FROM\n  input WHERE", ":2:14: syntax error");
    refused(sandbox, "SELECT a,\n       b FROM input", ":2:8: Referenced column \"b\" not found");
    refused(sandbox, "SELECT * FROM read_csv('x')", ":1:15: The table function read_csv");
    refused(sandbox, "SELECT a FROM input; SELECT 2", ":1:22: 2 statements where one");
    assertThat(sandbox.datasets()).isEmpty();
  }

  private static void refused(Sandbox sandbox, String query, String words) {
    sandbox.pipe(preprocessed("x", query), "add", "--stdin").refused().says(words);
  }

  @Test
  void TH44_formulasAreWrittenAsTheyAreUnlessAsked() throws IOException {
    Sandbox sandbox = Sandbox.with(folder, Samples.append(Samples.ndjson("a STRING", "n INT64")));
    sandbox
        .push("x", "{\"a\": \"=1+1\", \"n\": -5}\n{\"a\": \"@x, y\", \"n\": 5}\n{\"a\": \"ok\"}\n")
        .succeeded();
    sandbox.run("export", "x", "--output-path", "plain.csv").succeeded();
    sandbox.run("export", "x", "--output-path", "safe.csv", "--excel-safe").succeeded();
    String plain = Files.readString(folder.resolve("plain.csv"));
    assertThat(plain).contains(",=1+1,-5\n", ",\"@x, y\",5\n", ",ok,\n");
    assertThat(Files.readString(folder.resolve("safe.csv")))
        .isEqualTo(plain.replace("=1+1", "'=1+1").replace("\"@x", "\"'@x"));
  }

  private static String preprocessed(String name, String query) {
    return """
    kind: DatasetSnapshot
    version: 1
    content:
      name: %s
      kind: Root
      metadata:
        - kind: AddPushSource
          sourceName: default
          read: {kind: NdJson, schema: [a BIGINT]}
          preprocess:
            kind: Sql
            engine: duckdb
            query: |
              %s
          merge: {kind: Append}
    """
        .formatted(name, query.replace("\n", "\n          "));
  }
}
