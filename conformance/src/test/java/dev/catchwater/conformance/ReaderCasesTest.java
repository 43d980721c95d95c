package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cases of the readers: A106 to A117.
class ReaderCasesTest {
  private static final String NDJSON =
      """
      {"city": "A", "population": 1000}
      {"city": "B", "population": 2000}
      {"city": "C", "population": 3000}
      """;

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
  }

  private List<String> read(String step, String input) {
    sandbox.pipe(Samples.append(step), "add", "--stdin").succeeded();
    sandbox.push("x", input).succeeded();
    return sandbox.rows("x").stream().map(row -> row.split(",", 5)[4]).toList();
  }

  private List<String> columns() {
    return sandbox
        .schema("x")
        .lines()
        .map(String::strip)
        .filter(line -> line.endsWith(";"))
        .skip(4)
        .toList();
  }

  @Test
  void A106_csvWithoutASchemaIsText() {
    List<String> rows =
        read("{kind: Csv, header: true}", "city,population\nA,1000\nB,2000\nC,3000\n");
    assertThat(rows).containsExactly("A,1000", "B,2000", "C,3000");
    assertThat(columns())
        .containsExactly(
            "OPTIONAL BYTE_ARRAY city (STRING);", "OPTIONAL BYTE_ARRAY population (STRING);");
  }

  @Test
  void A107_csvTypesCanBeInferred() {
    read(
        "{kind: Csv, header: true, inferSchema: true}",
        "city,population\nA,1000\nB,2000\nC,3000\n");
    assertThat(columns())
        .containsExactly("OPTIONAL BYTE_ARRAY city (STRING);", "OPTIONAL INT64 population;");
  }

  @Test
  void A108_csvWithoutAHeaderIsPositional() {
    assertThat(read(Samples.bareCsv("city STRING", "population INT64"), "A,1000\nB,2000\nC,3000\n"))
        .containsExactly("A,1000", "B,2000", "C,3000");
  }

  @Test
  void A109_anEmptyCsvFieldIsNull() {
    List<String> rows =
        read(
            "{kind: Csv, header: true, inferSchema: true}",
            "city,population\nA,1000\nB,\nC,3000\n");
    assertThat(rows).containsExactly("A,1000", "B,", "C,3000");
  }

  @Test
  void A111_ndJsonIsTypedByItsSchema() {
    assertThat(read(Samples.ndjson("city STRING!", "population INT32!"), NDJSON))
        .containsExactly("A,1000", "B,2000", "C,3000");
    assertThat(columns())
        .containsExactly("REQUIRED BYTE_ARRAY city (STRING);", "REQUIRED INT32 population;");
  }

  @Test
  void A112_ndJsonTypesAreInferred() {
    assertThat(read(Samples.ndjson(), NDJSON)).containsExactly("A,1000", "B,2000", "C,3000");
    assertThat(columns())
        .containsExactly("OPTIONAL BYTE_ARRAY city (STRING);", "OPTIONAL INT64 population;");
  }

  @Test
  void A113_aDateIsADate() {
    assertThat(read(Samples.ndjson("date DATE!"), "{\"date\": \"2022-09-25\"}\n"))
        .containsExactly("2022-09-25");
    assertThat(columns()).containsExactly("REQUIRED INT32 date (DATE);");
  }

  @Test
  void A114_timesAreReadInTheirForms() {
    sandbox
        .pipe(Samples.append(Samples.ndjson("event_time TIMESTAMP!")), "add", "--stdin")
        .succeeded();
    sandbox
        .push(
            "x",
            """
            {"event_time": "2022-09-25 01:02:03"}
            {"event_time": "2022-09-25T01:02:03"}
            {"event_time": "2022-09-25T01:02:03Z"}
            {"event_time": "2022-09-25T01:02:03-01:00"}
            """)
        .succeeded();
    assertThat(sandbox.rows("x").stream().map(row -> row.split(",", -1)[3]))
        .containsExactly(
            "2022-09-25T01:02:03Z",
            "2022-09-25T01:02:03Z",
            "2022-09-25T01:02:03Z",
            "2022-09-25T02:02:03Z");
  }

  @Test
  void A116_aSubPathLeadsToTheRows() {
    String json =
        """
        {"result": {"cities": [
          {"city": "A", "population": 1000},
          {"city": "B", "population": 2000},
          {"city": "C", "population": 3000}]}}
        """;
    String step =
        "{kind: Json, subPath: result.cities"
            + Samples.fields("city STRING!", "population INT64!")
            + "}";
    assertThat(read(step, json)).containsExactly("A,1000", "B,2000", "C,3000");
  }

  @Test
  void A117_anArrayAtTheTopIsTheRows() {
    String json = "[" + NDJSON.strip().replace("\n", ",\n") + "]";
    String step = "{kind: Json" + Samples.fields("city STRING!", "population INT64!") + "}";
    assertThat(read(step, json)).containsExactly("A,1000", "B,2000", "C,3000");
  }
}
