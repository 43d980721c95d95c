package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Names, paths and command lines: BAD88 to BAD95.
class BadNamesTest {
  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
  }

  private static String manifest(String name) {
    return Samples.dataset("\"" + name + "\"", Samples.ndjson("n INT64"), "{kind: Append}", null);
  }

  private void add(String name) {
    sandbox.pipe(manifest(name), "add", "--stdin").succeeded();
  }

  @Test
  void BAD88_namesOutsideTheGrammar() throws IOException {
    add("x");
    Map<String, Long> before = sandbox.files(folder);
    String[] names = {
      "..",
      ".",
      "a/../b",
      "/etc/passwd",
      "a//b",
      "-x",
      "x-",
      "a..b",
      ".a",
      "a.",
      "a_b",
      "",
      " ",
      "a b",
      "a\\tb",
      "a\\nb",
      "*",
      "%2e%2e",
      "a".repeat(254)
    };
    for (String name : names) {
      sandbox.pipe(manifest(name), "add", "--stdin").refused();
      if (!name.startsWith("-") && !name.contains("\\")) {
        sandbox.run("rename", "x", name).refused();
      }
    }
    assertThat(sandbox.files(folder)).isEqualTo(before);
    assertThat(sandbox.datasets()).containsExactly("x");
  }

  @Test
  void BAD89_namesIgnoreCase() {
    add("Title");
    sandbox.push("title", "{\"n\": 1}\n").succeeded();
    sandbox.pipe(manifest("TITLE"), "add", "--stdin").succeeded().says("Skipped");
    assertThat(sandbox.rows("TITLE")).hasSize(1);
    assertThat(sandbox.datasets()).containsExactly("Title");
  }

  @Test
  void BAD90_lettersThatLookAlike() {
    sandbox.pipe(manifest("gps\u0430"), "add", "--stdin").refused().says("U+0430");
    sandbox.pipe(manifest("\uFF47ps"), "add", "--stdin").refused().says("U+FF47");
    sandbox.pipe(manifest("a\u202Eb"), "add", "--stdin").refused().says("U+202E");
    sandbox.pipe(manifest("a🦊"), "add", "--stdin").refused().says("U+1F98A");
    assertThat(sandbox.datasets()).isEmpty();
  }

  @Test
  void BAD91_idsThatAreNone() {
    add("x");
    for (String id : new String[] {"did:odf:", "did:odf:zzz", "did:odf:fed01", "did:key:abc"}) {
      sandbox.run("tail", id).refused();
    }
  }

  @Test
  void BAD92_filesThatCannotBeRead() {
    add("x");
    sandbox.run("ingest", "x", "missing.ndjson").refused().says("missing.ndjson");
    sandbox.run("ingest", "x", ".").refused().says("folder");
    sandbox.run("ingest", "x", "*.ndjson").refused().says("*.ndjson");
    String file = sandbox.file("a.ndjson", "{\"n\": 1}\n");
    sandbox.run("ingest", "x", file, "missing.ndjson").refused().says("missing.ndjson");
    assertThat(sandbox.rows("x")).isEmpty();
  }

  @Test
  void BAD93_filesAndStandardInput() {
    add("x");
    String file = sandbox.file("a.ndjson", "{\"n\": 1}\n");
    // Each is right and they do not go together: 1 as in kamu, 2 is for what cannot be parsed.
    sandbox
        .push("x", "{\"n\": 1}\n", file)
        .refused()
        .says("Specify a list of files or pass --stdin");
    sandbox.push("x", "").succeeded().says("Dataset updated");
    sandbox.push("x", "").succeeded().says("Dataset up-to-date");
    sandbox.run("ingest", "x").refused().says("Specify a list of files or pass --stdin");
    assertThat(sandbox.rows("x")).isEmpty();
  }

  @Test
  void BAD94_optionsWithBadValues() {
    add("x");
    sandbox
        .push("x", "{\"n\": 1}\n", "--input-format", "parqet")
        .misused()
        .says("parqet", "parquet");
    Outcome time = sandbox.push("x", "{\"n\": 1}\n", "--event-time", "yesterday");
    time.misused().says("yesterday", "RFC 3339");
    sandbox.push("x", "{\"n\": 1}\n", "--source-name", "other").refused().says("'other' not found");
    sandbox.push("x", "{\"n\": 1}\n", "--nonsense").misused().says("--nonsense");
    sandbox.run("ingets").misused().says("ingest");
    String two =
        manifest("y")
            + """
                - kind: AddPushSource
                  sourceName: second
                  read: %s
                  merge: {kind: Append}
            """
                .formatted(Samples.ndjson("n INT64"));
    sandbox.pipe(two, "add", "--stdin").succeeded();
    sandbox
        .push("y", "{\"n\": 1}\n")
        .refused()
        .says("Explicit source name is required", "default", "second");
  }

  @Test
  void BAD95_workspacesThatCannotBeUsed() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    Sandbox future = Sandbox.in(other);
    Files.writeString(other.resolve(".catchwater/version"), "99\n");
    future.run("list").refused().says("version", "99");
    Path gone = Files.createDirectories(folder.resolve("gone"));
    Sandbox lost = Sandbox.in(gone);
    Files.delete(gone.resolve(".catchwater/version"));
    assertThat(lost.run("list").err()).doesNotContain("Exception");
  }
}
