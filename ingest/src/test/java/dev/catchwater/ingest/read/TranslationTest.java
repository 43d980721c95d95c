package dev.catchwater.ingest.read;

import static dev.catchwater.ingest.read.Reading.TIMESTAMP;
import static dev.catchwater.ingest.read.Reading.csv;
import static dev.catchwater.ingest.read.Reading.inferredNdJson;
import static dev.catchwater.ingest.read.Reading.json;
import static dev.catchwater.ingest.read.Reading.ndJson;
import static dev.catchwater.ingest.read.Reading.optional;
import static dev.catchwater.ingest.read.Reading.required;
import static dev.catchwater.ingest.read.Reading.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.ingest.read.Reading.CsvOptions;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.ReadStep;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Data in another format than the source declares, and JSON documents.
class TranslationTest {
  private static final Instant AT = Instant.parse("2020-01-01T00:00:00Z");

  private static Reading ledger() {
    return ndJson(
        required("date", TIMESTAMP),
        required("city", Scalar.STRING),
        required("population", Scalar.INT64));
  }

  @Test
  void A14_A41_csvWithoutHeaderGoesByPosition() {
    assertThat(ledger().as(InputFormat.CSV).rows("2020-01-01,A,1000\n2020-01-01,B,2000\n"))
        .containsExactly(row(AT, "A", 1_000L), row(AT, "B", 2_000L));
  }

  @Test
  void A41_everyFormatGivesTheSameColumns() {
    String text = "{\"date\": \"2020-01-01\", \"city\": \"B\", \"population\": 2000}";
    assertThat(ledger().as(InputFormat.NDJSON).rows(text)).containsExactly(row(AT, "B", 2_000L));
    assertThat(ledger().as(InputFormat.JSON).rows("[ " + text + " ]"))
        .containsExactly(row(AT, "B", 2_000L));
    assertThat(
            csv(true, required("date", TIMESTAMP), required("city", Scalar.STRING))
                .as(InputFormat.NDJSON)
                .rows("{\"city\": \"A\", \"date\": \"2020-01-01\"}"))
        .containsExactly(row(AT, "A"));
  }

  @Test
  void B20_aHeaderIsFoundAndMappedByName() {
    assertThat(ledger().as(InputFormat.CSV).rows("population,date,city\n1000,2020-01-01,A\n"))
        .containsExactly(row(AT, "A", 1_000L));
    assertThat(ledger().as(InputFormat.CSV).rows("date,city,population\n")).isEmpty();
    Reading texts = ndJson(optional("a", Scalar.STRING), optional("b", Scalar.STRING));
    assertThat(texts.as(InputFormat.CSV).rows("b,a\n1,2\n")).containsExactly(row("2", "1"));
    assertThat(texts.as(InputFormat.CSV).rows("b,x\n1,2\n"))
        .containsExactly(row("b", "x"), row("1", "2"));
  }

  @Test
  void B20_withoutSchemaTheFirstLineIsTheHeader() {
    assertThat(inferredNdJson().as(InputFormat.CSV).rows("a,b\n1,x\n"))
        .containsExactly(row(1L, "x"));
  }

  @Test
  void B21_theSameFormatKeepsTheSourcesOptions() {
    CsvOptions options = new CsvOptions().withHeader(true);
    options.separator = ";";
    Reading reading = csv(options, optional("a", Scalar.INT64), optional("b", Scalar.INT64));
    assertThat(reading.as(InputFormat.CSV).rows("b;a\n1;2\n")).containsExactly(row(2L, 1L));
  }

  @Test
  void A116_aSubPathIsFollowed() {
    Reading reading =
        json(
            "result.cities", optional("city", Scalar.STRING), optional("population", Scalar.INT64));
    assertThat(
            reading.rows(
                """
                {"status": [1, {"x": "}"}], "result": {"n": 3, "cities": [
                  {"city": "A", "population": 1000},
                  {"city": "B", "population": 2000},
                  {"city": "C",
                   "population": 3000}], "more": {}}, "end": null}
                """))
        .containsExactly(row("A", 1_000L), row("B", 2_000L), row("C", 3_000L));
    assertThat(reading.message("{\"result\": {\"cities\": 5}}"))
        .contains("Sub-path does not specify an array: result.cities");
    assertThat(reading.message("{\"result\": {}}")).contains("Sub-path not found: result.cities");
    assertThat(reading.message("[]")).contains("Sub-path not found: result.cities");
  }

  @Test
  void A117_anArrayIsRows() {
    Reading reading =
        json(null, optional("city", Scalar.STRING), optional("population", Scalar.INT64));
    assertThat(
            reading.rows(
                "[{\"city\":\"A\",\"population\":1000},{\"city\":\"B\",\"population\":2000},"
                    + "{\"city\":\"C\",\"population\":3000}]"))
        .containsExactly(row("A", 1_000L), row("B", 2_000L), row("C", 3_000L));
  }

  @Test
  void B19_oneObjectIsOneRow() {
    assertThat(json(null, optional("a", Scalar.INT64)).rows(" {\n\"a\":\n1}\n"))
        .containsExactly(row(1L));
  }

  @Test
  void BAD61_oddDocuments() {
    Reading reading = json(null, optional("a", Scalar.INT64));
    assertThat(reading.rows("{}")).containsExactly(row((Object) null));
    assertThat(reading.rows("[]")).isEmpty();
    assertThat(reading.rows(" \n ")).isEmpty();
    assertThat(reading.message("[[]]"))
        .isEqualTo("data.json:1:2: Json error: expected an object, found '['");
    assertThat(reading.message("5")).contains("Sub-path does not specify an array: .");
    assertThat(json("", optional("a", Scalar.INT64)).rows("[{\"a\":1}]")).hasSize(1);
    assertThat(json(null, required("a", Scalar.INT64)).message("{}")).contains("required");
  }

  @Test
  void BAD62_brokenDocumentsNameThePlace() {
    Reading reading = json(null, optional("a", Scalar.INT64));
    assertThat(reading.message("{}{}")).startsWith("data.json:1:3: Json error: something follows");
    assertThat(reading.message("[{\"a\": 1}]\n x"))
        .startsWith("data.json:2:2: Json error: something");
    assertThat(reading.message("[{\"a\": 1},"))
        .contains("data.json:1:11: Json error: the document ends");
    assertThat(reading.message("[{\"a\": 1}")).contains("the document ends");
    assertThat(reading.message("[{\"a\": 1")).contains("1:2: Json error: the document ends inside");
    assertThat(reading.message("[{\"a\": 1} {\"a\": 2}]"))
        .contains("1:11: Json error: expected ','");
    assertThat(reading.message("[{\"a\": 1},]")).contains("Json error");
    assertThat(reading.message("[\n  {\"a\": 1},\n  {\"a\":\n \"x\"}]"))
        .startsWith("data.json:4:2, field \"a\": Expected Int64");
    assertThat(reading.message("[{\"b\": 1}]")).contains("No field of the data is declared");
  }

  @Test
  void manyItemsAreReadPastTheWindow() {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < 100_000; i++) {
      text.append(i == 0 ? "\n" : ",\n")
          .append("{ \"a\" : ")
          .append(i)
          .append(", \"s\": \"],}\" }");
    }
    Reading reading = json(null, optional("a", Scalar.INT64), optional("s", Scalar.STRING));
    List<List<Object>> rows =
        reading.rows(text + "\n]").stream().<List<Object>>map(row -> List.copyOf(row)).toList();
    assertThat(rows).hasSize(100_000);
    assertThat(rows.getLast()).isEqualTo(List.of(99_999L, "],}"));
    assertThat(reading.message(text + ",\n{\"a\": 1.5}]"))
        .startsWith("data.json:100002:7, field \"a\"");
  }

  @Test
  void aDdlSchemaIsTranslatedToo() {
    assertThat(
            Reading.of(new ReadStep.Parquet(List.of("a BIGINT"), null))
                .as(InputFormat.CSV)
                .rows("1\n"))
        .containsExactly(row(1L));
  }
}
