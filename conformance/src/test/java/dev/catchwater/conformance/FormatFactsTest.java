package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.PollingSource;
import dev.catchwater.odf.source.ReadStep;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is said of formats and not yet shown by a case: `facts.txt` names these tests.
class FormatFactsTest {
  private static final Path RESOURCES =
      Path.of("../ingest/src/test/resources").toAbsolutePath().normalize();

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
  }

  private void add(String read) {
    add("x", read, "{kind: Append}");
  }

  private void add(String name, String read, String merge) {
    sandbox.pipe(Samples.dataset(name, read, merge, null), "add", "--stdin").succeeded();
  }

  private List<String> values(String dataset) {
    return sandbox.rows(dataset).stream().map(row -> row.split(",", 5)[4]).toList();
  }

  private List<String> eventTimes(String dataset) {
    return sandbox.rows(dataset).stream().map(row -> row.split(",", 5)[3]).toList();
  }

  @Test
  void timesComeInEveryFormAndNoOther() {
    String[][] forms = {
      {"2020-01-02", "2020-01-02T00:00:00Z"},
      {"2020-01-02T03:04:05", "2020-01-02T03:04:05Z"},
      {"2020-01-02 03:04:05", "2020-01-02T03:04:05Z"},
      {"2020-01-02T03:04:05.6", "2020-01-02T03:04:05.600Z"},
      {"2020-01-02 03:04:05.6789", "2020-01-02T03:04:05.678Z"},
      {"2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"},
      {"2020-01-02T03:04:05+01:30", "2020-01-02T01:34:05Z"},
      {"2020-01-02T03:04:05-01:00", "2020-01-02T04:04:05Z"},
      {"2020-01-02 03:04:05 -08", "2020-01-02T11:04:05Z"},
    };
    add(Samples.ndjson("t TIMESTAMP"));
    add("c", Samples.bareCsv("t TIMESTAMP"), "{kind: Append}");
    StringBuilder json = new StringBuilder();
    StringBuilder csv = new StringBuilder();
    for (String[] form : forms) {
      json.append("{\"t\": \"").append(form[0]).append("\"}\n");
      csv.append(form[0]).append('\n');
    }
    sandbox.push("x", json.toString()).succeeded();
    sandbox.push("c", csv.toString()).succeeded();
    List<String> wanted = List.of(forms).stream().map(form -> form[1]).toList();
    assertThat(values("x")).isEqualTo(wanted);
    assertThat(values("c")).isEqualTo(wanted);
    for (String other :
        new String[] {"01/02/2020", "01-02-2020", "Jan 2 2020", "2020-01-02 03:04:05 PM"}) {
      sandbox.push("x", "{\"t\": \"" + other + "\"}\n").refused().says("line 1", "\"t\"", other);
      sandbox.push("c", other + "\n").refused().says("line 1", "\"t\"", other);
    }
  }

  @Test
  void datesComeInFourForms() {
    add(Samples.bareCsv("d DATE"));
    sandbox.push("x", "2020-01-02\n2020-1-2\n20200102\n2020-01-02T03:04:05Z\n").succeeded();
    assertThat(values("x")).hasSize(4).allMatch("2020-01-02"::equals);
    sandbox.push("x", "02.01.2020\n").refused().says("line 1", "\"d\"");
  }

  @Test
  void eachFileIsABlockOfOneCommandAndABadOneLeavesNothingBehind() {
    add(Samples.ndjson("n INT64"));
    String one = sandbox.file("1.ndjson", "{\"n\": 1}\n");
    String two = sandbox.file("2.ndjson", "{\"n\": 2}\n{\"n\": 3}\n");
    String bad = sandbox.file("3.ndjson", "{\"n\": 4}\n{\"n\": }\n");
    Map<String, Long> before = sandbox.files(sandbox.dataset("x"));
    sandbox.run("ingest", "x", one, two, bad).refused().says("3.ndjson:2:7");
    assertThat(sandbox.files(sandbox.dataset("x"))).isEqualTo(before);
    long blocks = sandbox.blockCount("x");
    sandbox.run("ingest", "x", one, two).succeeded().says("Dataset updated", "3 added");
    // The schema of the first push is a block too.
    assertThat(sandbox.blockCount("x")).isEqualTo(blocks + 3);
    assertThat(sandbox.run("inspect", "slices", "x", "-o", "csv").outLines()).hasSize(3);
    assertThat(sandbox.rows("x").stream().map(row -> row.split(",", 2)[0]))
        .containsExactly("0", "1", "2");
  }

  @Test
  void whereNothingCanBePushedItIsSaid() {
    sandbox.pipe(Samples.PLAYER_SCORES, "add", "--stdin").succeeded();
    sandbox.pipe(Samples.LEADERBOARD, "add", "--stdin").succeeded();
    sandbox
        .push("leaderboard", "{}\n")
        .refused()
        .says("Error: Ingesting data available for root datasets only");
    sandbox.push("player-score", "{}\n").refused().says("Error: Dataset not found: player-score");
    add("polled", Samples.ndjson(), "{kind: Append}");
    sandbox.run("source", "disable", "polled", "default").succeeded();
    PollingSource polling =
        new PollingSource(
            new PollingSource.FetchStep.Url("http://a", null, false, null),
            null,
            new ReadStep.NdJson(null, null, null, null, null),
            null,
            new MergeStrategy.Append());
    Chains.commit(sandbox, "polled", new MetadataEvent.SetPollingSource(polling));
    sandbox
        .push("polled", "{}\n", "--source-name", "default")
        .refused()
        .says("Expected a named push source, but found polling source");
    String bare =
        "kind: DatasetSnapshot\nversion: 1\ncontent: {name: bare, kind: Root, metadata: []}\n";
    sandbox.pipe(bare, "add", "--stdin").succeeded();
    sandbox
        .push("bare", "{}\n")
        .refused()
        .says("Dataset does not define a default push source, consider specifying the source name");
    sandbox.run("ingest", "player-scores", "https://exa mple/x").refused().says("Is no address");
  }

  @Test
  void featuresBecomeTheirPropertiesAndTheGeometryAsText() {
    String feature =
        "{\"type\":\"Feature\",\"properties\":{\"name\":\"A\",\"area\":1.5},"
            + "\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}}";
    add("{kind: GeoJson}");
    add("y", "{kind: NdGeoJson}", "{kind: Append}");
    String document = "{\"type\":\"FeatureCollection\",\"features\":[" + feature + "]}";
    sandbox.run("ingest", "x", sandbox.file("a.geojson", document)).succeeded();
    sandbox.push("x", document).succeeded();
    sandbox.run("ingest", "y", sandbox.file("a.ndgeojson", feature + "\n")).succeeded();
    sandbox.push("y", feature).succeeded();
    for (String dataset : List.of("x", "y")) {
      assertThat(sandbox.header(dataset))
          .isEqualTo("offset,op,system_time,event_time,area,geometry,name");
      assertThat(sandbox.run("tail", dataset, "-o", "ndjson").succeeded().outLines())
          .hasSize(2)
          .allMatch(row ->
              row.endsWith(
                  "\"area\":1.5,\"geometry\":\"{\\\"coordinates\\\":[1,2],"
                      + "\\\"type\\\":\\\"Point\\\"}\",\"name\":\"A\"}"));
    }
  }

  @Test
  void aShapefileIsPickedBySubPath() {
    add("{kind: EsriShapefile, subPath: second.shp}");
    sandbox.run("ingest", "x", RESOURCES.resolve("shapes/two.zip").toString()).succeeded();
    assertThat(sandbox.rows("x")).isNotEmpty();
    add("y", "{kind: EsriShapefile, subPath: third.shp}", "{kind: Append}");
    sandbox
        .run("ingest", "y", RESOURCES.resolve("shapes/two.zip").toString())
        .refused()
        .says("Sub-path not found: third.shp");
  }

  @Test
  void parquetColumnsGoByNameAndIntoTheDeclaredTypes() {
    add(Samples.ndjson("a STRING", "n INT32", "more BOOL"));
    sandbox.push("x", "{\"a\": \"A\", \"n\": 1, \"more\": true}\n{\"a\": \"B\"}\n").succeeded();
    sandbox
        .run("sql", "-c", "SELECT more, n, a FROM x", "-o", "parquet", "--output-path", "x.parquet")
        .succeeded();
    add(
        "y",
        "{kind: Parquet" + Samples.fields("a STRING!", "n INT64", "t DATE") + "}",
        "{kind: Append}");
    sandbox.run("ingest", "y", "x.parquet").succeeded().says("more (2)");
    assertThat(sandbox.schema("y")).contains("REQUIRED BYTE_ARRAY a (STRING)", "OPTIONAL INT64 n;");
    assertThat(values("y")).containsExactly("A,1,", "B,,");
  }

  @Test
  void anEventTimeThatIsNoTimeIsRefused() {
    add("{kind: Csv, header: true}");
    sandbox.push("x", "event_time,n\n2020-01-01,1\n").succeeded();
    assertThat(eventTimes("x")).containsExactly("2020-01-01T00:00:00Z");
    add("y", "{kind: NdJson}", "{kind: Append}");
    sandbox.push("y", "{\"event_time\": true}\n").refused().says("event_time");
    sandbox.push("y", "{\"event_time\": \"soon\"}\n").refused().says("event_time", "soon");
    String step = "{kind: NdJson, ddlSchema: [\"t TIMESTAMP\", \"n BIGINT\"]}";
    String sql =
        "{kind: Sql, engine: datafusion, query: \"SELECT n, CAST(t AS VARCHAR) AS event_time"
            + " FROM input\"}";
    sandbox
        .pipe(
            Samples.dataset("z", step + "\n      preprocess: " + sql, "{kind: Append}", null),
            "add",
            "--stdin")
        .succeeded();
    sandbox
        .push("z", "{\"t\": \"2020-01-01\", \"n\": 1}\n")
        .refused()
        .says(
            "Bad input schema: Event time column 'event_time' should be either Date or Timestamp,"
                + " but found: ");
  }

  @Test
  void aRequiredEventTimeTakesNoNull() {
    add(Samples.ndjson("event_time TIMESTAMP!", "n INT64"));
    String later = "2030-01-01T00:00:00Z";
    sandbox
        .push("x", "{\"event_time\": null, \"n\": 1}\n", "--event-time", later)
        .refused()
        .says("line 1", "event_time");
    sandbox.push("x", "{\"n\": 1}\n").refused().says("line 1", "event_time");
    add("y", Samples.ndjson("n INT64"), "{kind: Append}");
    sandbox.push("y", "{\"n\": 1}\n{\"n\": 2}\n", "--event-time", later).succeeded();
    assertThat(eventTimes("y")).containsExactly(later, later);
  }

  @Test
  void typesAreInferredFromTheFirstThousandRows() {
    add(Samples.ndjson());
    StringBuilder rows = new StringBuilder("{\"z\": 1, \"m\": 1, \"a\": {\"b\": [1]}}\n");
    rows.append("{\"z\": 1.5, \"m\": \"text\", \"a\": null}\n");
    for (int n = 2; n < 1000; n++) {
      rows.append("{\"z\": ").append(n).append(", \"m\": true}\n");
    }
    sandbox.push("x", rows + "{\"z\": 7, \"m\": 5, \"late\": 1}\n").succeeded().says("late (1)");
    assertThat(sandbox.schema("x"))
        .contains(
            "OPTIONAL BYTE_ARRAY a (STRING);\n  OPTIONAL BYTE_ARRAY m (STRING);\n  OPTIONAL DOUBLE z;");
    assertThat(sandbox.rowsFrom("x", 1000)).allMatch(row -> row.endsWith(",,5,7.0"));
    add("y", "{kind: NdJson}", "{kind: Append}");
    sandbox.push("y", "{\"a\": 1}\n{\"a\": {\"b\": 1}}\n").refused().says("row 2", "\"a\"");
    sandbox
        .push("y", "{\"a\": 1}\n".repeat(1000) + "{\"a\": 1.9}\n")
        .refused()
        .says("line 1001", "\"a\"", "1.9");
    assertThat(sandbox.rows("y")).isEmpty();
  }

  @Test
  void refusalsBeginAsKamusDo() {
    add(Samples.ndjson("n INT64"));
    String file = sandbox.file("a.ndjson", "{\"n\": 1}\n{\"n\" 2}\n");
    sandbox.run("ingest", "x", file).refused().says("a.ndjson:2:6: Json error: ");
    add("c", Samples.csv("a STRING", "n INT64", "b STRING"), "{kind: Append}");
    String csv = sandbox.file("a.csv", "a,n,b\nA,1,x\nB,2\n");
    sandbox
        .run("ingest", "c", csv)
        .refused()
        .says("a.csv:3", "Csv error: incorrect number of fields for line 3, expected 3 got 2");
    sandbox.push("c", "a,n,b\nA,many,x\n").refused().says("line 2", "\"n\"", "Int64", "many");
    add("j", "{kind: Json}", "{kind: Append}");
    sandbox.push("j", "5").refused().says("Sub-path does not specify an array: .");
    add("s", "{kind: Json, subPath: a.b}", "{kind: Append}");
    sandbox.push("s", "{\"a\": {}}").refused().says("Sub-path not found: a.b");
    sandbox.push("s", "{\"a\": {\"b\": 1}}").refused().says("does not specify an array: a.b");
  }

  @Test
  void quotesOfACsvCanBeTurnedOff() {
    add(
        "{kind: Csv, quote: \"\\x01\", separator: \"\\t\""
            + Samples.fields("a STRING", "b STRING")
            + "}");
    sandbox.push("x", "say \"hi\"\t\"b\n").succeeded();
    assertThat(sandbox.run("tail", "x", "-o", "ndjson").succeeded().out())
        .contains("\"a\":\"say \\\"hi\\\"\",\"b\":\"\\\"b\"");
  }

  @Test
  void aListOfStructsIsRefusedWhereDeclaredAndTextWhereInferred() {
    String read =
        "{kind: NdJson, schema: {fields: [{name: items, type: {kind: List, itemType: {kind: Struct,"
            + " fields: [{name: a, type: Int64}]}}}]}}";
    sandbox
        .pipe(Samples.dataset("x", read, "{kind: Append}", null), "add", "--stdin")
        .refused()
        .says("items");
    add("y", "{kind: NdJson}", "{kind: Append}");
    sandbox.push("y", "{\"items\": [{\"a\": 1}]}\n").succeeded();
    assertThat(sandbox.run("tail", "y", "-o", "ndjson").succeeded().out())
        .contains("\"items\":\"[{\\\"a\\\":1}]\"");
  }

  @Test
  void rowsArePreparedBySqlBeforeTheyAreMerged() {
    String read = "{kind: NdJson, ddlSchema: [\"t STRING\", \"city STRING\", \"n STRING\"]}";
    String manifest =
        """
        kind: DatasetSnapshot
        version: 1
        content:
          name: x
          kind: Root
          metadata:
            - kind: AddPushSource
              sourceName: default
              read: %s
              preprocess:
                kind: Sql
                engine: datafusion
                queries:
                  - alias: typed
                    query: SELECT to_timestamp_seconds(CAST(t AS BIGINT)) AS event_time, city, n FROM input
                  - query: SELECT event_time, upper(city) AS city, CAST(n AS BIGINT) * 2 AS n FROM typed WHERE n <> '0'
              merge: {kind: Ledger, primaryKey: [city]}
        """
            .formatted(read);
    sandbox.pipe(manifest, "add", "--stdin").succeeded();
    String rows =
        """
        {"t": "5", "city": "a", "n": "1"}
        {"t": "6", "city": "b", "n": "0"}
        {"t": "7", "city": "c", "n": "3"}
        """;
    sandbox.push("x", rows).succeeded().says("2 added");
    sandbox.push("x", rows).succeeded().says("Dataset up-to-date", "2 duplicate");
    assertThat(sandbox.rows("x").stream().map(row -> row.split(",", 4)[3]))
        .containsExactly("1970-01-01T00:00:05Z,A,2", "1970-01-01T00:00:07Z,C,6");
    assertThat(sandbox.run("inspect", "query", "x").succeeded().out()).isEmpty();
    sandbox
        .pipe(
            manifest.replace("name: x", "name: y").replace("datafusion", "spark"), "add", "--stdin")
        .refused()
        .says("spark");
  }

  @Test
  void columnsOfASourceWithoutSchemaKeepTheirTypesInEveryFormat() {
    add("{kind: Parquet}");
    parquet("one.parquet", "SELECT CAST(1.5 AS DOUBLE) AS v, 7 AS w, 'x' AS s");
    parquet("two.parquet", "SELECT 2 AS v, CAST(8 AS BIGINT) AS w, 5 AS s");
    parquet("bad.parquet", "SELECT 'many' AS v, CAST(5000000000 AS BIGINT) AS w, 'x' AS s");
    parquet("new.parquet", "SELECT 2 AS v, 1 AS more");
    sandbox.run("ingest", "x", "one.parquet").succeeded();
    sandbox.run("ingest", "x", "two.parquet").succeeded();
    sandbox.run("ingest", "x", "bad.parquet").refused().says("bad.parquet", "row 1", "\"v\"");
    sandbox.run("ingest", "x", "new.parquet").refused().says("Incompatible schema", "`more`");
    assertThat(values("x")).containsExactly("1.5,7,x", "2.0,8,5");
    String feature = "{\"type\": \"Feature\", \"properties\": {\"v\": %s}, \"geometry\": null}\n";
    add("y", "{kind: NdGeoJson}", "{kind: Append}");
    sandbox.push("y", feature.formatted("1.5")).succeeded();
    sandbox.push("y", feature.formatted("2")).succeeded();
    sandbox.push("y", feature.formatted("null")).succeeded();
    sandbox.push("y", feature.formatted("\"many\"")).refused().says("line 1", "\"v\"", "many");
    String document =
        "{\"type\": \"FeatureCollection\", \"features\": [" + feature.formatted("3") + "]}";
    sandbox.push("y", document, "--input-format", "geojson").succeeded();
    assertThat(values("y")).containsExactly(",1.5", ",2.0", ",", ",3.0");
  }

  private void parquet(String file, String statement) {
    sandbox.run("sql", "-c", statement, "-o", "parquet", "--output-path", file).succeeded();
  }
}
