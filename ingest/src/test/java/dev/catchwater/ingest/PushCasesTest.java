package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.ReadStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// The cases of the reference behaviour (`docs/reference/cases.md`) that a push of Append or Ledger
/// can meet, by their ids.
class PushCasesTest {
  private static final String VOCAB_DATE = "{kind: SetVocab, eventTimeColumn: date}";
  private static final String F5 =
      PushFixture.manifest(
          """
          {kind: Csv, header: true, schema: {fields: [{name: date, type: Timestamp},\
           {name: city, type: String}, {name: population, type: Int64}]}}\
          """,
          "{kind: Ledger, primaryKey: [date, city]}",
          VOCAB_DATE);
  private static final String F6 =
      PushFixture.manifest(
          """
          {kind: NdJson, schema: {fields: [{name: date, type: Timestamp},\
           {name: city, type: String}, {name: population, type: Int64}]}}\
          """,
          "{kind: Ledger, primaryKey: [date, city]}",
          VOCAB_DATE);
  private static final String INFERRED_APPEND =
      PushFixture.manifest("{kind: NdJson}", "{kind: Append}");
  private static final String CITIES_APPEND =
      PushFixture.manifest(
          """
          {kind: NdJson, schema: {fields: [{name: city, type: {kind: Option, inner: String}},\
           {name: population, type: {kind: Option, inner: Int64}}]}}\
          """,
          "{kind: Append}");
  private static final String ROUND_1 =
      """
      date,city,population
      2020-01-01,A,1000
      2020-01-01,B,2000
      2020-01-01,C,3000
      """;
  private static final String E1 = "2000-01-01T12:00:00Z";

  @Test
  void A40_aLedgerTakesRowsOfNewKeysOnly() {
    PushFixture fixture = PushFixture.of(F5);
    fixture.push(ROUND_1);
    assertThat(fixture.rows())
        .containsExactly(
            "0 0|2020-01-01T00:00:00Z|A 1000",
            "1 0|2020-01-01T00:00:00Z|B 2000",
            "2 0|2020-01-01T00:00:00Z|C 3000");
    assertThat(fixture.watermark()).isEqualTo("2020-01-01T00:00:00Z");
    fixture.push("date,city,population\n2020-01-01,B,2000\n2020-01-01,C,3000\n2021-01-01,C,4000\n");
    assertThat(fixture.lastRows()).containsExactly("3 0|2021-01-01T00:00:00Z|C 4000");
    assertThat(fixture.watermark()).isEqualTo("2021-01-01T00:00:00Z");
  }

  @Test
  void A41_otherFormatsThanTheSourcesAreTranslated() {
    PushFixture fixture = PushFixture.of(F6);
    String schema =
        "offset: Int64!, op: Int32!, system_time: Timestamp!, date: Timestamp!, city: String!,"
            + " population: Int64!";
    fixture.push(InputFormat.CSV, "2020-01-01,A,1000");
    assertThat(fixture.schema()).isEqualTo(schema);
    fixture.push(
        InputFormat.NDJSON, "{\"date\": \"2020-01-01\", \"city\": \"B\", \"population\": 2000}");
    fixture.push(
        InputFormat.JSON, "[{\"date\": \"2020-01-01\", \"city\": \"C\", \"population\": 3000}]");
    assertThat(fixture.schema()).isEqualTo(schema);
    assertThat(fixture.rows())
        .containsExactly(
            "0 0|2020-01-01T00:00:00Z|A 1000",
            "1 0|2020-01-01T00:00:00Z|B 2000",
            "2 0|2020-01-01T00:00:00Z|C 3000");
  }

  @Test
  void A42_anInferredEventTimeIsReadFromText() {
    PushFixture fixture = PushFixture.of(INFERRED_APPEND);
    PushReport report =
        fixture.push("{\"event_time\": \"2020-01-02T01:02:03.123456789Z\", \"foo\": \"bar\"}");
    assertThat(fixture.rows()).containsExactly("0 0|2020-01-02T01:02:03.123Z|bar");
    assertThat(fixture.schema())
        .isEqualTo(
            "offset: Int64!, op: Int32!, system_time: Timestamp!, event_time: Timestamp!,"
                + " foo: String?");
    assertThat(report.truncatedTimes()).isEqualTo(1);
  }

  @Test
  void A43_anInferredEventTimeIsReadFromUnixSeconds() {
    PushFixture fixture = PushFixture.of(INFERRED_APPEND);
    fixture.push("{\"event_time\": 1577926923, \"foo\": \"bar\"}");
    assertThat(fixture.rows()).containsExactly("0 0|2020-01-02T01:02:03Z|bar");
  }

  @Test
  void A44_anInferredColumnNamedLikeASystemColumnIsRenamed() {
    PushFixture fixture = PushFixture.of(INFERRED_APPEND);
    fixture.push("{\"op\": 123, \"foo\": \"bar\"}");
    assertThat(fixture.schema())
        .isEqualTo(
            "offset: Int64!, op: Int32!, system_time: Timestamp!, event_time: Timestamp!,"
                + " foo: String?, _op: Int64?");
    assertThat(fixture.rows()).containsExactly("0 0|2050-01-01T12:00:00Z|bar 123");
  }

  @Test
  void A46_A47_aSchemaThatIsThereBeforeTheFirstPushIsKept() {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.manifest(
                "{kind: NdJson}",
                "{kind: Ledger, primaryKey: [date, city]}",
                VOCAB_DATE,
                """
                {kind: SetDataSchema, schema: {fields: [{name: offset, type: Int64},\
                 {name: op, type: Int32}, {name: system_time, type: Timestamp},\
                 {name: date, type: Timestamp}, {name: city, type: String},\
                 {name: population, type: Int64}]}}\
                """));
    fixture.push(
        """
        {"date": "2020-01-01", "city": "A", "population": 1000}
        {"date": "2020-01-02", "city": "B", "population": 2000}
        {"date": "2020-01-03", "city": "C", "population": 3000}
        """);
    assertThat(fixture.rows())
        .containsExactly(
            "0 0|2020-01-01T00:00:00Z|A 1000",
            "1 0|2020-01-02T00:00:00Z|B 2000",
            "2 0|2020-01-03T00:00:00Z|C 3000");
    var head = fixture.dataset().head();
    assertThatThrownBy(() ->
            fixture.push(
                """
                {"date": "2020-01-04", "city": "D", "population": null}
                {"date": "2020-01-04", "city": "E", "population": 5000}
                """))
        .hasMessageContaining(
            "Column `population` contains 1 null values while none were expected");
    assertThat(fixture.dataset().head()).isEqualTo(head);
  }

  @Test
  void A48_A69_anOptionalColumnIsAddedToALedger() {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.manifest(
                """
                {kind: NdJson, schema: {fields: [{name: event_time, type: Timestamp},\
                 {name: city, type: String}, {name: population, type: Int64}]}}\
                """,
                "{kind: Ledger, primaryKey: [event_time, city]}"));
    fixture.push(
        """
        {"event_time": "2021-01-01", "city": "A", "population": 1000}
        {"event_time": "2021-01-01", "city": "B", "population": 2000}
        {"event_time": "2021-01-01", "city": "C", "population": 3000}
        """);
    addOptionalColumn(fixture, "census_url");
    PushReport report =
        fixture.push(
            """
            {"event_time": "2021-01-01", "city": "A", "population": 1000}
            {"event_time": "2021-01-01", "city": "B", "population": 2000, "census_url": "https://b.ca/census"}
            {"event_time": "2021-01-01", "city": "C", "population": 3000, "census_url": null}
            {"event_time": "2021-02-01", "city": "D", "population": 4000, "census_url": "https://d.ca/census"}
            """);
    assertThat(fixture.lastRows())
        .containsExactly("3 0|2021-02-01T00:00:00Z|D 4000 https://d.ca/census");
    assertThat(report.counts()).isEqualTo(new PushCounts(1, 0, 0, 2, 1, 0, 0));
    assertThat(report.conflicts())
        .containsExactly(
            new PushReport.Conflict(
                null, 2, "{\"event_time\":\"2021-01-01T00:00:00Z\",\"city\":\"B\"}"));
  }

  @Test
  void A49_theDdlNotationMakesColumnsOptionalAndTheEventTimeRequired() {
    for (String key : List.of("ddlSchema", "schema")) {
      PushFixture fixture =
          PushFixture.of(
              PushFixture.manifest(
                  "{kind: Csv, header: true, "
                      + key
                      + ": [\"date TIMESTAMP\", \"city STRING\", \"population BIGINT\"]}",
                  "{kind: Ledger, primaryKey: [date, city]}",
                  VOCAB_DATE));
      fixture.push(ROUND_1);
      assertThat(fixture.schema())
          .isEqualTo(
              "offset: Int64!, op: Int32!, system_time: Timestamp!, date: Timestamp!,"
                  + " city: String?, population: Int64?");
      assertThat(fixture.rows()).hasSize(3);
    }
  }

  @Test
  void A51_lateRowsAreTakenAndTheWatermarkStays() {
    PushFixture fixture = PushFixture.of(F5);
    fixture.push(ROUND_1);
    fixture.push("date,city,population\n2021-01-01,C,4000\n");
    String late = "date,city,population\n2020-01-01,D,4000\n";
    assertThat(fixture.push(late).outcome()).isEqualTo(PushOutcome.UPDATED);
    assertThat(fixture.lastRows()).containsExactly("4 0|2020-01-01T00:00:00Z|D 4000");
    assertThat(fixture.watermark()).isEqualTo("2021-01-01T00:00:00Z");
    assertThat(fixture.push(late).outcome()).isEqualTo(PushOutcome.UP_TO_DATE);
    assertThat(fixture.push("").outcome()).isEqualTo(PushOutcome.UP_TO_DATE);
  }

  @Test
  void A53_anEventTimeOfTextIsRefused() {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.manifest(
                "{kind: NdJson, schema: {fields: [{name: event_time, type: Timestamp}]}}",
                "{kind: Append}"));
    fixture.commit(
        new AddPushSource(
            "default",
            ndjson(DataField.of("event_time", Scalar.STRING)),
            null,
            new dev.catchwater.odf.source.MergeStrategy.Append()));
    assertThatThrownBy(() -> fixture.push("{\"event_time\": \"2020-01-01\"}"))
        .hasMessageContaining(
            "Bad input schema: Event time column 'event_time' should be either Date or Timestamp,"
                + " but found: String");
  }

  @Test
  void A54_A61_oddNamesStayAndDatesOrderALedger() {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.manifest(
                """
                {kind: NdJson, schema: {fields: [{name: "Date (UTC)", type: Date},\
                 {name: "City Name", type: String}]}}\
                """,
                "{kind: Ledger, primaryKey: [\"Date (UTC)\", \"City Name\"]}",
                "{kind: SetVocab, eventTimeColumn: \"Date (UTC)\"}"));
    fixture.push(
        """
        {"Date (UTC)": "2021-01-01", "City Name": "A"}
        {"Date (UTC)": "2023-01-01", "City Name": "B"}
        {"Date (UTC)": "2022-01-01", "City Name": "C"}
        """);
    assertThat(fixture.rows())
        .containsExactly("0 0|2021-01-01|A", "1 0|2022-01-01|C", "2 0|2023-01-01|B");
    assertThat(fixture.watermark()).isEqualTo("2023-01-01T00:00:00Z");
    assertThat(fixture.schema())
        .isEqualTo(
            "offset: Int64!, op: Int32!, system_time: Timestamp!, Date (UTC): Date!,"
                + " City Name: String!");
  }

  @Test
  void A56_namesAreCaseSensitive() {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.manifest(
                """
                {kind: NdJson, schema: {fields: [{name: date, type: Timestamp},\
                 {name: UPPER, type: String}, {name: lower, type: Int64}]}}\
                """,
                "{kind: Ledger, primaryKey: [date]}",
                VOCAB_DATE));
    String three =
        """
        {"date": "2020-01-01", "UPPER": "A", "lower": 1000}
        {"date": "2020-01-02", "UPPER": "B", "lower": 2000}
        {"date": "2020-01-03", "UPPER": "C", "lower": 3000}
        """;
    String four = three + "{\"date\": \"2020-01-04\", \"UPPER\": \"D\", \"lower\": 4000}";
    fixture.push(three);
    assertThat(fixture.watermark()).isEqualTo("2020-01-03T00:00:00Z");
    fixture.push(four);
    assertThat(fixture.lastRows()).containsExactly("3 0|2020-01-04T00:00:00Z|D 4000");
    assertThat(fixture.push(four).outcome()).isEqualTo(PushOutcome.UP_TO_DATE);
  }

  @Test
  void A58_otherColumnsThanTheDatasetsAreRefused() {
    PushFixture fixture = PushFixture.of(CITIES_APPEND);
    fixture.push(
        fixture
            .request(
                """
                {"city": "A", "population": 1000}
                {"city": "B", "population": 2000}
                {"city": "C", "population": 3000}
                """)
            .withEventTime(Instant.parse(E1)));
    fixture.push("{\"city\": \"D\", \"population\": 4000}");
    AddPushSource before =
        Objects.requireNonNull(fixture.dataset().state().pushSources().get("default"));
    fixture.commit(
        new AddPushSource(
            "default",
            ndjson(
                DataField.of("city", Scalar.STRING.optional()),
                DataField.of("state", Scalar.STRING.optional()),
                DataField.of("population", Scalar.INT64.optional())),
            null,
            before.merge()));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () -> fixture.push("{\"city\": \"E\", \"state\": \"X\", \"population\": 5000}"))
          .hasMessageContaining(
              "Incompatible schema: Schema of the new slice is not compatible with the schema"
                  + " defined by SetDataSchema event")
          .hasMessageContaining("column `state`");
    }
    fixture.commit(before);
    fixture.push("{\"city\": \"E\", \"population\": 5000}");
    assertThat(fixture.rows().getFirst()).isEqualTo("0 0|" + E1 + "|A 1000");
    assertThat(fixture.lastRows()).containsExactly("4 0|2050-01-01T12:00:00Z|E 5000");
  }

  @Test
  void A59_A67_requiredColumnsTakeOptionalOnesWithoutNulls() {
    PushFixture fixture = PushFixture.of(CITIES_APPEND);
    fixture.commit(
        new SetDataSchema(
            null,
            DataSchema.of(
                List.of(
                    DataField.of("offset", Scalar.INT64),
                    DataField.of("op", Scalar.INT32),
                    DataField.of("system_time", DataType.Timestamp.MILLIS_UTC),
                    DataField.of("event_time", DataType.Timestamp.MILLIS_UTC),
                    DataField.of("city", Scalar.STRING),
                    DataField.of("population", Scalar.INT64)))));
    long blocks = fixture.dataset().state().blockCount();
    fixture.push("{\"city\": \"A\", \"population\": 1000}\n{\"city\": \"B\", \"population\": 2}");
    assertThat(fixture.rows()).hasSize(2);
    assertThat(fixture.dataset().state().blockCount()).isEqualTo(blocks + 1);
    assertThatThrownBy(() -> fixture.push("{\"city\": \"E\", \"population\": null}"))
        .hasMessageContaining(
            "Column `population` contains 1 null values while none were expected");
    assertThat(fixture.rows()).hasSize(2);
  }

  @Test
  void A63_timesAreStoredInMillisecondsUtc() {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.manifest(
                "{kind: NdJson, ddlSchema: [\"event_time TIMESTAMP\", \"seen TIMESTAMP(9)\"]}",
                "{kind: Append}"));
    fixture.push("{\"event_time\": \"2000-01-01\", \"seen\": \"2000-01-01T00:00:00.123456Z\"}");
    assertThat(fixture.rows()).containsExactly("0 0|2000-01-01T00:00:00Z|2000-01-01T00:00:00.123Z");
    var schema = Objects.requireNonNull(fixture.dataset().state().schema());
    assertThat(schema.fields().get(3).type()).isEqualTo(DataType.Timestamp.MILLIS_UTC);
    assertThat(schema.fields().get(4).type().required()).isEqualTo(DataType.Timestamp.MILLIS_UTC);
  }

  @Test
  void A66_annotationsOfTheSchemaAreKept() {
    PushFixture fixture = PushFixture.of(CITIES_APPEND);
    fixture.push("{\"city\": \"A\", \"population\": 1000}");
    DataSchema plain = Objects.requireNonNull(fixture.dataset().state().schema());
    List<DataField> described = new ArrayList<>();
    for (DataField field : plain.fields()) {
      ExtraAttributes extra =
          new ExtraAttributes("{\"opendatafabric.org/description\":\"" + field.name() + "\"}");
      described.add(new DataField(field.name(), field.type(), extra));
    }
    fixture.commit(new SetDataSchema(null, DataSchema.of(described)));
    fixture.push("{\"city\": \"D\", \"population\": 4000}");
    assertThat(fixture.lastRows()).containsExactly("1 0|2050-01-01T12:00:00Z|D 4000");
    assertThat(fixture.dataset().state().schema()).isEqualTo(DataSchema.of(described));
  }

  @Test
  void A68_anOptionalColumnIsAddedToAnAppend() {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.manifest(
                """
                {kind: NdJson, schema: {fields: [{name: city, type: String},\
                 {name: population, type: Int64}]}}\
                """,
                "{kind: Append}"));
    fixture.push(
        """
        {"city": "A", "population": 1000}
        {"city": "B", "population": 2000}
        {"city": "C", "population": 3000}
        """);
    addOptionalColumn(fixture, "census_url");
    fixture.push(
        """
        {"city": "A", "population": 1000}
        {"city": "B", "population": 2000, "census_url": "https://b.ca/census"}
        {"city": "C", "population": 3000}
        {"city": "D", "population": 4000, "census_url": "https://d.ca/census"}
        """);
    assertThat(fixture.lastRows())
        .containsExactly(
            "3 0|2050-01-01T12:00:00Z|A 1000 ∅",
            "4 0|2050-01-01T12:00:00Z|B 2000 https://b.ca/census",
            "5 0|2050-01-01T12:00:00Z|C 3000 ∅",
            "6 0|2050-01-01T12:00:00Z|D 4000 https://d.ca/census");
  }

  @Test
  void aSourceThatLacksAnOptionalColumnOfTheDatasetLeavesItNull() {
    PushFixture fixture = PushFixture.of(CITIES_APPEND);
    fixture.push("{\"city\": \"A\", \"population\": 1000}");
    AddPushSource before =
        Objects.requireNonNull(fixture.dataset().state().pushSources().get("default"));
    addOptionalColumn(fixture, "note");
    fixture.commit(before);
    fixture.push("{\"city\": \"B\", \"population\": 2}");
    assertThat(fixture.lastRows()).containsExactly("1 0|2050-01-01T12:00:00Z|B 2 ∅");
  }

  @Test
  void BAD41_aDeclaredColumnNamedLikeASystemColumnIsRefused() {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.manifest(
                "{kind: NdJson, schema: {fields: [{name: city, type: String}]}}",
                "{kind: Append}"));
    fixture.commit(
        new AddPushSource(
            "default",
            ndjson(DataField.of("op", Scalar.INT32)),
            null,
            new dev.catchwater.odf.source.MergeStrategy.Append()));
    assertThatThrownBy(() -> fixture.push("{\"op\": 0}"))
        .isInstanceOfSatisfying(
            CatchwaterException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_MISMATCH))
        .hasMessageContaining(
            "Bad input schema: Data contains a column that conflicts with the system column name");
  }

  private static void addOptionalColumn(PushFixture fixture, String name) {
    DataField added = DataField.of(name, Scalar.STRING.optional());
    DataSchema schema = Objects.requireNonNull(fixture.dataset().state().schema());
    List<DataField> fields = new ArrayList<>(schema.fields());
    fields.add(added);
    fixture.commit(new SetDataSchema(null, DataSchema.of(fields)));
    AddPushSource source =
        Objects.requireNonNull(fixture.dataset().state().pushSources().get("default"));
    List<DataField> read = new ArrayList<>(Objects.requireNonNull(source.read().schema()).fields());
    read.add(added);
    fixture.commit(
        new AddPushSource("default", ndjson(read.toArray(new DataField[0])), null, source.merge()));
  }

  private static ReadStep ndjson(DataField... fields) {
    return new ReadStep.NdJson(null, null, null, null, DataSchema.of(List.of(fields)));
  }
}
