package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Settings: `config list|get|set`, and that commands follow them.
class ConfigCommandsTest {
  @TempDir Path folder;
  @TempDir Path home;
  private Sandbox sandbox;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void open() {
    sandbox = Sandbox.with(folder, Samples.append(Samples.ndjson("n INT64")));
    sandbox.push("x", "{\"n\": 1}\n").succeeded();
    environment.put("HOME", home.toString());
  }

  private Outcome run(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exit =
        dev.catchwater.cli.Cli.run(
            words,
            new ByteArrayInputStream(new byte[0]),
            out,
            err,
            environment,
            folder,
            InstantSource.fixed(Instant.parse(Sandbox.SYSTEM_TIME)));
    return new Outcome(
        String.join(" ", words),
        exit,
        out.toString(StandardCharsets.UTF_8),
        err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void A33_settingsAreSetPrintedAndRemoved() {
    String key = "writer.lock-wait-seconds";
    run("config", "get", key).refused().says("Error: Path " + key + " not found");
    run("config", "set", "--scope", "workspace", key, "5")
        .succeeded()
        .says("Set " + key + " to 5 in workspace scope");
    assertThat(run("config", "get", key).succeeded().out()).isEqualTo("5\n\n");
    assertThat(run("config", "list").succeeded().out())
        .isEqualTo("writer:\n  lock-wait-seconds: 5\n");
    run("config", "set", "--scope", "workspace", key)
        .succeeded()
        .says("Removed " + key + " from workspace scope");
    run("config", "get", key).refused().says("Error: Path " + key + " not found");
    run("config", "set", key).refused().says("Error: Path " + key + " not found");
    assertThat(run("config", "get", key, "--with-defaults").out()).isEqualTo("60\n\n");
    assertThat(run("config", "list").out()).isEqualTo("{}\n");
    assertThat(run("config", "list", "--with-defaults").out())
        .contains("compact:\n  max-slice-records: 10000\n  max-slice-size: 300000000\n");
  }

  @Test
  void theWorkspaceWinsOverTheUserAndAVariableOverBoth() throws java.io.IOException {
    run("config", "set", "--scope", "user", "output.format", "csv")
        .succeeded()
        .says("in user scope");
    assertThat(Files.readString(home.resolve(".catchwaterconfig")))
        .isEqualTo("kind: CLIConfig\nversion: 1\ncontent:\n  output:\n    format: csv\n");
    assertThat(run("list").out()).startsWith("Name,Kind");
    run("config", "set", "output.format", "ndjson").succeeded();
    assertThat(run("list").out()).startsWith("{\"Name\":");
    assertThat(run("config", "get", "output.format", "--scope", "user").out()).isEqualTo("csv\n\n");
    assertThat(run("config", "get", "output").out()).isEqualTo("format: ndjson\n");
    assertThat(run("config", "ls", "-o", "json").out())
        .isEqualTo("{\"output.format\":\"ndjson\"}\n");
    environment.put("CATCHWATER_OUTPUT_FORMAT", "json-soa");
    assertThat(run("list").out()).startsWith("{\"Name\":[\"x\"]");
    assertThat(run("list", "-o", "csv").out()).startsWith("Name,Kind");
    environment.put("CATCHWATER_OUTPUT_FORMAT", "xml");
    run("list").refused().says("CATCHWATER_OUTPUT_FORMAT", "'xml'", "ndjson");
  }

  @Test
  void aSettingIsCheckedWhenItIsSet() {
    run("config", "set", "output.fromat", "csv").refused().says("did you mean output.format");
    run("config", "set", "engine.networkNs", "host").refused().says("not found", "--with-defaults");
    run("config", "set", "output.format", "xml").refused().says("'xml'", "table, csv");
    run("config", "set", "compact.max-slice-records", "0").refused().says("at least 1");
    run("config", "set", "writer.lock-wait-seconds", "long").refused().says("whole number");
    assertThat(folder.resolve(".catchwater/.catchwaterconfig")).doesNotExist();
  }

  @Test
  void aFileThatWasWrittenByHandIsReadOrRefusedWithItsLine() throws java.io.IOException {
    Path file = folder.resolve(".catchwater/.catchwaterconfig");
    Files.writeString(
        file, "# ours\nkind: CLIConfig\nversion: 1\n\ncontent:\n  output:\n    format: \"csv\"\n");
    assertThat(run("list").out()).startsWith("Name,Kind");
    Files.writeString(file, "kind: CLIConfig\nversion: 1\ncontent:\n  output\n");
    run("list").refused().says(".catchwaterconfig:4:", "key: value");
    Files.writeString(file, "kind: CLIConfig\nversion: 2\n");
    run("list").refused().says("version: 1");
    Files.writeString(file, "kind: CLIConfig\nversion: 1\ncontent:\n  output:\n    format: xml\n");
    run("list").refused().says(".catchwaterconfig", "'xml'");
    assertThat(run("list", "-o", "csv").succeeded().out()).startsWith("Name,Kind");
  }

  @Test
  void commandsFollowTheSettings() {
    run("config", "set", "compact.max-slice-records", "1").succeeded();
    sandbox.push("x", "{\"n\": 2}\n").succeeded();
    run("-y", "system", "compact", "x", "--hard").succeeded().says("1 dataset(s) up-to-date");
    run("-y", "system", "compact", "x", "--hard", "--max-slice-records", "9")
        .succeeded()
        .says("1 dataset(s) were compacted");
  }

  @Test
  void completionKnowsTheSettings() {
    assertThat(run("complete", "catchwater config ").outLines())
        .isEqualTo(List.of("list", "get", "set"));
    assertThat(run("complete", "catchwater config set writer").outLines())
        .containsExactly("writer.lock-wait-seconds");
  }

  @Test
  void withoutAWorkspaceOnlyTheUserHasSettings(@TempDir Path elsewhere) {
    folder = elsewhere;
    run("config", "set", "output.format", "csv")
        .refused()
        .says("not a", "workspace", "catchwater init");
    run("config", "set", "--scope", "user", "output.format", "csv").succeeded();
    assertThat(run("config", "list").succeeded().out()).isEqualTo("output:\n  format: csv\n");
    environment.remove("HOME");
    run("config", "set", "--scope", "user", "output.format", "csv").refused().says("HOME");
  }
}
