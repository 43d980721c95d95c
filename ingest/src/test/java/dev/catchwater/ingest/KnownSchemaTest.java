package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import org.junit.jupiter.api.Test;

/// Sources without schema: what the first push made of a column is what every later push is read
/// as, whatever its own rows look like.
class KnownSchemaTest {
  private static PushFixture inferred(String... moreEvents) {
    return PushFixture.of(PushFixture.manifest("{kind: NdJson}", "{kind: Append}", moreEvents));
  }

  /// A dataset whose first row was this one.
  private static PushFixture begunWith(String row) {
    PushFixture fixture = inferred();
    fixture.push(row);
    return fixture;
  }

  private static void refused(PushFixture fixture, String rows, String... words) {
    var head = fixture.dataset().head();
    assertThatThrownBy(() -> fixture.push(rows))
        .isInstanceOfSatisfying(
            CatchwaterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BAD_DATA);
              assertThat(e.getMessage()).contains(words);
            });
    assertThat(fixture.dataset().head()).isEqualTo(head);
  }

  private static String last(PushFixture fixture) {
    String row = fixture.lastRows().getLast();
    return row.substring(row.lastIndexOf('|') + 1);
  }

  @Test
  void wholeNumbersComeIntoADoubleColumn() {
    PushFixture fixture = begunWith("{\"v\":1.5}");
    fixture.push("{\"v\":2}\n{\"v\":3}\n");
    assertThat(last(fixture)).isEqualTo("3.0");
    assertThat(fixture.schema()).contains("v: Float64?");
  }

  @Test
  void fractionsThatAreNoneComeIntoAnIntegerColumnOthersAreRefusedWithTheirPlace() {
    PushFixture fixture = begunWith("{\"v\":1}");
    fixture.push("{\"v\":2.0}\n{\"v\":3e0}\n");
    assertThat(last(fixture)).isEqualTo("3");
    refused(fixture, "{\"v\":4}\n{\"v\":1.9}\n", "line 2, column 6", "field \"v\"", "Int64", "1.9");
    assertThat(fixture.schema()).contains("v: Int64?");
  }

  @Test
  void aColumnOfNullsHasTheTypeItHas() {
    PushFixture fixture = begunWith("{\"v\":1,\"b\":true,\"l\":[1],\"s\":\"x\"}");
    fixture.push("{\"v\":null,\"b\":null,\"l\":null,\"s\":null}");
    fixture.push("{\"v\":2}");
    assertThat(fixture.rows()).hasSize(3);
    assertThat(last(fixture)).contains("2");
  }

  @Test
  void aColumnThatBeganWithNullsIsAStringAndTakesValuesAsWritten() {
    PushFixture fixture = begunWith("{\"v\":null}");
    fixture.push("{\"v\":1.50}");
    assertThat(last(fixture)).isEqualTo("1.50");
    fixture.push("{\"v\":true}");
    assertThat(last(fixture)).isEqualTo("true");
    fixture.push("{\"v\":[1, 2]}");
    assertThat(last(fixture)).isEqualTo("[1,2]");
    fixture.push("{\"v\":{\"a\": 1}}");
    assertThat(last(fixture)).isEqualTo("{\"a\":1}");
  }

  @Test
  void textsAreReadAsTheNumbersAndFlagsTheColumnHas() {
    PushFixture fixture = begunWith("{\"v\":1,\"b\":true}");
    fixture.push("{\"v\":\"12\",\"b\":\"false\"}");
    assertThat(last(fixture)).contains("12").contains("false");
    refused(fixture, "{\"v\":\"twelve\"}", "field \"v\"", "Int64", "twelve");
    refused(fixture, "{\"v\":1,\"b\":7}", "field \"b\"", "Bool");
    refused(fixture, "{\"v\":{\"a\":1}}", "field \"v\"", "Int64");
  }

  @Test
  void aListKeepsTheTypeOfItsItems() {
    PushFixture fixture = begunWith("{\"l\":[1.5]}");
    fixture.push("{\"l\":[1,2]}");
    fixture.push("{\"l\":[]}");
    fixture.push("{\"l\":[null]}");
    assertThat(fixture.schema()).contains("l: List");
    refused(fixture, "{\"l\":[\"x\"]}", "field \"l", "x");
  }

  @Test
  void aColumnThatComesBehindTheRowsLookedAtIsNotLost() {
    PushFixture fixture = begunWith("{\"v\":1.5,\"w\":7}");
    fixture.push("{\"v\":1}\n".repeat(2_000) + "{\"w\":8}\n");
    assertThat(last(fixture)).isEqualTo("∅ 8");
    refused(fixture, "{\"v\":1}\n".repeat(2_000) + "{\"w\":8.5}\n", "line 2001", "\"w\"");
  }

  @Test
  void aNewColumnIsStillRefused() {
    PushFixture fixture = begunWith("{\"v\":1}");
    assertThatThrownBy(() -> fixture.push("{\"v\":1,\"w\":2}"))
        .hasMessageContaining("Incompatible schema")
        .hasMessageContaining("`w` is not in the dataset's schema");
  }

  @Test
  void A46_aDeclaredDatasetSteersASourceWithoutSchema() {
    PushFixture fixture =
        inferred(
            "{kind: SetDataSchema, schema: {fields: ["
                + "{name: offset, type: Int64}, {name: op, type: Int32},"
                + " {name: system_time, type: Timestamp}, {name: event_time, type: Timestamp},"
                + " {name: at, type: Timestamp}, {name: day, type: Date},"
                + " {name: price, type: {kind: Decimal, precision: 6, scale: 2}},"
                + " {name: small, type: Int16}]}}");
    fixture.push("{\"at\":\"2020-01-01\",\"day\":\"2020-01-02\",\"price\":\"1.25\",\"small\":3}");
    fixture.push("{\"at\":1577836800000,\"day\":\"2020-01-02\",\"price\":1.5,\"small\":3.0}");
    assertThat(fixture.rows()).hasSize(2);
    assertThat(last(fixture)).isEqualTo("2020-01-01T00:00:00Z 2020-01-02 150 3");
    refused(
        fixture,
        "{\"at\":\"2020-01-01\",\"day\":\"2020-01-02\",\"price\":1.255,\"small\":3}",
        "field \"price\"",
        "1.255");
    refused(
        fixture,
        "{\"at\":\"2020-01-01\",\"day\":\"2020-01-02\",\"price\":1,\"small\":70000}",
        "field \"small\"",
        "Int16");
    assertThatThrownBy(() ->
            fixture.push(
                "{\"at\":\"2020-01-01\",\"day\":\"2020-01-02\",\"price\":1,\"small\":null}"))
        .hasMessageContaining("Column `small` contains 1 null values while none were expected");
  }

  @Test
  void theEventTimeIsReadAsBefore() {
    PushFixture fixture = begunWith("{\"event_time\":\"2020-01-01T00:00:00Z\",\"v\":1}");
    fixture.push("{\"event_time\":1577926923,\"v\":2}");
    assertThat(fixture.lastRows().getLast()).contains("2020-01-02T01:02:03Z");
    fixture.push("{\"event_time\":null,\"v\":3}");
    assertThat(fixture.rows()).hasSize(3);
    assertThatThrownBy(() -> fixture.push("{\"event_time\":1.5,\"v\":4}"))
        .hasMessageContaining("Event time column 'event_time' should be either Date or Timestamp");
    fixture.push(InputFormat.CSV, "event_time,v\n2020-02-03,5\n");
    assertThat(fixture.lastRows().getLast()).contains("2020-02-03T00:00:00Z|5");
  }

  @Test
  void aCsvIsReadByTheDatasetsColumnsToo() {
    for (boolean isTyped : new boolean[] {true, false}) {
      String read = "{kind: Csv, header: true, inferSchema: " + isTyped + "}";
      PushFixture fixture =
          PushFixture.of(
              PushFixture.manifest(
                  read,
                  "{kind: Append}",
                  "{kind: SetDataSchema, schema: {fields: ["
                      + "{name: offset, type: Int64}, {name: op, type: Int32},"
                      + " {name: system_time, type: Timestamp},"
                      + " {name: event_time, type: Timestamp},"
                      + " {name: v, type: {kind: Option, inner: Float64}},"
                      + " {name: w, type: {kind: Option, inner: String}}]}}"));
      fixture.push("v,w\n1.5,x\n");
      fixture.push("v,w\n2,3\n");
      assertThat(last(fixture)).isEqualTo("2.0 3");
      fixture.push("v,w\n,\n");
      assertThat(last(fixture)).isEqualTo("∅ ∅");
      refused(fixture, "v,w\nmany,x\n", "line 2, column 1", "field \"v\"", "Float64", "many");
    }
  }

  @Test
  void anotherFormatIsReadByTheDatasetsColumnsToo() {
    PushFixture fixture = begunWith("{\"v\":1.5,\"w\":7}");
    fixture.push(InputFormat.CSV, "v,w\n2,8\n");
    assertThat(last(fixture)).isEqualTo("2.0 8");
    fixture.push(InputFormat.JSON, "[{\"v\":3,\"w\":null}]");
    assertThat(last(fixture)).isEqualTo("3.0 ∅");
  }
}
