package dev.catchwater.ingest.read;

import static dev.catchwater.ingest.read.Reading.TIMESTAMP;
import static dev.catchwater.ingest.read.Reading.csv;
import static dev.catchwater.ingest.read.Reading.inferredNdJson;
import static dev.catchwater.ingest.read.Reading.json;
import static dev.catchwater.ingest.read.Reading.optional;
import static dev.catchwater.ingest.read.Reading.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.ingest.read.Reading.CsvOptions;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Sources without schema.
class InferenceTest {
  @Test
  void A42_anEventTimeIsReadFromText() {
    Reading reading = inferredNdJson();
    assertThat(
            reading.rows("{\"event_time\": \"2020-01-02T01:02:03.123456789Z\", \"foo\": \"bar\"}"))
        .containsExactly(row(Instant.parse("2020-01-02T01:02:03.123Z"), "bar"));
    assertThat(reading.schema.fields())
        .containsExactly(optional("event_time", TIMESTAMP), optional("foo", Scalar.STRING));
    assertThat(reading.counts.truncatedTimes()).isEqualTo(1);
  }

  @Test
  void A43_anEventTimeIsReadFromSeconds() {
    assertThat(inferredNdJson().rows("{\"event_time\": 1577926923, \"foo\": \"bar\"}"))
        .containsExactly(row(Instant.parse("2020-01-02T01:02:03Z"), "bar"));
  }

  @Test
  void A44_columnsOfTheSystemAreRenamed() {
    Reading reading = inferredNdJson();
    assertThat(reading.rows("{\"op\": 123, \"foo\": \"bar\"}")).containsExactly(row("bar", 123L));
    assertThat(reading.schema.fields())
        .containsExactly(optional("foo", Scalar.STRING), optional("_op", Scalar.INT64));
    assertThat(inferredNdJson().rows("{\"op\": 1, \"_op\": 2}")).containsExactly(row(2L, 1L));
  }

  @Test
  void A106_aCsvHasTexts() {
    Reading reading = csv(true);
    assertThat(reading.rows("city,population\nA,1000\nB,2000\nC,3000\n"))
        .containsExactly(row("A", "1000"), row("B", "2000"), row("C", "3000"));
    assertThat(reading.schema.fields())
        .containsExactly(optional("city", Scalar.STRING), optional("population", Scalar.STRING));
  }

  @Test
  void A107_aCsvHasTypesWhereAsked() {
    Reading reading = typedCsv();
    assertThat(reading.rows("city,population\nA,1000\nB,2000\nC,3000\n"))
        .containsExactly(row("A", 1_000L), row("B", 2_000L), row("C", 3_000L));
    assertThat(reading.schema.fields().get(1)).isEqualTo(optional("population", Scalar.INT64));
  }

  @Test
  void A109_anEmptyFieldIsNull() {
    assertThat(typedCsv().rows("city,population\nA,1000\nB,\nC,3000\n"))
        .containsExactly(row("A", 1_000L), row("B", null), row("C", 3_000L));
  }

  @Test
  void A112_jsonHasTypes() {
    Reading reading = inferredNdJson();
    assertThat(
            reading.rows(
                """
                {"city": "A", "population": 1000}
                {"city": "B", "population": 2000}
                {"city": "C", "population": 3000}
                """))
        .hasSize(3);
    assertThat(reading.schema.fields())
        .containsExactly(optional("city", Scalar.STRING), optional("population", Scalar.INT64));
  }

  @Test
  void goldenInferred_columnsStandWhereTheyAreFirstSeen() {
    Reading reading = inferredNdJson();
    assertThat(
            reading.rows(
                """
                {"event_time":"2020-01-02T01:02:03.123456789Z","foo":"bar","n":1,"x":1.5,"op":5}
                {"event_time": "2020-01-02T01:02:04Z", "foo": "baz", "n": 2, "z": true, "l": [1,2]}
                """))
        .containsExactly(
            row(Instant.parse("2020-01-02T01:02:03.123Z"), "bar", 1L, 5L, 1.5, null, null),
            row(Instant.parse("2020-01-02T01:02:04Z"), "baz", 2L, null, null, row(1L, 2L), true));
    assertThat(reading.schema.fields())
        .containsExactly(
            optional("event_time", TIMESTAMP),
            optional("foo", Scalar.STRING),
            optional("n", Scalar.INT64),
            optional("_op", Scalar.INT64),
            optional("x", Scalar.FLOAT64),
            optional("l", new DataType.ListOf(Scalar.INT64.optional(), null)),
            optional("z", Scalar.BOOL));
  }

  @Test
  void mixturesBecomeTextsAndObjectsBecomeJson() {
    Reading reading = inferredNdJson();
    assertThat(
            reading.rows(
                """
                {"m":1,"o":{"b": [1, "x \\" y"], "a" : null},"f":1,"n":null,"l":[],"q":[{"a": 1}]}
                {"m": "t", "o": null, "f": 2.5, "n": null, "l": [[1], [2.5]], "q": [ ]}
                {"m": true, "big": 18446744073709551615}
                """))
        .containsExactly(
            row(
                1.0,
                List.of(),
                "1",
                null,
                "{\"b\":[1,\"x \\\" y\"],\"a\":null}",
                "[{\"a\":1}]",
                null),
            row(2.5, row(row(1.0), row(2.5)), "t", null, null, "[]", null),
            row(null, null, "true", null, null, null, "18446744073709551615"));
    assertThat(reading.schema.fields())
        .extracting(field -> field.name() + " " + field.type().required().odfName())
        .containsExactly(
            "f Float64", "l List", "m String", "n String", "o String", "q String", "big String");
  }

  @Test
  void valuesAndObjectsDoNotMix() {
    assertThat(inferredNdJson().message("{\"a\": 1}\n{\"a\": {}}"))
        .contains("The field \"a\" is a value in some rows and an object in others");
    assertThat(inferredNdJson().message("{\"a\": [1]}\n{\"a\": \"x\"}"))
        .contains("The field \"a\" is a value in some rows and a list in others");
  }

  @Test
  void laterValuesMustFit() {
    String text = "{\"a\": 1}\n".repeat(1_000);
    assertThat(inferredNdJson().rows(text + "{\"a\": 2.0, \"late\": 1}\n")).hasSize(1_001);
    assertThat(inferredNdJson().message(text + "{\"a\": \"x\"}\n"))
        .startsWith("data.json:1001:7, field \"a\": Expected Int64");
    Reading reading = inferredNdJson();
    reading.rows(text + "{\"a\": 2, \"late\": 1}\n");
    assertThat(reading.counts.ignoredFields()).containsEntry("late", 1L);
  }

  @Test
  void badRowsAmongTheFirstAreRefusedWithTheirPlace() {
    assertThat(inferredNdJson().message("{\"a\": 1}\n{\"a\": 1\n{\"a\": 2}\n"))
        .startsWith("data.json:2:8: Json error: expected ',' or '}'");
  }

  @Test
  void anEmptyInputHasNoColumns() {
    Reading reading = inferredNdJson();
    assertThat(reading.rows("")).isEmpty();
    assertThat(reading.schema.fields()).isEmpty();
    assertThat(csv(true).rows("")).isEmpty();
    assertThat(csv(false).rows("")).isEmpty();
    assertThat(json(null).rows("")).isEmpty();
    assertThat(json(null).rows("[]")).isEmpty();
  }

  @Test
  void documentsAreInferredToo() {
    Reading reading = json("a.b");
    assertThat(reading.rows("{\"x\": 1, \"a\": {\"b\": [{\"n\": 1}, {\"n\": 2.5, \"m\": \"t\"}]}}"))
        .containsExactly(row(1.0, null), row(2.5, "t"));
    assertThat(json(null).rows("{\"n\": 1}")).containsExactly(row(1L));
  }

  @Test
  void csvTypesAreFoundWhereTheyLoseNothing() {
    Reading reading = typedCsv();
    assertThat(
            reading.rows(
                """
                i,f,b,d,t,z,big,mix,e,q
                1,1,true,2020-01-01,2020-01-01T01:02:03Z,007,9223372036854775808,1,,"12"
                -2,2.5,FALSE,2020-02-29,2020-01-01,8,1,x,,"13"
                """))
        .hasSize(2);
    assertThat(reading.schema.fields())
        .extracting(field -> field.name() + " " + field.type().required().odfName())
        .containsExactly(
            "i Int64",
            "f Float64",
            "b Bool",
            "d Date",
            "t Timestamp",
            "z String",
            "big String",
            "mix String",
            "e String",
            "q Int64");
  }

  @Test
  void csvWithoutHeaderNumbersItsColumns() {
    Reading reading = csv(false);
    assertThat(reading.rows("A,1\nB,2\n")).containsExactly(row("A", "1"), row("B", "2"));
    assertThat(reading.schema.fields())
        .extracting(field -> field.name())
        .containsExactly("column_1", "column_2");
  }

  @Test
  void csvEventTimesAreRead() {
    assertThat(csv(true).rows("event_time,op\n2020-01-01,1\n"))
        .containsExactly(row(Instant.parse("2020-01-01T00:00:00Z"), "1"));
    Reading typed = typedCsv();
    assertThat(typed.rows("event_time,op\n1577926923,1\n"))
        .containsExactly(row(Instant.parse("2020-01-02T01:02:03Z"), 1L));
    assertThat(typed.schema.fields())
        .containsExactly(optional("event_time", TIMESTAMP), optional("_op", Scalar.INT64));
    assertThat(csv(true).message("event_time\nnever\n"))
        .contains("data.csv:2:1, field \"event_time\": Expected Timestamp");
  }

  private static Reading typedCsv() {
    CsvOptions options = new CsvOptions().withHeader(true);
    options.inferSchema = true;
    return csv(options);
  }
}
