package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is said of merges and not yet shown by a case: `facts.txt` names these tests.
class MergeFactsTest {
  private static final String COLUMNS = "\"event_time TIMESTAMP\", \"k BIGINT\", \"v BIGINT\"";
  private static final String READ = "{kind: NdJson, ddlSchema: [" + COLUMNS + "]}";
  private static final String WITH_OP = "{kind: NdJson, ddlSchema: [\"op INT\", " + COLUMNS + "]}";

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
  }

  private void add(String read, String merge, String... sources) {
    StringBuilder manifest = new StringBuilder(Samples.dataset("x", read, merge, null));
    for (String source : sources) {
      manifest.append("    - {kind: AddPushSource, ").append(source).append("}\n");
    }
    sandbox.pipe(manifest.toString(), "add", "--stdin").succeeded();
  }

  private static String row(int key, int value) {
    return "{\"k\": " + key + ", \"v\": " + value + "}\n";
  }

  private static String row(int operation, int key, int value) {
    return "{\"op\": " + operation + ", \"k\": " + key + ", \"v\": " + value + "}\n";
  }

  /// Operation type and data of the rows from an offset on.
  private List<String> rowsFrom(int offset) {
    return sandbox.rowsFrom("x", offset).stream()
        .map(row -> row.split(",", 5))
        .map(parts -> parts[1] + " " + parts[4])
        .toList();
  }

  @Test
  void aLedgerKnowsAKeyWhateverItsOperation() {
    add(
        READ,
        "{kind: Ledger, primaryKey: [k]}",
        "sourceName: log, read: " + WITH_OP + ", merge: {kind: ChangelogStream, primaryKey: [k]}");
    sandbox
        .push("x", row(0, 1, 1) + row(1, 1, 1) + row(3, 2, 2), "--source-name", "log")
        .succeeded();
    sandbox
        .push("x", row(1, 1) + row(2, 2) + row(3, 3), "--source-name", "default")
        .succeeded()
        .says("1 added", "2 duplicate");
    assertThat(rowsFrom(3)).containsExactly("0 3,3");
  }

  @Test
  void anEventTimeMakesADifferenceOnlyWhereOneIsPushed() {
    for (String strategy : List.of("Snapshot", "UpsertStream")) {
      String name = strategy.toLowerCase(java.util.Locale.ROOT);
      sandbox
          .pipe(
              Samples.dataset(name, READ, "{kind: " + strategy + ", primaryKey: [k]}", null),
              "add",
              "--stdin")
          .succeeded();
      String timed = "{\"event_time\": \"2020-01-0%d\", \"k\": 1, \"v\": 1}\n";
      sandbox.push(name, timed.formatted(1)).succeeded().says("1 added");
      sandbox.push(name, row(1, 1)).succeeded().says("Dataset up-to-date");
      sandbox.push(name, timed.formatted(2)).succeeded().says("1 corrected");
      assertThat(sandbox.rowsFrom(name, 1).stream().map(line -> line.split(",", 5)[3]))
          .containsExactly("2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z");
    }
  }

  @Test
  void aPushHasOneSystemTimeAndALateOneKeepsTheWatermark() {
    add(READ, "{kind: Append}");
    String rows = "{\"event_time\": \"2020-01-0%d\", \"k\": 1, \"v\": 1}\n{\"k\": 2, \"v\": 2}\n";
    sandbox.at("2060-01-01T00:00:00Z");
    sandbox.push("x", rows.formatted(3), "--event-time", "2020-01-02T00:00:00Z").succeeded();
    assertThat(sandbox.watermark("x")).isEqualTo("2020-01-03T00:00:00Z");
    sandbox.at("2060-01-02T00:00:00Z");
    sandbox.push("x", rows.formatted(1), "--event-time", "2019-01-02T00:00:00Z").succeeded();
    assertThat(sandbox.watermark("x")).isEqualTo("2020-01-03T00:00:00Z");
    assertThat(sandbox.rows("x").stream().map(row -> row.split(",", 5)[2]))
        .containsExactly(
            "2060-01-01T00:00:00Z",
            "2060-01-01T00:00:00Z",
            "2060-01-02T00:00:00Z",
            "2060-01-02T00:00:00Z");
    assertThat(rowsFrom(0)).containsExactly("0 2,2", "0 1,1", "0 2,2", "0 1,1");
  }

  @Test
  void aPushOfNothingIntoASourceWithoutSchemaIsSkipped() {
    for (String merge :
        List.of(
            "{kind: Append}",
            "{kind: Ledger, primaryKey: [k]}",
            "{kind: UpsertStream, primaryKey: [k]}")) {
      String name = merge.substring(7, 11).strip().toLowerCase(java.util.Locale.ROOT) + "-x";
      sandbox
          .pipe(Samples.dataset(name, "{kind: NdJson}", merge, null), "add", "--stdin")
          .succeeded();
      long blocks = sandbox.blockCount(name);
      sandbox.push(name, "").succeeded().says("Dataset up-to-date");
      assertThat(sandbox.blockCount(name)).isEqualTo(blocks);
    }
  }

  @Test
  void systemColumnsStandInFrontAndAreRequired() {
    add(READ, "{kind: Append}");
    sandbox.push("x", row(1, 1)).succeeded();
    assertThat(sandbox.schema("x"))
        .contains(
            """
            REQUIRED INT64 offset;
              REQUIRED INT32 op;
              REQUIRED INT64 system_time (TIMESTAMP(MILLIS,true));
              REQUIRED INT64 event_time (TIMESTAMP(MILLIS,true));
              OPTIONAL INT64 k;
              OPTIONAL INT64 v;
            """);
  }

  @Test
  void anEmptyKeyOrComparisonIsRefusedWhenTheSourceIsAdded() {
    for (String merge :
        List.of(
            "{kind: Ledger, primaryKey: []}",
            "{kind: Snapshot, primaryKey: []}",
            "{kind: UpsertStream, primaryKey: []}",
            "{kind: ChangelogStream, primaryKey: []}",
            "{kind: Snapshot, primaryKey: [k], compareColumns: []}",
            "{kind: Snapshot, primaryKey: [k], compareColumns: [none]}",
            "{kind: UpsertStream, primaryKey: [none]}",
            "{kind: ChangelogStream, primaryKey: [none]}")) {
      Outcome outcome =
          sandbox
              .pipe(
                  Samples.dataset("x", merge.contains("Stream") ? WITH_OP : READ, merge, null),
                  "add",
                  "--stdin")
              .refused();
      outcome.says(merge.contains("none") ? "none" : "empty");
    }
    assertThat(sandbox.datasets()).isEmpty();
  }

  @Test
  void aRetractionStoresTheOldValues() {
    add(WITH_OP, "{kind: UpsertStream, primaryKey: [k]}");
    sandbox.push("x", row(0, 1, 5)).succeeded();
    sandbox.push("x", row(1, 1, 99) + row(1, 2, 7)).succeeded().says("1 retracted", "1 ignored");
    assertThat(rowsFrom(1)).containsExactly("1 1,5");
  }

  @Test
  void aBatchOfAChangelogEndsBetweenPairs() {
    add(WITH_OP, "{kind: ChangelogStream, primaryKey: [k]}");
    String pairs = "";
    for (int n = 0; n < 7; n++) {
      pairs += row(2, n, 1) + row(3, n, 2);
    }
    for (int rows = 1; rows < 8; rows++) {
      String name = "b" + rows;
      String merge = "{kind: ChangelogStream, primaryKey: [k]}";
      sandbox.pipe(Samples.dataset(name, WITH_OP, merge, null), "add", "--stdin").succeeded();
      sandbox
          .push(name, row(0, 9, 1) + pairs, "--batch-rows", Integer.toString(rows))
          .succeeded()
          .says("1 added, 7 corrected");
      assertThat(sandbox.rows(name)).as(name).hasSize(15);
      sandbox.run("verify", name).succeeded();
    }
    // The other half of a pair may stand behind rows of other keys.
    String mixed = row(0, 1, 1) + row(2, 2, 1) + row(0, 3, 1) + row(3, 2, 2) + row(0, 4, 1);
    sandbox.push("x", mixed, "--batch-rows", "3").succeeded().says("commits 2", "1 corrected");
    assertThat(rowsFrom(0)).containsExactly("0 1,1", "2 2,1", "3 2,2", "0 3,1", "0 4,1");
    sandbox
        .push("x", row(0, 5, 1) + row(2, 6, 1), "--batch-rows", "2")
        .refused()
        .says("without a correct-to", "the batches before it stay: 1 rows", "from row 2 on");
  }
}
