package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows that can be read and not be merged are named by file, line and field like those that cannot
/// be read: all of them, whatever the format.
class PlacesTest {
  private static final String COLUMNS = ", ddlSchema: [\"op INT\", \"k BIGINT\", \"v STRING\"]}";
  private static final String UPSERT = "{kind: UpsertStream, primaryKey: [k]}";
  private static final String CHANGELOG = "{kind: ChangelogStream, primaryKey: [k]}";
  private static final String SNAPSHOT = "{kind: Snapshot, primaryKey: [k]}";
  private static final String LEDGER = "{kind: Ledger, primaryKey: [k, v]}";

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
  }

  private void add(String name, String read, String merge) {
    String columns = merge.contains("Stream") ? COLUMNS : COLUMNS.replace("\"op INT\", ", "");
    sandbox.pipe(Samples.dataset(name, read + columns, merge, null), "add", "--stdin").succeeded();
  }

  private Outcome refused(String dataset, String file, String text, String... options) {
    String[] words = new String[3 + options.length];
    words[0] = "ingest";
    words[1] = dataset;
    words[2] = sandbox.file(file, text);
    System.arraycopy(options, 0, words, 3, options.length);
    Outcome outcome = sandbox.run(words).refused();
    assertThat(sandbox.rows(dataset)).isEmpty();
    return outcome;
  }

  @Test
  void BAD42_badOperationsAreNamedByTheirPlaces() {
    add("x", "{kind: NdJson", CHANGELOG);
    refused("x", "a.ndjson", "\n{\"op\": 0, \"k\": 1}\n\n\n{\"op\": 7, \"k\": 1}\n{\"k\": 2}\n")
        .says(
            "2 rows cannot be taken, nothing is written",
            "a.ndjson:5, field \"op\": 7 is no operation type",
            "a.ndjson:6, field \"op\": An operation type is required, but it is null");
    refused("x", "b.ndjson", "{\"op\": 7, \"k\": 1}\n".repeat(1000))
        .says("the first 10 and 990 more", "b.ndjson:1,", "b.ndjson:10,")
        .doesNotSay("b.ndjson:11,");
  }

  @Test
  void BAD42_linesAreThoseOfEachFormat() {
    add("csv", "{kind: Csv, header: true", UPSERT);
    refused("csv", "a.csv", "op,k,v\n0,1,\"two\nlines\"\n\n0,2,\"three\n\nlines\"\n9,3,x\n")
        .says("a.csv:8, field \"op\": 9 is no operation type");
    refused("csv", "b.csv", "op,k,v\n" + "0,1,x\n".repeat(100_000) + "-1,1,\"x\ny\"\n")
        .says("b.csv:100002, field \"op\": -1 is no operation type");
    add("json", "{kind: Json", UPSERT);
    refused("json", "a.json", "[{\"op\": 0, \"k\": 1},\n {\"op\": 0,\n  \"k\": 2},\n {\"op\": 4}]")
        .says("a.json:4, field \"op\": 4 is no operation type");
    add("shape", "{kind: NdGeoJson", UPSERT);
    refused(
            "shape",
            "a.ndgeojson",
            "\n{\"type\": \"Feature\", \"properties\": {\"op\": 5, \"k\": 1}, \"id\": 1}\n")
        .says("a.ndgeojson:2, field \"op\"");
    sandbox
        .run("sql", "-c", "SELECT 8 AS op, 1 AS k", "-o", "parquet", "--output-path", "a.parquet")
        .succeeded();
    sandbox
        .run("ingest", "csv", "a.parquet")
        .refused()
        .says("a.parquet, field \"op\": row 1: 8 is no operation type");
  }

  @Test
  void BAD46_keysThatComeTwiceAreNamedWithBothPlaces() {
    add("x", "{kind: NdJson", SNAPSHOT);
    refused("x", "a.ndjson", "{\"k\": 1}\n{\"k\": 2}\n\n{\"k\": 1}\n{\"k\": 3}\n{\"k\": 2}\n")
        .says(
            "2 rows cannot be taken, nothing is written",
            "a.ndjson:4, field \"k\": Key {\"k\":1} is in the push twice",
            "an ambiguous state: also in line 1",
            "a.ndjson:6, field \"k\": Key {\"k\":2}",
            "also in line 2");
    StringBuilder rows = new StringBuilder();
    for (int half = 0; half < 2; half++) {
      for (int k = 0; k < 40_000; k++) {
        rows.append("{\"k\": ").append(k).append("}\n");
      }
    }
    refused("x", "b.ndjson", rows.toString())
        .says("40000 rows", "the first 10 and 39990 more", "b.ndjson:40001,", "also in line 1 ")
        .says("b.ndjson:40010,", "also in line 10 ")
        .doesNotSay("b.ndjson:40011,");
  }

  @Test
  void BAD45_keysWithoutAValueAreNamedByTheirPlaces() {
    add("x", "{kind: NdJson", LEDGER);
    String rows = "{\"k\": 1, \"v\": \"a\"}\n".repeat(70_000);
    refused("x", "a.ndjson", "{\"k\": 1}\n" + rows + "{\"v\": \"a\"}\n")
        .says(
            "2 rows cannot be taken, nothing is written",
            "a.ndjson:1, field \"v\": Key column v has no value",
            "a.ndjson:70002, field \"k\": Key column k has no value");
    refused("x", "b.ndjson", rows + "{\"v\": \"a\"}\n{\"v\": }\n").says("b.ndjson:70002:7");
  }

  @Test
  void BAD42_aBadBatchIsNamedByTheLinesOfTheWholeInput() {
    add("x", "{kind: NdJson", UPSERT);
    String rows = "{\"op\": 0, \"k\": 1}\n{\"op\": 0, \"k\": 2}\n";
    sandbox
        .push(
            "x",
            rows + rows + "{\"op\": 0, \"k\": 3}\n{\"op\": 7, \"k\": 1}\n",
            "--batch-rows",
            "2")
        .refused()
        .says("line 6, field \"op\": 7 is no operation type", "the batches before it stay: 4 rows");
  }
}
