package dev.catchwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.command.CommandCatalog;
import dev.catchwater.cli.terminal.Terminals;
import dev.catchwater.disk.LocalDisk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
  private static final String GPS =
      """
      kind: DatasetSnapshot
      version: 1
      content:
        name: gps
        kind: Root
        metadata:
          - kind: AddPushSource
            sourceName: default
            read:
              kind: NdJson
              schema:
                - t TIMESTAMP
                - long DOUBLE
                - lat DOUBLE
            merge:
              kind: Append
          - kind: SetVocab
            eventTimeColumn: t
      """;
  private static final String ROW = "{\"t\": \"2020-01-01\", \"long\": -123.12, \"lat\": 49.28}\n";

  @TempDir Path folder;

  private record Ran(int code, String out, String err) {}

  private Ran run(String... words) {
    return run("", Terminals.NONE, words);
  }

  private Ran run(String input, Terminals terminals, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Cli.run(
            words,
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            out,
            err,
            terminals,
            Map.of(),
            folder,
            InstantSource.system(),
            new LocalDisk());
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private void withGps() throws IOException {
    assertThat(run("init").code()).isZero();
    Files.writeString(folder.resolve("gps.yaml"), GPS);
    assertThat(run("add", "gps.yaml").code()).isZero();
    Files.writeString(folder.resolve("data.json"), ROW);
  }

  @Test
  void everyCommandHasHelpWithAnExample() {
    for (CommandSpec spec : CommandCatalog.specs("")) {
      String[] words = (spec.name() + " --help").split(" ", -1);
      Ran ran = run(words);
      assertThat(ran.code()).as(spec.name()).isZero();
      assertThat(ran.err()).isEmpty();
      assertThat(ran.out()).contains("Usage: catchwater " + spec.name());
      if (!spec.isHidden()) {
        assertThat(spec.examples()).as(spec.name()).isNotEmpty();
        assertThat(ran.out()).contains("Examples:");
      }
      assertThat(ran.out().lines().filter(line -> line.length() > 100 && !line.contains("echo")))
          .as(spec.name())
          .isEmpty();
    }
  }

  @Test
  void everyCommandAndAliasIsFound() {
    for (CommandSpec spec : CommandCatalog.specs("")) {
      for (String alias : spec.aliases()) {
        assertThat(CommandCatalog.find(alias)).as(alias).isNotNull();
      }
    }
    assertThat(run("ls").err()).contains("workspace");
    assertThat(CommandCatalog.specs("")).hasSize(CommandCatalog.NAMES.size());
  }

  @Test
  void theProgramAloneTeachesAndFails() {
    Ran alone = run();
    assertThat(alone.code()).isEqualTo(2);
    assertThat(alone.out()).isEmpty();
    assertThat(alone.err()).contains("Commands:", "ingest", "quickstart");
    Ran help = run("--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("Commands:").doesNotContain("system-time");
    assertThat(run("inspect").code()).isEqualTo(2);
    assertThat(run("inspect", "--help").out()).contains("inspect schema", "inspect slices");
    assertThat(run("--version").out()).startsWith("catchwater ");
  }

  @Test
  void anUnknownCommandNamesTheNearest() {
    Ran ran = run("ingets", "gps");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("Unknown command 'ingets'", "did you mean 'ingest'?");
    assertThat(run("inspect", "slice", "x").err()).contains("did you mean 'inspect slices'?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--nonsense", "tail --nonsense", "tail", "tail a b", "tail -n x a", "tail -o x a"})
  void aWrongCommandLineIsExitCode2(String line) {
    Ran ran = run(line.split(" ", -1));
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("Error: ").contains("For more information, try '--help'.");
  }

  @Test
  void globalOptionsStandAnywhere() throws IOException {
    withGps();
    Ran before = run("-q", "--system-time", "2050-01-01T00:00:00Z", "ingest", "gps", "data.json");
    assertThat(before.err()).isEmpty();
    Ran after = run("ingest", "gps", "data.json", "-q", "--system-time=2050-01-01T00:00:01+01:00");
    assertThat(after.code()).isZero();
    assertThat(after.err()).isEmpty();
    assertThat(run("tail", "gps", "-o", "csv").out())
        .isEqualToIgnoringNewLines(
            """
            offset,op,system_time,t,long,lat
            0,0,2050-01-01T00:00:00Z,2020-01-01T00:00:00Z,-123.12,49.28
            1,0,2050-01-01T00:00:00Z,2020-01-01T00:00:00Z,-123.12,49.28
            """);
  }

  @Test
  void ingestEndsWithKamusLineAndThenItsReport() throws IOException {
    withGps();
    Ran ran = run("ingest", "gps", "data.json");
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("Dataset updated"),
            line -> assertThat(line).isEqualTo("  rows    1 added"),
            line -> assertThat(line).isEqualTo("  offsets 0"),
            line -> assertThat(line).matches("  block   f1620[0-9a-f]{64}"),
            line -> assertThat(line).matches("  time    [0-9.]+ s.*"));
    Ran empty = run("", Terminals.NONE, "ingest", "gps", "--stdin");
    assertThat(empty.code()).isZero();
    assertThat(empty.err()).startsWith("Dataset up-to-date\n  rows    none\n");
  }

  @Test
  void aDryRunChangesNothingAndSaysWhatWouldHappen() throws IOException {
    withGps();
    Ran ran = run("ingest", "gps", "--dry-run", "data.json");
    assertThat(ran.code()).isZero();
    assertThat(ran.err())
        .startsWith(
            "Dataset would be updated\n   1 appended; nothing written\n   + t 2020-01-01T00:00:00Z,");
    assertThat(run("tail", "gps", "-o", "csv").out()).isEmpty();
  }

  @Test
  void severalFilesAreOneCommand() throws IOException {
    withGps();
    Files.writeString(folder.resolve("bad.json"), ROW + "{\"t\": \"yesterday\"}\n");
    Ran refused = run("ingest", "gps", "data.json", "bad.json");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("bad.json:2");
    assertThat(run("tail", "gps", "-o", "csv").out()).isEmpty();
    Files.writeString(folder.resolve("more.json"), ROW + ROW);
    Ran done = run("ingest", "gps", "data.json", "more.json");
    assertThat(done.err()).contains("3 added", "offsets 0 to 2", "(the last of ");
  }

  @Test
  void badRowsAreShownWithTheirPlaceUpToALimit() throws IOException {
    withGps();
    Files.writeString(folder.resolve("bad.json"), "{\"t\": \"yesterday\"}\n".repeat(12));
    Ran ran = run("ingest", "gps", "bad.json");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).startsWith("Error: ").contains("bad.json:1:", "bad.json:10:");
    assertThat(ran.err()).doesNotContain("bad.json:11:").contains("2 more");
  }

  @Test
  void BAD92_aFileThatGrowsWhileItIsReadEndsWhereItDid() throws IOException {
    withGps();
    Files.writeString(folder.resolve("twice.json"), ROW);
    Ran twice = run("ingest", "gps", "twice.json", "twice.json");
    assertThat(twice.code()).isZero();
    assertThat(twice.err()).contains("twice.json is given twice", "2 added");
    assertThat(run("ingest", "gps", "-").err()).contains("--stdin");
    assertThat(run("ingest", "gps", "/dev/zero").err()).contains("/dev/zero: Not a plain file");
    assertThat(run("ingest", "gps", ".").err()).contains("Is a folder");
    assertThat(run("ingest", "gps", "no*.json").err()).contains("No file matches this pattern");
    Ran missing = run("ingest", "gps", "nowhere.json");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).isEqualTo("Error: nowhere.json: No such file or directory\n");
  }

  @Test
  void BAD93_standardInputOnATerminalIsSaid() throws IOException {
    withGps();
    Ran ran = run(ROW, new Terminals(true, false, false, false), "ingest", "gps", "--stdin");
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).startsWith("Reading rows from the terminal");
  }

  @Test
  void TH43_aTerminalGetsNoControlCharacters() throws IOException {
    withGps();
    Terminals terminal = new Terminals(false, true, true, true);
    String manifest =
        GPS.replace("gps", "evil")
            .replace("long DOUBLE", "name STRING")
            .replace("- lat DOUBLE", "");
    Files.writeString(folder.resolve("evil.yaml"), manifest);
    assertThat(run("add", "evil.yaml").code()).isZero();
    String row = "{\"t\": \"2020-01-01\", \"name\": \"\\u001b]0;x\\u0007\\u202eabc\"}\n";
    assertThat(run(row, Terminals.NONE, "ingest", "evil", "--stdin").code()).isZero();
    Ran table = run("", terminal, "tail", "evil");
    assertThat(table.out()).contains("\\u001b]0;x\\u0007\\u202eabc").doesNotContain("\u202e");
    assertThat(table.out()).contains("\033[1mname\033[0m");
    Ran csv = run("", terminal, "tail", "evil", "-o", "csv");
    assertThat(csv.out()).contains("\\u001b]0;x\\u0007\\u202eabc").doesNotContain("\033");
    Ran piped = run("tail", "evil", "-o", "csv");
    assertThat(piped.out()).contains("\u001b]0;x\u0007\u202eabc");
    Ran error = run("", terminal, "tail", "e\u001b[31m");
    assertThat(error.err().replace("\033[1;31mError:\033[0m", "")).doesNotContain("\033");
  }

  @Test
  void TH43_headersAndNamesOfFilesAndSourcesGetNoneEither() throws IOException {
    assertThat(run("init").code()).isZero();
    String manifest =
        """
        kind: DatasetSnapshot
        version: 1
        content:
          name: evil
          kind: Root
          metadata:
            - kind: AddPushSource
              sourceName: "s\\e[31m\\u202e"
              read: {kind: NdJson, schema: {fields: [{name: "c\\e[2J\\r\\u202e", type: Int64}]}}
              merge: {kind: Append}
        """;
    Files.writeString(folder.resolve("evil.yaml"), manifest);
    Terminals terminal = new Terminals(false, true, true, false);
    assertThat(run("", terminal, "add", "evil.yaml").code()).isZero();
    String row = "{\"c\\u001b[2J\\r\\u202e\": 1, \"x\\u001b[1m\": 2}\n";
    StringBuilder all = new StringBuilder();
    Files.writeString(
        folder.resolve("a\u001b]0;x.ndjson"), row + "{\"c\\u001b[2J\\r\\u202e\": }\n");
    for (String[] words :
        new String[][] {
          {"ingest", "evil", "--stdin"},
          {"ingest", "evil", "a\u001b]0;x.ndjson"},
          {"ingest", "evil", "none\u001b[31m.ndjson"},
          {"ingest", "evil", "--stdin", "--source-name", "no\u001b[31m\u202e"},
          {"tail", "evil"},
          {"tail", "evil", "-o", "json"},
          {"tail", "evil", "-o", "csv"},
          {"log", "evil"},
          {"source", "list", "evil"},
          {"source", "show", "evil"},
          {"inspect", "schema", "evil"},
          {"inspect", "schema", "evil", "-o", "parquet"},
          {"sql", "-c", "SELECT * FROM evil"},
          {"no\u001b[31mcommand"},
          {"tail", "evil", "--no\u001b[31m"}
        }) {
      Ran ran = run(row, terminal, words);
      // Progress goes over its own line again; nothing else moves the cursor.
      String printed = ran.out() + ran.err().replaceAll("\r(\033\\[K)?", "");
      assertThat(printed.replaceAll("\033\\[(0|1|1;3[123])m", ""))
          .as(String.join(" ", words))
          .doesNotContain("\033", "\r", "\u202e");
      all.append(printed);
    }
    assertThat(all.toString()).contains("\\u001b[2J", "\\u001b]0;x.ndjson", "\\u202e");
  }

  @Test
  void coloursAreForTerminalsOnly() throws IOException {
    withGps();
    Terminals terminal = new Terminals(false, false, true, true);
    assertThat(run(ROW, terminal, "ingest", "gps", "--stdin").err())
        .contains("\033[1;32mDataset updated\033[0m");
    assertThat(run("", terminal, "ingest", "gps", "--stdin").err())
        .contains("\033[1;33mDataset up-to-date\033[0m");
    assertThat(run(ROW, terminal, "--no-color", "ingest", "gps", "--stdin").err())
        .contains("Dataset updated")
        .doesNotContain("\033[1;32m");
    assertThat(run(ROW, Terminals.NONE, "ingest", "gps", "--stdin").err()).doesNotContain("\033");
  }

  @Test
  void deleteAsksFirst() throws IOException {
    withGps();
    Ran nobody = run("delete", "gps");
    assertThat(nobody.code()).isEqualTo(1);
    assertThat(nobody.err())
        .contains(
            "You are about to delete following dataset(s):\n  gps\n",
            "Do you wish to continue? [y/N]:",
            "Assuming 'no' because --yes flag was not provided",
            "Error: Operation aborted");
    Terminals person = new Terminals(true, true, true, false);
    assertThat(run("n\n", person, "delete", "gps").code()).isEqualTo(1);
    assertThat(run("y\n", person, "delete", "gps").err()).contains("Deleted 1 dataset(s)");
    assertThat(run("delete", "-y", "x%").err())
        .contains("There are no datasets matching the pattern");
  }

  @Test
  void aReaderThatHasSeenEnoughIsNoError() throws IOException {
    withGps();
    assertThat(run("ingest", "gps", "data.json").code()).isZero();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    int code =
        Cli.run(
            new String[] {"tail", "gps"},
            new ByteArrayInputStream(new byte[0]),
            closed,
            err,
            Map.of(),
            folder,
            InstantSource.system());
    assertThat(code).isEqualTo(1);
    assertThat(err.size()).isZero();
  }

  @Test
  void A31_accountsAreForMultiTenantWorkspaces() {
    assertThat(run("init").code()).isZero();
    Ran name = run("--account", "not_valid_account_name", "list");
    assertThat(name.err())
        .contains("Error: Value 'not_valid_account_name' is not a valid AccountName");
    assertThat(run("--account", "kamu", "list").err())
        .contains("Directory is not a multi-tenant kamu workspace");
    assertThat(run("init", "--multi-tenant").code()).isEqualTo(1);
  }

  @Test
  void A32_completionsOfCommandsAndNames() throws IOException {
    withGps();
    assertThat(run("complete", "catchwater l", "1").out()).isEqualTo("list\nlog\n");
    assertThat(run("complete", "catchwater log", "2").out()).isEqualTo("gps\n");
    assertThat(run("complete", "catchwater log ").out()).isEqualTo("gps\n");
    assertThat(run("complete", "catchwater inspect s").out()).isEqualTo("schema\nslices\n");
    assertThat(run("complete", "catchwater tail --num").out()).isEqualTo("--num-records\n");
    assertThat(run("complete", "catchwater tail gps -o json-").out())
        .isEqualTo("json-soa\njson-aoa\n");
    assertThat(run("complete", "catchwater completions ").out()).isEqualTo("bash\nzsh\nfish\n");
    assertThat(run("complete", "catchwater ingest gps ").out()).isEmpty();
    for (String shell : new String[] {"bash", "zsh", "fish"}) {
      assertThat(run("completions", shell).out()).contains("catchwater complete");
    }
    assertThat(run("completions", "bahs").err()).contains("did you mean 'bash'?");
  }

  @Test
  void addWarnsWhereTheManifestIsAnotherOne() throws IOException {
    withGps();
    assertThat(run("add", "gps.yaml").err())
        .isEqualTo("Skipped: gps: Already exists\nAdded 0 dataset(s)\n");
    Files.writeString(folder.resolve("other.yaml"), GPS.replace("lat DOUBLE", "lat FLOAT"));
    Ran other = run("add", "other.yaml");
    assertThat(other.code()).isZero();
    assertThat(other.err()).contains("Warning: gps was made from another manifest");
  }

  @Test
  void addReplacesOnlyByAManifestThatHolds() throws IOException {
    withGps();
    assertThat(run("ingest", "gps", "data.json").code()).isZero();
    Files.writeString(folder.resolve("bad.yaml"), GPS + "    - kind: SetNothing\n");
    assertThat(run("add", "-y", "--replace", "bad.yaml").code()).isEqualTo(1);
    assertThat(run("tail", "gps", "-o", "ndjson").out()).contains("-123.12");
    Ran replaced = run("add", "-y", "--replace", "gps.yaml");
    assertThat(replaced.err()).isEqualTo("Added: gps\nAdded 1 dataset(s)\n");
    assertThat(run("tail", "gps", "-o", "ndjson").out()).isEmpty();
    assertThat(run("list", "-o", "csv").out().lines()).hasSize(2);
  }

  @Test
  void slicesAreListedInTheOrderOfTheirRows() throws IOException {
    withGps();
    run("ingest", "gps", "data.json");
    run("ingest", "gps", "data.json");
    String[] lines = run("inspect", "slices", "gps", "-o", "csv").out().split("\n", -1);
    assertThat(lines).hasSize(3);
    assertThat(lines[0])
        .isEqualTo("Path,Records,OffsetStart,OffsetEnd,Size,LogicalHash,PhysicalHash");
    assertThat(lines[1]).contains(",1,0,0,");
    assertThat(lines[2]).contains(",1,1,1,");
    assertThat(Path.of(lines[1].substring(0, lines[1].indexOf(',')))).isRegularFile();
  }

  @Test
  void parquetIsNoFormatOfATail() throws IOException {
    withGps();
    Ran ran = run("tail", "gps", "-o", "parquet");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).isEqualTo("Error: Parquet format is applicable for data export only\n");
  }

  @Test
  void theWatermarkOfARootDatasetMovesForwardOnly() throws IOException {
    withGps();
    Ran set = run("pull", "gps", "--set-watermark", "2020-01-01T00:00:00Z");
    assertThat(set.err()).startsWith("Committed new block f1620");
    assertThat(run("pull", "gps", "--set-watermark", "2019-01-01T00:00:00Z").err())
        .isEqualTo("Watermark was up-to-date\n");
    assertThat(run("verify", "gps").code()).isZero();
  }
}
