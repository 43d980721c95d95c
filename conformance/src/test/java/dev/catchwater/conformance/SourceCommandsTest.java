package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.PollingSource;
import dev.catchwater.odf.source.ReadStep;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several push sources of one dataset: `source list|show|add|disable`.
class SourceCommandsTest {
  private static final String[] COLUMNS = {"event_time TIMESTAMP!", "city STRING!", "n INT64!"};
  private static final String KEY = "{kind: Ledger, primaryKey: [event_time, city]}";

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.with(folder, Samples.dataset("x", Samples.ndjson(COLUMNS), KEY, null));
  }

  private static String source(String name, String read, String merge) {
    return "kind: AddPushSource\nsourceName: " + name + "\nread: " + read + "\nmerge: " + merge;
  }

  private Outcome add(String name, String read, String merge, String... options) {
    String[] words = new String[options.length + 4];
    words[0] = "source";
    words[1] = "add";
    words[2] = "x";
    words[3] = "--stdin";
    System.arraycopy(options, 0, words, 4, options.length);
    return sandbox.pipe(source(name, read, merge) + "\n", words);
  }

  private static String row(int day, String city, int n) {
    return "{\"event_time\": \"2020-01-0"
        + day
        + "\", \"city\": \""
        + city
        + "\", \"n\": "
        + n
        + "}\n";
  }

  @Test
  void severalSourcesReadAndMergeInTheirOwnWay() {
    add("csv", Samples.csv(COLUMNS), "{kind: Append}")
        .succeeded()
        .says("Added source: csv", "Dataset updated");
    sandbox.push("x", row(1, "A", 1), "--source-name", "default").succeeded();
    sandbox.push("x", row(1, "A", 1), "--source-name", "default").succeeded().says("up-to-date");
    String csv = "event_time,city,n\n2020-01-01,A,1\n";
    sandbox.push("x", csv, "--source-name", "csv").succeeded();
    assertThat(sandbox.rows("x")).hasSize(2);
    sandbox.run("verify", "x").succeeded();
  }

  @Test
  void severalSourcesAndNoneNamedIsRefusedWithTheNames() {
    add("csv", Samples.csv(COLUMNS), "{kind: Append}").succeeded();
    sandbox
        .push("x", row(1, "A", 1))
        .refused()
        .says(
            "Explicit source name is required to pick between several active push sources",
            "default, csv");
    sandbox
        .push("x", row(1, "A", 1), "--source-name", "scv")
        .refused()
        .says("Source 'scv' not found", "default, csv");
    sandbox.run("source", "show", "x").refused().says("default, csv");
  }

  @Test
  void listShowsEverySourceAndItsState() {
    add("csv", Samples.csv(COLUMNS), "{kind: Append}").succeeded();
    sandbox.run("source", "disable", "x", "default").succeeded();
    assertThat(sandbox.run("source", "list", "x", "-o", "csv").succeeded().outLines())
        .containsExactly(
            "Name,Status,Format,Merge,PrimaryKey,Preprocess",
            "csv,Active,Csv,Append,,",
            "default,Disabled,NdJson,Ledger,\"event_time, city\",");
    assertThat(sandbox.run("source", "ls", "x", "-o", "table").succeeded().out())
        .contains("│ default │ Disabled │");
  }

  @Test
  void whatShowPrintsCanBeGivenBack() {
    String shown = sandbox.run("source", "show", "x").succeeded().out();
    assertThat(shown).startsWith("kind: AddPushSource\nsourceName: default\nread:\n");
    sandbox
        .pipe(shown, "source", "add", "x", "--stdin")
        .succeeded()
        .says("Skipped: default: New push source is identical to existing", "up-to-date");
    String renamed = shown.replace("sourceName: default", "sourceName: again");
    sandbox.pipe(renamed, "source", "add", "x", "--stdin").succeeded();
    assertThat(sandbox.run("source", "show", "x", "again").succeeded().out()).isEqualTo(renamed);
    assertThat(sandbox.run("source", "show", "x", "again", "-o", "json").succeeded().out())
        .startsWith("{\"kind\":\"AddPushSource\",\"sourceName\":\"again\",");
  }

  @Test
  void aDefinitionUnderAKnownNameTakesItsPlace() {
    sandbox.push("x", row(1, "A", 1)).succeeded();
    add("default", Samples.csv(COLUMNS), KEY).succeeded().says("Changed source: default");
    sandbox.push("x", "event_time,city,n\n2020-01-02,B,2\n").succeeded();
    assertThat(sandbox.rows("x")).hasSize(2);
    assertThat(sandbox.run("source", "list", "x", "-o", "csv").outLines()).hasSize(2);
  }

  @Test
  void BAD14_disablingWhatIsNotThereOrDisabledAlready() {
    long before = sandbox.blockCount("x");
    sandbox
        .run("source", "disable", "x", "nope")
        .refused()
        .says("Source 'nope' not found", "default");
    assertThat(sandbox.blockCount("x")).isEqualTo(before);
    sandbox
        .run("source", "disable", "x", "default")
        .succeeded()
        .says("kamu 0.265 cannot read", "Disabled source: default", "no active push source");
    sandbox.run("source", "disable", "x", "default").succeeded().says("already disabled");
    assertThat(sandbox.blockCount("x")).isEqualTo(before + 1);
    assertThat(sandbox.run("log", "x", "--limit", "1").out()).contains("Kind: DisablePushSource");
    sandbox.push("x", row(1, "A", 1)).refused().says("no active push source");
    sandbox.run("verify", "x").succeeded();
  }

  @Test
  void aPollingSourceMakesRoomForAPushSource() {
    String shown = sandbox.run("source", "show", "x").succeeded().out();
    sandbox.run("source", "disable", "x", "--polling").succeeded().says("no active polling source");
    sandbox.run("source", "disable", "x").refused().says("Specify a push source or pass --polling");
    sandbox.run("source", "disable", "x", "default").succeeded();
    ReadStep read = new ReadStep.NdJson(null, null, null, null, null);
    PollingSource.FetchStep fetch = new PollingSource.FetchStep.Url("http://a", null, false, null);
    MergeStrategy merge = new MergeStrategy.Append();
    PollingSource source = new PollingSource(fetch, null, read, null, merge);
    Chains.commit(sandbox, "x", new MetadataEvent.SetPollingSource(source));
    assertThat(sandbox.run("source", "list", "x", "-o", "csv").outLines())
        .contains("(polling),Not run,NdJson,Append,,");
    sandbox
        .pipe(shown, "source", "add", "x", "--stdin")
        .refused()
        .says("Cannot add a push source while polling source is still active");
    sandbox
        .run("source", "disable", "x", "--polling")
        .succeeded()
        .says("DisablePollingSource", "Disabled source: the polling one");
    sandbox.pipe(shown, "source", "add", "x", "--stdin").succeeded();
    sandbox.push("x", row(1, "A", 1)).succeeded().says("updated");
    sandbox.run("verify", "x").succeeded();
  }

  @Test
  void B30_aDisabledSourceCanBeEnabledAgain() {
    sandbox.push("x", row(1, "A", 1)).succeeded();
    String shown = sandbox.run("source", "show", "x").succeeded().out();
    sandbox.run("source", "disable", "x", "default").succeeded();
    sandbox.run("source", "show", "x").succeeded().says("is disabled");
    sandbox
        .pipe(shown, "source", "add", "x", "--stdin")
        .succeeded()
        .says("Enabled source: default");
    sandbox.push("x", row(1, "A", 1)).succeeded().says("up-to-date");
    sandbox.push("x", row(2, "A", 1)).succeeded().says("updated");
  }

  @Test
  void BAD12_aSourceWithOtherColumnsIsRefusedBeforeTheFirstPushToo() {
    add("b", Samples.ndjson("event_time TIMESTAMP!", "city INT64!", "n INT64!"), KEY)
        .refused()
        .says("'b'", "'default'", "column 'city' is Int64", "String", "STDIN:3:");
    sandbox.push("x", row(1, "A", 1)).succeeded();
    add("b", Samples.ndjson("event_time TIMESTAMP!", "city INT64!", "n INT64!"), KEY)
        .refused()
        .says("'b'", "the dataset", "column 'city' is Int64", "String");
    add("b", Samples.ndjson("event_time TIMESTAMP!", "city STRING!"), KEY)
        .refused()
        .says("no column 'n'");
    assertThat(sandbox.run("source", "list", "x", "-o", "csv").outLines()).hasSize(2);
  }

  @Test
  void columnsAreAddedOnlyWhenAskedForAndOnlyOptionalOnes() {
    sandbox.push("x", row(1, "A", 1)).succeeded();
    String wide = Samples.ndjson("event_time TIMESTAMP!", "city STRING!", "n INT64!", "url STRING");
    String must = wide.replace("{kind: Option, inner: String}", "String");
    add("default", wide, KEY).refused().says("'url'", "--add-columns");
    add("default", must, KEY, "--add-columns").refused().says("'url' is required, only optional");
    long before = sandbox.blockCount("x");
    add("default", wide, KEY, "--add-columns", "--dry-run")
        .succeeded()
        .says("Added column(s): url", "Nothing was written");
    assertThat(sandbox.blockCount("x")).isEqualTo(before);
    add("default", wide, KEY, "--add-columns").succeeded().says("Added column(s): url");
    assertThat(sandbox.blockCount("x")).isEqualTo(before + 2);
    sandbox
        .push(
            "x",
            row(2, "B", 2)
                + "{\"event_time\": \"2020-01-03\", \"city\": \"C\", \"n\": 3, \"url\": \"u\"}\n")
        .succeeded();
    assertThat(sandbox.header("x")).isEqualTo("offset,op,system_time,event_time,city,n,url");
    assertThat(sandbox.rows("x").getFirst()).endsWith(",A,1,");
    assertThat(sandbox.rows("x").getLast()).endsWith(",C,3,u");
    sandbox.run("verify", "x").succeeded();
  }

  @Test
  void anOldSourceStillFitsADatasetThatGrew() {
    sandbox.push("x", row(1, "A", 1)).succeeded();
    String wide = Samples.ndjson("event_time TIMESTAMP!", "city STRING!", "n INT64!", "url STRING");
    add("wide", wide, KEY, "--add-columns").succeeded();
    sandbox.push("x", row(2, "A", 1), "--source-name", "default").succeeded();
    add("narrow", Samples.csv(COLUMNS), KEY).succeeded();
    assertThat(sandbox.rows("x")).hasSize(2);
  }

  @Test
  void aSchemaInTheFileAddsColumnsToo() {
    sandbox.push("x", row(1, "A", 1)).succeeded();
    String schema =
        "kind: SetDataSchema\nschema: {fields: [{name: offset, type: Int64}, {name: op, type: Int32},"
            + " {name: system_time, type: Timestamp}, {name: event_time, type: Timestamp},"
            + " {name: city, type: String}, {name: n, type: Int64}, {name: url, type: %s}]}\n---\n";
    String wide = Samples.ndjson("event_time TIMESTAMP!", "city STRING!", "n INT64!", "url STRING");
    String must = schema.formatted("String") + source("default", wide, KEY);
    sandbox.pipe(must, "source", "add", "x", "--stdin").refused().says("'url' is required");
    String may = schema.formatted("{kind: Option, inner: String}") + source("default", wide, KEY);
    sandbox
        .pipe(may, "source", "add", "x", "--stdin")
        .succeeded()
        .says("Added column(s): url", "Changed source: default");
    assertThat(sandbox.schema("x")).contains("OPTIONAL BYTE_ARRAY url (STRING)");
    sandbox.push("x", row(2, "A", 1)).succeeded();
    sandbox.run("verify", "x").succeeded();
  }

  @Test
  void sourcesWithOtherKeysSeeTheSameRows() {
    add("city", Samples.ndjson(COLUMNS), "{kind: Ledger, primaryKey: [city]}").succeeded();
    sandbox.push("x", row(1, "A", 1), "--source-name", "default").succeeded();
    sandbox.push("x", row(2, "A", 1), "--source-name", "city").succeeded().says("up-to-date");
    sandbox.push("x", row(2, "A", 1), "--source-name", "default").succeeded().says("updated");
    sandbox.push("x", row(3, "B", 1), "--source-name", "city").succeeded().says("updated");
    sandbox.push("x", row(3, "B", 1), "--source-name", "default").succeeded().says("up-to-date");
    add("default", Samples.ndjson(COLUMNS), "{kind: Ledger, primaryKey: [n]}").succeeded();
    sandbox.push("x", row(4, "C", 1), "--source-name", "default").succeeded().says("up-to-date");
    sandbox.push("x", row(4, "C", 2), "--source-name", "default").succeeded().says("updated");
    assertThat(sandbox.rows("x")).hasSize(4);
  }

  @Test
  void keyedStrategiesFollowAColumnThatWasAddedAResetAndACompaction() {
    for (String merge : new String[] {"Snapshot", "UpsertStream"}) {
      String name = merge.toLowerCase(java.util.Locale.ROOT);
      String key = "{kind: " + merge + ", primaryKey: [city]}";
      sandbox
          .pipe(
              Samples.dataset(name, Samples.ndjson("city STRING!", "n INT64"), key, null),
              "add",
              "--stdin")
          .succeeded();
      sandbox.push(name, "{\"city\": \"A\", \"n\": 1}\n").succeeded();
      String wide = source("default", Samples.ndjson("city STRING!", "n INT64", "u STRING"), key);
      sandbox.pipe(wide, "source", "add", name, "--stdin", "--add-columns").succeeded();
      String same = "{\"city\": \"A\", \"n\": 1}\n";
      sandbox.push(name, same).succeeded().says("up-to-date");
      String changed = "{\"city\": \"A\", \"n\": 1, \"u\": \"x\"}\n";
      sandbox.push(name, changed).succeeded().says("updated");
      sandbox.push(name, changed).succeeded().says("up-to-date");
      assertThat(sandbox.rows(name)).hasSize(3);
      sandbox.run("-y", "system", "compact", name, "--hard").succeeded();
      sandbox.push(name, changed).succeeded().says("up-to-date");
      sandbox.push(name, same).succeeded().says("updated");
      assertThat(sandbox.rows(name)).hasSize(5);
      String before =
          sandbox.run("log", name, "--limit", "2").outLines().stream()
              .filter(line -> line.startsWith("Block #"))
              .toList()
              .getLast();
      sandbox.run("-y", "reset", name, before.substring(before.indexOf(": ") + 2)).succeeded();
      sandbox.push(name, changed).succeeded().says("up-to-date");
      sandbox.run("verify", name).succeeded();
    }
  }

  @Test
  void aFileMayHaveSeveralDocumentsAllOrNone() {
    String good = source("a", Samples.csv(COLUMNS), KEY);
    String bad = source("b", Samples.csv("city STRING!"), "{kind: Append}");
    sandbox.push("x", row(1, "A", 1)).succeeded();
    String file = sandbox.file("two.yaml", good + "\n---\n" + bad + "\n");
    sandbox.run("source", "add", "x", file).refused().says("two.yaml:", "no column 'n'");
    assertThat(sandbox.run("source", "list", "x", "-o", "csv").outLines()).hasSize(2);
    String wrapped = "kind: MetadataEvent\nversion: 1\ncontent:\n  " + good.replace("\n", "\n  ");
    sandbox.file("two.yaml", wrapped + "\n---\n" + good.replace("sourceName: a", "sourceName: b"));
    sandbox.run("source", "add", "x", file).succeeded().says("Added source: a", "Added source: b");
  }

  @Test
  void whatIsNoPushSourceIsRefusedWithItsPlace() {
    String[][] cases = {
      {"", "No push source found"},
      {"kind: SetInfo\ndescription: d\n", "unknown variant `SetInfo`"},
      {"kind: AddPushSource\nsourceName: a\n", "missing field `read`"},
      {Samples.append(Samples.ndjson(COLUMNS)), "the manifest of a whole dataset"},
      {"kind: MetadataEvent\nversion: 9\ncontent: {}\n", "version '9'"},
      {source("a", Samples.ndjson(COLUMNS), "{kind: Ledger, primaryKey: [town]}"), "'town'"},
      {source("''", Samples.ndjson(COLUMNS), KEY), "cannot be empty"},
      {source("a", Samples.csv(COLUMNS).replace("true", "true, encoding: ebcdic"), KEY), "ebcdic"},
    };
    long before = sandbox.blockCount("x");
    for (String[] one : cases) {
      sandbox.pipe(one[0], "source", "add", "x", "--stdin").refused().says(one[1]);
    }
    sandbox.run("source", "add", "x").refused().says("Specify a file or pass --stdin");
    sandbox.run("source", "add", "x", "missing.yaml").refused().says("No such file");
    assertThat(sandbox.blockCount("x")).isEqualTo(before);
  }

  @Test
  void BAD13_derivativesAndCopiesTakeNoSource() {
    sandbox.pipe(Samples.PLAYER_SCORES, "add", "--stdin").succeeded();
    sandbox.pipe(Samples.LEADERBOARD, "add", "--stdin").succeeded();
    sandbox
        .pipe(source("a", Samples.ndjson(COLUMNS), KEY), "source", "add", "leaderboard", "--stdin")
        .refused()
        .says("only allowed on root datasets");
    String url = "file://" + folder.resolve("there");
    sandbox.run("push", "x", "--to", url).succeeded();
    Sandbox.bare(folder).file("other/empty", "");
    Sandbox other = Sandbox.in(folder.resolve("other"));
    other.run("pull", url, "--as", "x").succeeded();
    other
        .pipe(source("a", Samples.ndjson(COLUMNS), KEY), "source", "add", "x", "--stdin")
        .refused()
        .says("histories to diverge", "there");
    other.run("source", "disable", "x", "default").refused().says("histories to diverge");
  }

  @Test
  void completionKnowsTheSources() {
    add("csv", Samples.csv(COLUMNS), KEY).succeeded();
    assertThat(complete("source ")).containsExactly("list", "show", "add", "disable");
    assertThat(complete("source show x ")).containsExactly("default", "csv");
    assertThat(complete("source disable x c")).containsExactly("csv");
    assertThat(complete("ingest x --source-name ")).containsExactly("default", "csv");
    assertThat(complete("source add x --add")).containsExactly("--add-columns");
  }

  private java.util.List<String> complete(String line) {
    return sandbox.run("complete", "catchwater " + line).succeeded().outLines();
  }

  @Test
  void helpTeachesWithExamples() {
    assertThat(sandbox.run("source", "--help").succeeded().out())
        .contains("Looks at the push sources", "source add", "source disable")
        .doesNotContain("source list list");
    assertThat(sandbox.run("source", "add", "--help").succeeded().out())
        .contains("Examples:", "catchwater source add gps v2.yaml --add-columns");
    sandbox.run("source").misused();
    sandbox.run("source", "drop", "x").misused().says("Unknown command 'source drop'");
  }
}
