package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cases of pushing: A40 to A71.
class IngestCasesTest {
  private static final String ST = "2050-01-01T12:00:00Z";
  private static final String SYSTEM_FIELDS =
      """
      {name: offset, type: Int64}, {name: op, type: Int32}, {name: system_time, type: Timestamp}\
      """;

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder).at(ST);
  }

  private void add(String manifest) {
    sandbox.pipe(manifest, "add", "--stdin").succeeded();
  }

  private void push(String rows, String... options) {
    sandbox.push("population", rows, options).succeeded().says("Dataset updated");
  }

  private void pushNothingNew(String rows) {
    sandbox.push("population", rows).succeeded().says("Dataset up-to-date");
  }

  @Test
  void A40_A51_aCsvLedgerTakesWhatIsNewAndLate() {
    add(Samples.CSV_LEDGER);
    push("date,city,population\n2020-01-01,A,1000\n2020-01-01,B,2000\n2020-01-01,C,3000\n");
    assertThat(sandbox.rows("population"))
        .containsExactly(
            "0,0," + ST + ",2020-01-01T00:00:00Z,A,1000",
            "1,0," + ST + ",2020-01-01T00:00:00Z,B,2000",
            "2,0," + ST + ",2020-01-01T00:00:00Z,C,3000");
    assertThat(sandbox.watermark("population")).isEqualTo("2020-01-01T00:00:00Z");
    push("date,city,population\n2020-01-01,B,2000\n2020-01-01,C,3000\n2021-01-01,C,4000\n");
    assertThat(sandbox.rowsFrom("population", 3))
        .containsExactly("3,0," + ST + ",2021-01-01T00:00:00Z,C,4000");
    assertThat(sandbox.watermark("population")).isEqualTo("2021-01-01T00:00:00Z");

    String late = "date,city,population\n2020-01-01,D,4000\n";
    push(late);
    assertThat(sandbox.rowsFrom("population", 4))
        .containsExactly("4,0," + ST + ",2020-01-01T00:00:00Z,D,4000");
    assertThat(sandbox.watermark("population")).isEqualTo("2021-01-01T00:00:00Z");
    pushNothingNew(late);
    pushNothingNew("");
    assertThat(sandbox.rows("population")).hasSize(5);
  }

  @Test
  void A41_anotherFormatThanTheSourcesIsTranslated() {
    add(Samples.NDJSON_LEDGER);
    push("2020-01-01,A,1000\n", "--input-format", "csv");
    String schema = sandbox.schema("population");
    assertThat(schema).contains("REQUIRED INT64 date").doesNotContain("OPTIONAL");
    push("{\"date\": \"2020-01-01\", \"city\": \"B\", \"population\": 2000}\n");
    String json = "[ {\"date\": \"2020-01-01\", \"city\": \"C\", \"population\": 3000} ]";
    push(json, "--input-format", "json");
    assertThat(sandbox.rows("population"))
        .containsExactly(
            "0,0," + ST + ",2020-01-01T00:00:00Z,A,1000",
            "1,0," + ST + ",2020-01-01T00:00:00Z,B,2000",
            "2,0," + ST + ",2020-01-01T00:00:00Z,C,3000");
    assertThat(sandbox.schema("population")).isEqualTo(schema);
  }

  @Test
  void A42_anInferredEventTimeIsCutToMilliseconds() {
    add(Samples.append(Samples.ndjson()));
    sandbox
        .push("x", "{\"event_time\": \"2020-01-02T01:02:03.123456789Z\", \"foo\": \"bar\"}\n")
        .succeeded();
    assertThat(sandbox.rows("x")).containsExactly("0,0," + ST + ",2020-01-02T01:02:03.123Z,bar");
    assertThat(sandbox.schema("x")).contains("OPTIONAL BYTE_ARRAY foo (STRING)");
  }

  @Test
  void A43_aNumberInAnInferredEventTimeIsSeconds() {
    add(Samples.append(Samples.ndjson()));
    sandbox.push("x", "{\"event_time\": 1577926923, \"foo\": \"bar\"}\n").succeeded();
    assertThat(sandbox.rows("x")).containsExactly("0,0," + ST + ",2020-01-02T01:02:03Z,bar");
  }

  @Test
  void A44_anInferredColumnNamedOpIsRenamed() {
    add(Samples.append(Samples.ndjson()));
    sandbox.push("x", "{\"op\": 123, \"foo\": \"bar\"}\n").succeeded();
    assertThat(sandbox.header("x")).isEqualTo("offset,op,system_time,event_time,foo,_op");
    assertThat(sandbox.rows("x")).containsExactly("0,0," + ST + "," + ST + ",bar,123");
    assertThat(sandbox.schema("x"))
        .contains("OPTIONAL BYTE_ARRAY foo (STRING)", "OPTIONAL INT64 _op");
  }

  @Test
  void A46_A47_aDeclaredSchemaTypesRowsOfASourceWithoutOne() {
    add(
        Samples.dataset(
                "population", Samples.ndjson(), "{kind: Ledger, primaryKey: [date, city]}", "date")
            + setDataSchema("date", ""));
    push(
        """
        {"date": "2020-01-01", "city": "A", "population": 1000}
        {"date": "2020-01-02", "city": "B", "population": 2000}
        {"date": "2020-01-03", "city": "C", "population": 3000}
        """);
    assertThat(sandbox.rows("population"))
        .containsExactly(
            "0,0," + ST + ",2020-01-01T00:00:00Z,A,1000",
            "1,0," + ST + ",2020-01-02T00:00:00Z,B,2000",
            "2,0," + ST + ",2020-01-03T00:00:00Z,C,3000");
    long blocks = sandbox.blockCount("population");
    sandbox
        .push(
            "population",
            """
            {"date": "2020-01-04", "city": "D", "population": null}
            {"date": "2020-01-04", "city": "E", "population": 5000}
            """)
        .refused()
        .says("Column `population` contains 1 null values while none were expected");
    assertThat(sandbox.blockCount("population")).isEqualTo(blocks);
  }

  @Test
  void A48_aSourceAndItsSchemaCanGrowByAnOptionalColumn() {
    add(
        Samples.POPULATION.replace("name: x", "name: population")
            + setDataSchema("event_time", ""));
    push(
        """
        {"event_time": "2020-01-01", "city": "A", "population": 1000}
        {"event_time": "2020-01-02", "city": "B", "population": 2000}
        {"event_time": "2020-01-03", "city": "C", "population": 3000}
        """);
    growByUrl("event_time", "{kind: Ledger, primaryKey: [event_time, city]}");
    push(
        """
        {"event_time": "2020-01-04", "city": "A", "population": 2000}
        {"event_time": "2020-01-05", "city": "B", "population": 3000, "census_url": null}
        {"event_time": "2020-01-06", "city": "C", "population": 4000, "census_url": "https://c.ca/census"}
        """);
    assertThat(sandbox.rowsFrom("population", 3))
        .containsExactly(
            "3,0," + ST + ",2020-01-04T00:00:00Z,A,2000,",
            "4,0," + ST + ",2020-01-05T00:00:00Z,B,3000,",
            "5,0," + ST + ",2020-01-06T00:00:00Z,C,4000,https://c.ca/census");
  }

  @Test
  void A49_ddlStringsWorkUnderBothKeys() {
    for (String key : new String[] {"ddlSchema", "schema"}) {
      add(
          Samples.dataset(
              key.toLowerCase(java.util.Locale.ROOT),
              "{kind: Csv, header: true, "
                  + key
                  + ": [date TIMESTAMP, city STRING, population BIGINT]}",
              "{kind: Ledger, primaryKey: [date, city]}",
              "date"));
      String name = key.toLowerCase(java.util.Locale.ROOT);
      sandbox
          .push(
              name,
              "date,city,population\n2020-01-01,A,1000\n2020-01-01,B,2000\n2020-01-01,C,3000\n")
          .succeeded();
      assertThat(sandbox.schema(name))
          .contains(
              "REQUIRED INT64 date (TIMESTAMP(MILLIS,true))",
              "OPTIONAL BYTE_ARRAY city (STRING)",
              "OPTIONAL INT64 population");
      assertThat(sandbox.rows(name))
          .containsExactly(
              "0,0," + ST + ",2020-01-01T00:00:00Z,A,1000",
              "1,0," + ST + ",2020-01-01T00:00:00Z,B,2000",
              "2,0," + ST + ",2020-01-01T00:00:00Z,C,3000");
    }
  }

  @Test
  void A53_anEventTimeThatIsTextIsRefused() {
    Outcome added =
        sandbox.pipe(
            Samples.dataset(
                "population",
                Samples.csv("date STRING!", "city STRING!"),
                "{kind: Ledger, primaryKey: [date, city]}",
                "date"),
            "add",
            "--stdin");
    added.refused().says("date", "either Date or Timestamp");
  }

  @Test
  void A54_oddColumnNamesAreKept() {
    add(
        Samples.dataset(
            "population",
            Samples.ndjson("Date (UTC) DATE!", "City Name STRING!", "Population INT64!"),
            "{kind: Ledger, primaryKey: [\"Date (UTC)\", \"City Name\"]}",
            "Date (UTC)"));
    push("{\"Date (UTC)\": \"2020-01-01\", \"City Name\": \"A\", \"Population\": 1000}\n");
    assertThat(sandbox.header("population"))
        .isEqualTo("offset,op,system_time,Date (UTC),City Name,Population");
    assertThat(sandbox.rows("population")).containsExactly("0,0," + ST + ",2020-01-01,A,1000");
  }

  @Test
  void A56_namesOfColumnsKeepTheirCase() {
    add(
        Samples.dataset(
            "population",
            Samples.csv("date TIMESTAMP!", "UPPER STRING!", "lower INT64!"),
            "{kind: Ledger, primaryKey: [date]}",
            "date"));
    String first = "date,UPPER,lower\n2020-01-01,A,1000\n2020-01-02,B,2000\n2020-01-03,C,3000\n";
    push(first);
    assertThat(sandbox.header("population")).isEqualTo("offset,op,system_time,date,UPPER,lower");
    assertThat(sandbox.watermark("population")).isEqualTo("2020-01-03T00:00:00Z");
    push(first + "2020-01-04,D,4000\n");
    assertThat(sandbox.rowsFrom("population", 3))
        .containsExactly("3,0," + ST + ",2020-01-04T00:00:00Z,D,4000");
    pushNothingNew(first + "2020-01-04,D,4000\n");
  }

  @Test
  void A58_rowsOfAnotherSchemaAreRefused() {
    add(
        Samples.dataset(
            "population",
            Samples.ndjson("city STRING", "population INT64"),
            "{kind: Append}",
            null));
    String abc =
        """
        {"city": "A", "population": 1000}
        {"city": "B", "population": 2000}
        {"city": "C", "population": 3000}
        """;
    push(abc);
    push("{\"city\": \"D\", \"population\": 4000}\n");
    Chains.commit(
        sandbox,
        "population",
        """
        kind: AddPushSource
        sourceName: default
        read: %s
        merge: {kind: Append}
        """
            .formatted(Samples.ndjson("city STRING", "state STRING", "population INT64")));
    for (int attempt = 0; attempt < 2; attempt++) {
      sandbox
          .push("population", "{\"city\": \"E\", \"state\": \"X\", \"population\": 5000}\n")
          .refused()
          .says("Incompatible schema");
    }
    Chains.commit(
        sandbox,
        "population",
        """
        kind: AddPushSource
        sourceName: default
        read: %s
        merge: {kind: Append}
        """
            .formatted(Samples.ndjson("city STRING", "population INT64")));
    push("{\"city\": \"E\", \"population\": 5000}\n");
    assertThat(sandbox.rowsFrom("population", 4))
        .containsExactly("4,0," + ST + "," + ST + ",E,5000");
  }

  @Test
  void A59_anOptionalColumnOfTheSourceFitsARequiredOneUntilANullComes() {
    add(
        Samples.dataset(
            "population",
            Samples.csv("event_time TIMESTAMP!", "city STRING!", "population INT64!"),
            "{kind: Ledger, primaryKey: [event_time, city]}",
            null));
    push("event_time,city,population\n2021-01-01,A,1000\n2021-01-01,B,2000\n2021-01-01,C,3000\n");
    Chains.commit(
        sandbox,
        "population",
        """
        kind: AddPushSource
        sourceName: default
        read: %s
        merge: {kind: Ledger, primaryKey: [event_time, city]}
        """
            .formatted(Samples.csv("event_time TIMESTAMP!", "city STRING!", "population INT64")));
    push("event_time,city,population\n2022-01-01,D,4000\n");
    assertThat(sandbox.rowsFrom("population", 3))
        .containsExactly("3,0," + ST + ",2022-01-01T00:00:00Z,D,4000");
    sandbox
        .push("population", "event_time,city,population\n2022-01-01,E,\n")
        .refused()
        .says("Column `population` contains 1 null values while none were expected");
    assertThat(sandbox.rows("population")).hasSize(4);
  }

  @Test
  void A61_aLedgerSortsByEventTimeAndKeepsDates() {
    add(
        Samples.dataset(
            "population",
            Samples.csv("date DATE!", "city STRING!", "population INT64!"),
            "{kind: Ledger, primaryKey: [date, city]}",
            "date"));
    push("date,city,population\n2021-01-01,A,1000\n2023-01-01,B,2000\n2022-01-01,C,3000\n");
    assertThat(sandbox.rows("population"))
        .containsExactly(
            "0,0," + ST + ",2021-01-01,A,1000",
            "1,0," + ST + ",2022-01-01,C,3000",
            "2,0," + ST + ",2023-01-01,B,2000");
    assertThat(sandbox.watermark("population")).isEqualTo("2023-01-01T00:00:00Z");
    assertThat(sandbox.schema("population")).contains("REQUIRED INT32 date (DATE)");
  }

  @Test
  void A63_timesAreStoredInUtcMilliseconds() {
    add(Samples.CSV_LEDGER);
    push("date,city,population\n2000-01-01,A,1\n");
    assertThat(sandbox.rows("population"))
        .containsExactly("0,0," + ST + ",2000-01-01T00:00:00Z,A,1");
    assertThat(sandbox.schema("population")).contains("INT64 date (TIMESTAMP(MILLIS,true))");
  }

  @Test
  void A66_extrasOfASchemaAreKept() {
    add(
        Samples.dataset(
            "population",
            Samples.ndjson("city STRING", "population INT64"),
            "{kind: Append}",
            null));
    push("{\"city\": \"A\", \"population\": 1000}\n{\"city\": \"B\", \"population\": 2000}\n");
    Chains.commit(
        sandbox,
        "population",
        """
        kind: SetDataSchema
        schema:
          fields: [%s,
            {name: event_time, type: Timestamp},
            {name: city, type: {kind: Option, inner: String}, extra: {description: Name of a city}},
            {name: population, type: {kind: Option, inner: Int64}}]
        """
            .formatted(SYSTEM_FIELDS));
    push("{\"city\": \"D\", \"population\": 4000}\n");
    assertThat(sandbox.rowsFrom("population", 2))
        .containsExactly("2,0," + ST + "," + ST + ",D,4000");
    assertThat(sandbox.run("inspect", "schema", "population", "-o", "odf-yaml").succeeded().out())
        .contains("Name of a city");
  }

  @Test
  void A67_aDeclaredSchemaIsNotDeclaredAgain() {
    add(
        Samples.dataset(
                "population",
                Samples.ndjson("event_time TIMESTAMP", "city STRING", "population INT64"),
                "{kind: Append}",
                null)
            + setDataSchema("event_time", ""));
    push(
        """
        {"event_time": "2020-01-01", "city": "A", "population": 1000}
        {"event_time": "2020-01-01", "city": "B", "population": 2000}
        """);
    String log = sandbox.run("log", "population").succeeded().out();
    assertThat(log.split("Kind: SetDataSchema", -1)).hasSize(2);
    assertThat(sandbox.rows("population")).hasSize(2);
  }

  @Test
  void A68_appendTakesAnAddedOptionalColumn() {
    add(
        Samples.dataset(
                "population",
                Samples.ndjson("event_time TIMESTAMP!", "city STRING!", "population INT64!"),
                "{kind: Append}",
                null)
            + setDataSchema("event_time", ""));
    push(cities("2021-01-01", "A1000", "B2000", "C3000"));
    growByUrl("event_time", "{kind: Append}");
    push(
        """
        {"event_time": "2021-01-01", "city": "A", "population": 1000}
        {"event_time": "2021-01-01", "city": "B", "population": 2000, "census_url": "https://b.ca/census"}
        {"event_time": "2021-01-01", "city": "C", "population": 3000}
        {"event_time": "2021-01-01", "city": "D", "population": 4000, "census_url": "https://d.ca/census"}
        """);
    assertThat(sandbox.rowsFrom("population", 3))
        .containsExactly(
            "3,0," + ST + ",2021-01-01T00:00:00Z,A,1000,",
            "4,0," + ST + ",2021-01-01T00:00:00Z,B,2000,https://b.ca/census",
            "5,0," + ST + ",2021-01-01T00:00:00Z,C,3000,",
            "6,0," + ST + ",2021-01-01T00:00:00Z,D,4000,https://d.ca/census");
  }

  @Test
  void A69_aLedgerIgnoresTheAddedColumnOfKnownKeys() {
    add(Samples.POPULATION + setDataSchema("event_time", ""));
    push(cities("2021-01-01", "A1000", "B2000", "C3000"));
    growByUrl("event_time", "{kind: Ledger, primaryKey: [event_time, city]}");
    push(
        """
        {"event_time": "2021-01-01", "city": "A", "population": 1000}
        {"event_time": "2021-01-01", "city": "B", "population": 2000, "census_url": "https://b.ca/census"}
        {"event_time": "2021-01-01", "city": "C", "population": 3000}
        {"event_time": "2021-02-01", "city": "D", "population": 4000, "census_url": "https://d.ca/census"}
        """);
    assertThat(sandbox.rowsFrom("population", 3))
        .containsExactly("3,0," + ST + ",2021-02-01T00:00:00Z,D,4000,https://d.ca/census");
  }

  private static String cities(String date, String... cities) {
    StringBuilder rows = new StringBuilder();
    for (String city : cities) {
      rows.append("{\"event_time\": \"").append(date);
      rows.append("\", \"city\": \"").append(city.charAt(0));
      rows.append("\", \"population\": ").append(city.substring(1)).append("}\n");
    }
    return rows.toString();
  }

  private void growByUrl(String eventTime, String merge) {
    Chains.commit(
        sandbox,
        "population",
        setDataSchema(eventTime, ", {name: census_url, type: {kind: Option, inner: String}}")
            .replaceFirst("    - ", "")
            .replace("\n      ", "\n"),
        """
        kind: AddPushSource
        sourceName: default
        read: %s
        merge: %s
        """
            .formatted(
                Samples.ndjson(
                    eventTime + " TIMESTAMP!",
                    "city STRING!",
                    "population INT64!",
                    "census_url STRING"),
                merge));
  }

  private static String setDataSchema(String eventTime, String more) {
    return "    - kind: SetDataSchema\n      schema: {fields: ["
        + SYSTEM_FIELDS
        + ", {name: "
        + eventTime
        + ", type: Timestamp}, {name: city, type: String}, {name: population, type: Int64}"
        + more
        + "]}\n";
  }
}
