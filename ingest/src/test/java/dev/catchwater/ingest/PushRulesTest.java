package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.DisablePushSource;
import dev.catchwater.odf.source.MergeStrategy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// The rules of Append and Ledger, of sources, files, dry runs and reports, one at a time.
class PushRulesTest {
  private static final String YEARS =
      """
      {kind: NdJson, schema: {fields: [{name: year, type: Date},\
       {name: city, type: String}, {name: population, type: Int64}]}}\
      """;
  private static final String VOCAB = "{kind: SetVocab, eventTimeColumn: year}";
  private static final String VSK = years("V1", "S2", "K3");

  private static PushFixture ledger(String key) {
    return PushFixture.of(
        PushFixture.manifest(YEARS, "{kind: Ledger, primaryKey: [" + key + "]}", VOCAB));
  }

  private static PushFixture append() {
    return PushFixture.of(PushFixture.manifest(YEARS, "{kind: Append}", VOCAB));
  }

  /// `V1` is city V with population 1, all of 2020.
  private static String years(String... cities) {
    StringBuilder lines = new StringBuilder();
    for (String city : cities) {
      lines.append(row("2020", city.substring(0, 1), city.substring(1)));
    }
    return lines.toString();
  }

  private static String row(String year, String city, String population) {
    return "{\"year\":\""
        + year
        + "-01-01\",\"city\":\""
        + city
        + "\",\"population\":"
        + population
        + "}\n";
  }

  @Test
  void A72_A73_aLedgerTakesEveryNewKey() {
    PushFixture fixture = ledger("year, city");
    fixture.push(VSK);
    assertThat(fixture.rows())
        .containsExactly("0 0|2020-01-01|V 1", "1 0|2020-01-01|S 2", "2 0|2020-01-01|K 3");
    fixture.push(years("O4"));
    assertThat(fixture.lastRows()).containsExactly("3 0|2020-01-01|O 4");
  }

  @Test
  void A74_A76_aLedgerTakesNoKnownKeyTwice() {
    PushFixture fixture = ledger("year, city");
    fixture.push(VSK);
    assertThat(fixture.push(years("S2", "K3")).outcome()).isEqualTo(PushOutcome.UP_TO_DATE);
    PushReport report = fixture.push(years("S2"));
    assertThat(report.outcome()).isEqualTo(PushOutcome.UP_TO_DATE);
    assertThat(report.counts()).isEqualTo(new PushCounts(0, 0, 0, 1, 0, 0, 0));
    assertThat(report.offsets()).isNull();
    assertThat(fixture.rows()).hasSize(3);
  }

  @Test
  void A77_theKeyMayBeTheEventTimeAlone() {
    PushFixture fixture = ledger("year");
    fixture.push(years("V1"));
    assertThat(fixture.push(row("2020", "kiev", "3")).outcome()).isEqualTo(PushOutcome.UP_TO_DATE);
  }

  @Test
  void A78_B3_otherValuesOfAKnownKeyAreKeptOutAndCountedAsConflicting() {
    PushFixture fixture = ledger("year, city");
    fixture.push(years("V1", "S2"));
    PushReport report = fixture.push(years("S3"));
    assertThat(report.outcome()).isEqualTo(PushOutcome.UP_TO_DATE);
    assertThat(report.counts()).isEqualTo(new PushCounts(0, 0, 0, 0, 1, 0, 0));
    assertThat(report.conflicts())
        .containsExactly(
            new PushReport.Conflict(null, 1, "{\"year\":\"2020-01-01\",\"city\":\"S\"}"));
  }

  @Test
  void A79_everyColumnMayBeKey() {
    PushFixture fixture = ledger("year, city, population");
    fixture.push(years("V1", "S2"));
    fixture.push(years("S3"));
    assertThat(fixture.lastRows()).containsExactly("2 0|2020-01-01|S 3");
  }

  @Test
  void A81_anUnknownKeyColumnIsNamed() {
    PushFixture fixture = append();
    AddPushSource before =
        Objects.requireNonNull(fixture.dataset().state().pushSources().get("default"));
    fixture.commit(
        new AddPushSource(
            "default", before.read(), null, new MergeStrategy.Ledger(List.of("yaer"))));
    assertThatThrownBy(() -> fixture.push(VSK))
        .hasMessageContaining("No field named yaer. Valid fields are year, city, population.");
  }

  @Test
  void A103_A104_appendTakesEveryRow() {
    PushFixture fixture = append();
    fixture.push(row("2020", "V", "1") + row("2021", "S", "2") + row("2022", "K", "3"));
    PushReport report = fixture.push(row("2023", "V", "1") + row("2024", "O", "4"));
    assertThat(fixture.rows())
        .containsExactly(
            "0 0|2020-01-01|V 1",
            "1 0|2021-01-01|S 2",
            "2 0|2022-01-01|K 3",
            "3 0|2023-01-01|V 1",
            "4 0|2024-01-01|O 4");
    assertThat(report.counts()).isEqualTo(PushCounts.ofAdded(2));
    assertThat(report.offsets()).isEqualTo(new PushReport.Offsets(3, 4));
    assertThat(report.watermark()).isEqualTo(Instant.parse("2024-01-01T00:00:00Z"));
  }

  @Test
  void B1_BAD45_theFirstRowOfAKeyInAPushWinsByArrivalNotByEventTime() {
    PushFixture fixture = ledger("city");
    PushReport report =
        fixture.push(
            row("2022", "A", "1")
                + row("2021", "A", "2")
                + row("2020", "B", "3")
                + row("2022", "A", "1"));
    assertThat(fixture.rows()).containsExactly("0 0|2020-01-01|B 3", "1 0|2022-01-01|A 1");
    assertThat(report.counts()).isEqualTo(new PushCounts(2, 0, 0, 1, 1, 0, 0));
  }

  @Test
  void B2_BAD45_aNullInAKeyIsRefusedAndNothingIsWritten() {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.manifest(
                """
                {kind: NdJson, schema: {fields: [{name: id, type: {kind: Option, inner: Int64}},\
                 {name: v, type: {kind: Option, inner: Int64}}]}}\
                """,
                "{kind: Ledger, primaryKey: [id]}"));
    var head = fixture.dataset().head();
    assertThatThrownBy(() -> fixture.push("{\"id\":1}\n{\"v\":2}"))
        .isInstanceOfSatisfying(
            CatchwaterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_DATA))
        .hasMessageContaining("Key column id has no value");
    assertThat(fixture.dataset().head()).isEqualTo(head);
    fixture.push("{\"id\":1}");
    assertThat(fixture.rows()).containsExactly("0 0|2050-01-01T12:00:00Z|1 ∅");
  }

  @Test
  void BAD45_aKeyOfAnotherTypeIsRefused() {
    PushFixture fixture = ledger("year, city, population");
    fixture.push(VSK);
    assertThatThrownBy(
            () -> fixture.push("{\"year\":\"2020-01-01\",\"city\":\"V\",\"population\":\"x\"}"))
        .isInstanceOfSatisfying(
            CatchwaterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_DATA));
  }

  @Test
  void B12_rowsOfOneEventTimeKeepTheirArrival() {
    for (PushFixture fixture : List.of(append(), ledger("year, city, population"))) {
      StringBuilder lines = new StringBuilder();
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        lines.append(row("2020", "x", String.valueOf((i * 7_919) % 1_000)));
        expected.add(i + " 0|2020-01-01|x " + (i * 7_919) % 1_000);
      }
      fixture.push(lines.toString());
      assertThat(fixture.rows()).isEqualTo(expected);
    }
  }

  @Test
  void B35_missingFieldsAreNullAndUnknownOnesAreCounted() {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.manifest("{kind: NdJson, ddlSchema: [\"a BIGINT\"]}", "{kind: Append}"));
    PushReport report = fixture.push("{\"a\":1,\"x\":1}\n{\"a\":2,\"x\":1,\"y\":2}\n{}");
    assertThat(fixture.rows())
        .extracting(row -> row.substring(row.lastIndexOf('|') + 1))
        .containsExactly("1", "2", "∅");
    assertThat(report.ignoredFields()).containsEntry("x", 2L).containsEntry("y", 1L);
    assertThat(report.rowsRead()).isEqualTo(3);
    assertThatThrownBy(() -> fixture.push(fixture.request("{\"a\":1,\"x\":1}").withStrict(true)))
        .isInstanceOfSatisfying(
            CatchwaterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_DATA));
  }

  @Test
  void B36_aNumberInADeclaredTimeIsEpochMilliseconds() {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.manifest(
                "{kind: NdJson, ddlSchema: [\"event_time TIMESTAMP\"]}", "{kind: Append}"));
    fixture.push("{\"event_time\":1577926923000}");
    assertThat(fixture.rows()).containsExactly("0 0|2020-01-02T01:02:03Z|");
  }

  @Test
  void B37_aNullEventTimeGetsTheFallbackRowByRow() {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.manifest(
                "{kind: NdJson, ddlSchema: [\"event_time TIMESTAMP\", \"a BIGINT\"]}",
                "{kind: Append}"));
    String rows =
        "{\"event_time\":null,\"a\":1}\n{\"event_time\":\"2020-01-01\",\"a\":2}\n{\"a\":3}";
    fixture.push(fixture.request(rows).withEventTime(Instant.parse("2010-06-01T00:00:00.123456Z")));
    assertThat(fixture.rows())
        .containsExactly(
            "0 0|2010-06-01T00:00:00.123Z|1",
            "1 0|2010-06-01T00:00:00.123Z|3",
            "2 0|2020-01-01T00:00:00Z|2");
    fixture.push(rows);
    assertThat(fixture.lastRows())
        .containsExactly(
            "3 0|2020-01-01T00:00:00Z|2",
            "4 0|2050-01-01T12:00:00Z|1",
            "5 0|2050-01-01T12:00:00Z|3");
  }

  @Test
  void aRepeatedRowWithoutAnEventTimeIsADuplicateNotAConflict() {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.manifest(
                "{kind: NdJson, ddlSchema: [\"id BIGINT\", \"a BIGINT\"]}",
                "{kind: Ledger, primaryKey: [id]}"));
    fixture.push("{\"id\":1,\"a\":1}");
    PushReport report = fixture.at("2051-01-01T00:00:00Z").push("{\"id\":1,\"a\":1}");
    assertThat(report.counts()).isEqualTo(new PushCounts(0, 0, 0, 1, 0, 0, 0));
  }

  @Test
  void B39_anEmptyFirstPushWritesTheSchema() {
    PushFixture fixture = ledger("year, city");
    PushReport report = fixture.push("");
    assertThat(report.outcome()).isEqualTo(PushOutcome.UPDATED);
    assertThat(report.counts()).isEqualTo(PushCounts.NONE);
    assertThat(fixture.schema()).startsWith("offset: Int64!, op: Int32!");
    assertThat(fixture.push("").outcome()).isEqualTo(PushOutcome.UP_TO_DATE);

    PushFixture inferred = PushFixture.of(PushFixture.manifest("{kind: NdJson}", "{kind: Append}"));
    assertThat(inferred.push("").outcome()).isEqualTo(PushOutcome.UP_TO_DATE);
    assertThat(inferred.schema()).isEqualTo("none");
  }

  @Test
  void B40_BAD43_severalFilesAreOneAndTheBadOneIsNamed() {
    PushFixture fixture = ledger("year, city");
    var head = fixture.dataset().head();
    assertThatThrownBy(() -> fixture.push(years("A1"), "{\"year\":", years("C3")))
        .hasMessageContaining("file-2");
    assertThatThrownBy(() -> fixture.push(years("A1"), "{\"year\":\"2020-01-01\"}"))
        .hasMessageContaining("file-2");
    assertThat(fixture.dataset().head()).isEqualTo(head);
    PushReport report = fixture.push(years("A1"), years("A1", "B2"), years("A9", "C3"));
    assertThat(report.counts()).isEqualTo(new PushCounts(3, 0, 0, 1, 1, 0, 0));
    assertThat(report.offsets()).isEqualTo(new PushReport.Offsets(0, 2));
    assertThat(report.blockCount()).isEqualTo(4);
    assertThat(report.conflicts().getFirst().input()).isEqualTo("file-3");
    assertThat(fixture.rows())
        .containsExactly("0 0|2020-01-01|A 1", "1 0|2020-01-01|B 2", "2 0|2020-01-01|C 3");
    assertThat(fixture.push(years("A1", "B2", "C3")).outcome()).isEqualTo(PushOutcome.UP_TO_DATE);
  }

  @Test
  void theSameFileTwiceIsWarnedOf() {
    PushFixture fixture = append();
    PushRequest twice = fixture.request(years("A1"), years("B2"));
    List<dev.catchwater.ingest.read.PushInput> inputs =
        List.of(twice.inputs().getFirst(), twice.inputs().getFirst());
    PushReport report = fixture.push(PushRequest.of(fixture.dataset(), inputs));
    assertThat(report.warnings()).containsExactly("The file file-1 was given more than once");
    assertThat(report.counts().added()).isEqualTo(2);
  }

  @Test
  void aDryRunSaysWhatWouldHappenAndChangesNothing() {
    PushFixture fixture = ledger("year, city");
    fixture.push(VSK);
    var head = fixture.dataset().head();
    PushReport report = fixture.push(fixture.request(years("S9", "K3", "N1")).withDryRun(true));
    assertThat(report.dryRun()).isTrue();
    assertThat(report.outcome()).isEqualTo(PushOutcome.UPDATED);
    assertThat(report.counts()).isEqualTo(new PushCounts(1, 0, 0, 1, 1, 0, 0));
    assertThat(report.offsets()).isEqualTo(new PushReport.Offsets(3, 3));
    assertThat(report.block()).isNull();
    assertThat(report.head()).isEqualTo(head);
    assertThat(fixture.dataset().head()).isEqualTo(head);
    assertThat(fixture.rows()).hasSize(3);
    assertThat(fixture.push(years("N1")).counts()).isEqualTo(PushCounts.ofAdded(1));
  }

  @Test
  void BAD39_anyEventTimeIsTaken() {
    PushFixture fixture = append();
    fixture.push(row("2999", "A", "1") + row("1901", "B", "2"));
    assertThat(fixture.rows()).containsExactly("0 0|1901-01-01|B 2", "1 0|2999-01-01|A 1");
    assertThat(fixture.watermark()).isEqualTo("2999-01-01T00:00:00Z");
  }

  @Test
  void theSystemTimeNeverGoesBack() {
    PushFixture fixture = append();
    fixture.push(years("A1"));
    PushReport report = fixture.at("2049-01-01T00:00:00Z").push(years("B2"));
    assertThat(report.systemTime()).isEqualTo(PushFixture.SYSTEM_TIME);
    Instant asked = Instant.parse("2060-01-01T00:00:00.000000001Z");
    report = fixture.push(fixture.request(years("C3")).withSystemTime(asked));
    assertThat(report.systemTime()).isEqualTo(asked);
    assertThat(fixture.dataset().state().systemTime()).isEqualTo(asked);
  }

  @Test
  void B30_theSourceIsChosenOrItsAbsenceExplained() {
    PushFixture fixture = append();
    assertThatThrownBy(() -> fixture.push(fixture.request(VSK).withSourceName("x")))
        .isInstanceOfSatisfying(
            CatchwaterException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND))
        .hasMessageContaining("Source 'x' not found");
    AddPushSource first =
        Objects.requireNonNull(fixture.dataset().state().pushSources().get("default"));
    fixture.commit(new AddPushSource("other", first.read(), null, first.merge()));
    assertThatThrownBy(() -> fixture.push(VSK))
        .hasMessageContaining(
            "Explicit source name is required to pick between several active push sources");
    fixture.push(fixture.request(VSK).withSourceName("other"));
    fixture.commit(new DisablePushSource("default"));
    fixture.push(VSK);
    assertThatThrownBy(() -> fixture.push(fixture.request(VSK).withSourceName("default")))
        .hasMessageContaining("Source 'default' is disabled");
    fixture.commit(new DisablePushSource("other"));
    assertThatThrownBy(() -> fixture.push(VSK)).hasMessageContaining("no active push source");
    assertThat(fixture.rows()).hasSize(6);
  }

  @Test
  void aDatasetWithoutSourcesSaysSo() {
    PushFixture fixture =
        PushFixture.of(
            "kind: DatasetSnapshot\nversion: 1\ncontent:\n  name: d\n  kind: Root\n  metadata: []\n");
    assertThatThrownBy(() -> fixture.push(VSK))
        .hasMessageContaining(
            "Dataset does not define a default push source, consider specifying the source name");
  }

  @Test
  void theListenerHearsStagesAndTotals() {
    PushFixture fixture = append();
    List<String> heard = new ArrayList<>();
    PushListener listener =
        new PushListener() {
          @Override
          public void stage(PushStage stage, int input) {
            heard.add(stage + " " + input);
          }

          @Override
          public void progress(long rows, long bytes) {
            heard.add(rows + " rows");
          }
        };
    fixture.push(
        fixture.request(years("A1"), row("2021", "B", "2") + years("C3")).withListener(listener));
    assertThat(heard)
        .containsExactly(
            "READING 0",
            "1 rows",
            "SEALING 0",
            "READING 1",
            "3 rows",
            "MERGING 1",
            "SEALING 1",
            "COMMITTING 1");
  }
}
