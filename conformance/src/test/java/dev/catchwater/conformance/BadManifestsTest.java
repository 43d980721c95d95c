package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Manifests that must be refused with the place and the smallest fix: BAD1 to BAD22.
class BadManifestsTest {
  private static final String HEAD =
      """
      kind: DatasetSnapshot
      version: 1
      content:
        name: x
        kind: Root
        metadata:
      """;

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
  }

  private Outcome add(String manifest) {
    String file = sandbox.file("bad.yaml", manifest);
    return sandbox.run("add", file);
  }

  private Outcome refused(String manifest) {
    Outcome outcome = add(manifest).refused();
    assertThat(sandbox.datasets()).isEmpty();
    return outcome;
  }

  private static String source(String read, String merge) {
    return Samples.dataset("x", read, merge, null);
  }

  @Test
  void BAD1_aFileWithoutAManifest() {
    for (String text : new String[] {"", "# only\n# comments\n", "---\n"}) {
      refused(text).says("o manifest found in", "bad.yaml");
    }
  }

  @Test
  void BAD2_brokenYaml() {
    refused("kind: DatasetSnapshot\n\tversion: 1\n").says("bad.yaml:2:");
    refused("kind: \"DatasetSnapshot\nversion: 1\n").says("bad.yaml:");
  }

  @Test
  void BAD3_anUnknownKind() {
    refused(HEAD.replace("DatasetSnapshot", "DatasetSnapshots") + "    []\n")
        .says("bad.yaml:1:7", "DatasetSnapshots", "DatasetSnapshot");
  }

  @Test
  void BAD4_anotherVersion() {
    refused(HEAD.replace("version: 1", "version: 2") + "    []\n").says("bad.yaml:2:", "version 1");
  }

  @Test
  void BAD5_anUnknownField() {
    refused(source(Samples.ndjson("a INT64"), "{kind: Append}").replace("sourceName", "sorceName"))
        .says("sorceName", "sourceName", "bad.yaml:8:");
  }

  @Test
  void BAD6_aMissingField() {
    for (String field : new String[] {"merge", "read", "sourceName"}) {
      String manifest = source(Samples.ndjson("a INT64"), "{kind: Append}");
      StringBuilder without = new StringBuilder();
      manifest
          .lines()
          .filter(line -> !line.strip().startsWith(field + ":"))
          .forEach(line -> without.append(line).append('\n'));
      refused(without.toString()).says(field, "bad.yaml:");
    }
  }

  @Test
  void BAD7_aLedgerWithoutAUsableKey() {
    String read = Samples.ndjson("a INT64");
    String none = refused(source(read, "{kind: Ledger}")).says("primaryKey").err();
    String empty = refused(source(read, "{kind: Ledger, primaryKey: []}")).says("primaryKey").err();
    String unknown = refused(source(read, "{kind: Ledger, primaryKey: [town]}")).says("town").err();
    assertThat(none).isNotEqualTo(empty);
    assertThat(empty).isNotEqualTo(unknown);
  }

  @Test
  void BAD8_aCompareColumnThatIsNotThere() {
    refused(
            source(
                Samples.ndjson("a INT64", "b INT64"),
                "{kind: Snapshot, primaryKey: [a], compareColumns: [c]}"))
        .says("'c'", "b");
  }

  @Test
  void BAD9_badDdl() {
    refused(source("{kind: NdJson, schema: [\"t TIMESTMP\"]}", "{kind: Append}"))
        .says("TIMESTMP", "TIMESTAMP");
    refused(source("{kind: NdJson, schema: [\"a INT\", \"a INT\"]}", "{kind: Append}")).says("a");
    refused(source("{kind: NdJson, schema: [\"a INT\", \"A INT\"]}", "{kind: Append}")).says("A");
    for (String reserved : new String[] {"offset", "op", "system_time"}) {
      refused(source("{kind: NdJson, schema: [\"" + reserved + " INT\"]}", "{kind: Append}"))
          .says(reserved);
    }
  }

  @Test
  void BAD10_sqlInADefinition() {
    refused(source("{kind: NdJson, schema: [\"x INT); DROP TABLE y; --\"]}", "{kind: Append}"))
        .says("bad.yaml:");
  }

  @Test
  void BAD11_bothSchemas() {
    refused(
            source(
                "{kind: NdJson, ddlSchema: [\"a INT\"]" + Samples.fields("a INT64") + "}",
                "{kind: Append}"))
        .says("both");
  }

  @Test
  void BAD12_twoSourcesThatDoNotGoTogether() {
    String second =
        """
            - kind: AddPushSource
              sourceName: %s
              read: %s
              merge: {kind: Append}
        """;
    String first = source(Samples.ndjson("a INT64"), "{kind: Append}");
    refused(first + second.formatted("default", Samples.ndjson("a STRING"))).says("default");
    refused(first + second.formatted("other", Samples.ndjson("a STRING")))
        .says("default", "other", "a");
  }

  @Test
  void BAD13_pushSourcesWhereTheyCannotBe() {
    refused(
            source(Samples.ndjson("a INT64"), "{kind: Append}")
                .replace("kind: Root", "kind: Derivative"))
        .says("only allowed on root datasets");
    String polling =
        """
            - kind: SetPollingSource
              fetch: {kind: Url, url: "https://example.org/a.json"}
              read: {kind: NdJson}
              merge: {kind: Append}
        """;
    refused(source(Samples.ndjson("a INT64"), "{kind: Append}") + polling)
        .says("SetPollingSource", "pushed");
  }

  @Test
  void BAD14_disablingWhatIsNotThere() {
    refused(
            source(Samples.ndjson("a INT64"), "{kind: Append}")
                + "    - kind: DisablePushSource\n      sourceName: other\n")
        .says("not allowed");
  }

  @Test
  void BAD15_anEventTimeColumnThatCannotBeOne() {
    refused(Samples.dataset("x", Samples.ndjson("a INT64"), "{kind: Append}", "t")).says("t");
    refused(Samples.dataset("x", Samples.ndjson("t STRING"), "{kind: Append}", "t"))
        .says("either Date or Timestamp");
  }

  @Test
  void BAD17_yamlThatTakesForever() {
    StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int n = 1; n < 12; n++) {
      String before = "*a" + (n - 1);
      laughs.append("a").append(n).append(": &a").append(n).append(" [").append(before);
      laughs.append((", " + before).repeat(9)).append("]\n");
    }
    String[] inputs = {
      laughs.toString(),
      HEAD + "    " + "[".repeat(10_000) + "]".repeat(10_000) + "\n",
      "a: &a\n  <<: *a\n",
      "kind: !!java.net.URL [\"http://127.0.0.1/\"]\n",
      "kind: DatasetSnapshot\nkind: DatasetSnapshot\n",
      "# " + "x".repeat(50_000_000) + "\n",
    };
    for (String input : inputs) {
      long start = System.nanoTime();
      refused(input);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void BAD18_otherEncodings() {
    String manifest = source(Samples.ndjson("a INT64"), "{kind: Append}");
    sandbox.file("u16.yaml", manifest.getBytes(StandardCharsets.UTF_16LE));
    sandbox.run("add", "u16.yaml").refused();
    sandbox.file("latin.yaml", ("# é\n" + manifest).getBytes(StandardCharsets.ISO_8859_1));
    sandbox.run("add", "latin.yaml").refused().says("UTF-8", "byte 3");
    assertThat(sandbox.datasets()).isEmpty();
    add("\uFEFF" + manifest).succeeded();
  }

  @Test
  void BAD19_theSecondDocumentIsBad() {
    refused(
            source(Samples.ndjson("a INT64"), "{kind: Append}")
                + "---\n"
                + HEAD.replace("name: x", "name: y")
                + "    - kind: Nothing\n")
        .says("bad.yaml:", "Nothing");
  }

  @Test
  void BAD20_aNameThatIsTaken() {
    String manifest = source(Samples.ndjson("a INT64"), "{kind: Append}");
    add(manifest).succeeded();
    add(manifest).succeeded().says("Skipped: x: Already exists").doesNotSay("Warning", "differs");
    add(source(Samples.ndjson("b INT64"), "{kind: Append}"))
        .succeeded()
        .says("Skipped: x: Already exists", "--replace");
  }

  @Test
  void BAD21_jsonIsYaml() {
    String json =
        """
        {"kind": "DatasetSnapshot", "version": 1, "content": {"name": "x", "kind": "Root",
        "metadata": [{"kind": "AddPushSource", "sourceName": "default",
        "read": {"kind": "NdJson"}, "merge": {"kind": "Append"}}]}}
        """;
    add(json).succeeded();
    assertThat(sandbox.datasets()).containsExactly("x");
    sandbox.file("y.json", source(Samples.ndjson("a INT64"), "{kind: Append}"));
    sandbox.run("add", "--name", "y", "y.json").succeeded();
  }

  @Test
  void BAD22_plainWordsAreTheStringsWritten() {
    for (String name : new String[] {"no", "2024-01-01", "0o17"}) {
      add(source(Samples.ndjson("a INT64"), "{kind: Append}").replace("name: x", "name: " + name))
          .succeeded();
    }
    assertThat(sandbox.datasets()).containsExactlyInAnyOrder("no", "2024-01-01", "0o17");
  }
}
