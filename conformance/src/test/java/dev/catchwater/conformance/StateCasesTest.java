package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cases of Snapshot, UpsertStream and ChangelogStream. A row is written as in the cases: `V1`
/// is vancouver with population 1 and no event time, `2020:V1` the same of 2020, `-R 2020:V1`
/// brings its operation type. The population `~` is null.
class StateCasesTest {
  private static final Map<Character, String> CITIES =
      Map.of('V', "vancouver", 'S', "seattle", 'K', "kyiv", 'O', "odessa");
  private static final Map<String, Integer> CODES = Map.of("+A", 0, "-R", 1, "-C", 2, "+C", 3);
  private static final String SNAPSHOT = "{kind: Snapshot, primaryKey: [city]}";
  private static final String UPSERT = "{kind: UpsertStream, primaryKey: [year, city]}";
  private static final String CHANGELOG = "{kind: ChangelogStream, primaryKey: [year, city]}";

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
  }

  private void dataset(String merge) {
    boolean hasOperation = !merge.contains("Snapshot");
    String read =
        hasOperation
            ? Samples.ndjson("op INT32", "year DATE", "city STRING", "population INT64")
            : Samples.ndjson("year DATE", "city STRING", "population INT64");
    sandbox.pipe(Samples.dataset("x", read, merge, "year"), "add", "--stdin").succeeded();
  }

  private static String json(String... rows) {
    StringBuilder text = new StringBuilder();
    for (String row : rows) {
      String plain = row.startsWith("+") || row.startsWith("-") ? row.substring(3) : row;
      int colon = plain.indexOf(':');
      text.append("{\"city\": \"").append(CITIES.get(plain.charAt(colon + 1)));
      text.append("\", \"population\": ").append(plain.substring(colon + 2).replace("~", "null"));
      if (colon > 0) {
        text.append(", \"year\": \"").append(plain, 0, colon).append("-01-01\"");
      }
      if (!plain.equals(row)) {
        text.append(", \"op\": ").append(CODES.get(row.substring(0, 2)));
      }
      text.append("}\n");
    }
    return text.toString();
  }

  private Outcome push(String... rows) {
    return sandbox.push("x", json(rows)).succeeded();
  }

  /// The rows from an offset on, without offset and system time: `0,2020,kyiv,3`.
  private List<String> rowsFrom(int offset) {
    return sandbox.rowsFrom("x", offset).stream()
        .map(row -> row.substring(row.indexOf(',') + 1))
        .map(row -> row.replaceFirst(",[^,]*Z,", ",").replace("-01-01,", ","))
        .toList();
  }

  @Test
  void A82_A83_A84_theStateIsTheLastRowOfEachKeyUnlessRetracted() {
    String read = Samples.ndjson("year DATE", "city STRING", "population INT64");
    String manifest =
        Samples.dataset("x", read, SNAPSHOT, "year")
            + "    - kind: AddPushSource\n      sourceName: log\n      read: "
            + Samples.ndjson("op INT32", "year DATE", "city STRING", "population INT64")
            + "\n      merge: {kind: ChangelogStream, primaryKey: [city]}\n";
    sandbox.pipe(manifest, "add", "--stdin").succeeded();
    sandbox.push("x", json("+A 2020:V1", "+A 2020:S2"), "--source-name", "log").succeeded();
    sandbox
        .push("x", json("2020:V1", "2020:S2"), "--source-name", "default")
        .succeeded()
        .says("up-to-date");
    sandbox.push("x", json("-R 2020:V0"), "--source-name", "log").succeeded();
    sandbox.push("x", json("2020:S2"), "--source-name", "default").succeeded().says("up-to-date");
    sandbox.push("x", json("-C 2020:S2", "+C 2020:S4"), "--source-name", "log").succeeded();
    sandbox.push("x", json("2020:S4"), "--source-name", "default").succeeded().says("up-to-date");
  }

  @Test
  void A86_A87_A88_aSnapshotIsComparedWhateverItsOrder() {
    dataset(SNAPSHOT);
    push("V1", "S2").says("2 added");
    assertThat(rowsFrom(0)).containsExactly("0,2050-01-02,seattle,2", "0,2050-01-02,vancouver,1");
    push("V1", "S2").says("Dataset up-to-date", "2 duplicate");
    push("S2", "V1").says("Dataset up-to-date", "2 duplicate");
  }

  @Test
  void A89_aSnapshotAddsCorrectsAndRetracts() {
    dataset(SNAPSHOT);
    push("2020:V1", "2020:S2", "2020:K3");
    push("S2", "K4", "O5").says("1 added, 1 corrected, 1 retracted, 1 duplicate");
    assertThat(rowsFrom(3))
        .containsExactly(
            "2,2020,kyiv,3", "3,2050-01-02,kyiv,4", "0,2050-01-02,odessa,5", "1,2020,vancouver,1");
  }

  @Test
  void A91_aKeyOfAnUnknownColumnIsRefused() {
    String read = Samples.ndjson("city STRING", "population INT64");
    String merge = "{kind: Snapshot, primaryKey: [town]}";
    sandbox.pipe(Samples.dataset("x", read, merge, null), "add", "--stdin").refused().says("town");
    sandbox.pipe(Samples.dataset("y", "{kind: NdJson}", merge, null), "add", "--stdin").succeeded();
    sandbox.push("y", "{\"city\": \"a\"}\n").refused().says("No field named town");
  }

  @Test
  void A52_aSnapshotWithADateInItsKey() {
    String read = Samples.csv("date DATE!", "city STRING!", "population INT64!");
    String merge = "{kind: Snapshot, primaryKey: [date, city]}";
    sandbox.pipe(Samples.dataset("x", read, merge, "date"), "add", "--stdin").succeeded();
    String rows = "date,city,population\n2020-01-01,A,1000\n2020-01-01,B,2000\n";
    sandbox.push("x", rows).succeeded();
    assertThat(sandbox.schema("x")).contains("REQUIRED INT32 date (DATE)");
    assertThat(sandbox.watermark("x")).isEqualTo("2020-01-01T00:00:00Z");
    sandbox.push("x", rows).succeeded().says("Dataset up-to-date");
    sandbox.push("x", rows.replace("2000", "2001")).succeeded().says("1 corrected, 1 duplicate");
  }

  private void cities() {
    String read = Samples.ndjson("city STRING", "population INT64");
    sandbox.pipe(Samples.dataset("x", read, SNAPSHOT, null), "add", "--stdin").succeeded();
  }

  private static String cities(String... rows) {
    StringBuilder text = new StringBuilder();
    for (String row : rows) {
      text.append("{\"city\": \"").append(row.charAt(0)).append("\", \"population\": ");
      text.append(row.substring(1)).append("}\n");
    }
    return text.toString();
  }

  @Test
  void A57_aGrowingSnapshotIsStoredOnce() {
    sandbox.at("2010-01-01T12:00:00Z");
    cities();
    String first = "2000-01-01T12:00:00Z";
    sandbox.push("x", cities("A1000", "B2000", "C3000"), "--event-time", first).succeeded();
    assertThat(sandbox.watermark("x")).isEqualTo(first);
    long blocks = sandbox.blockCount("x");
    String second = "2000-01-02T12:00:00Z";
    sandbox.at("2010-01-02T12:00:00Z");
    String rows = cities("A1000", "B2000", "C3000", "D4000");
    sandbox.push("x", rows, "--event-time", second).succeeded();
    assertThat(sandbox.rowsFrom("x", 3))
        .containsExactly("3,0,2010-01-02T12:00:00Z,2000-01-02T12:00:00Z,D,4000");
    assertThat(sandbox.watermark("x")).isEqualTo(second);
    assertThat(sandbox.blockCount("x")).isEqualTo(blocks + 1);
    sandbox.at("2010-01-03T12:00:00Z");
    sandbox
        .push("x", rows, "--event-time", "2000-01-03T12:00:00Z")
        .succeeded()
        .says("Dataset up-to-date");
    assertThat(sandbox.watermark("x")).isEqualTo(second);
  }

  @Test
  void A62_aSnapshotIsStoredByKey() {
    sandbox.at("2010-01-01T12:00:00Z");
    cities();
    sandbox
        .push(
            "x", cities("C3000", "A1000", "D4000", "B2000"), "--event-time", "2000-01-01T12:00:00Z")
        .succeeded();
    assertThat(rowsFrom(0))
        .containsExactly(
            "0,2000-01-01T12:00:00Z,A,1000",
            "0,2000-01-01T12:00:00Z,B,2000",
            "0,2000-01-01T12:00:00Z,C,3000",
            "0,2000-01-01T12:00:00Z,D,4000");
    sandbox.at("2010-01-02T12:00:00Z");
    sandbox
        .push("x", cities("C3000", "B4000", "D5000"), "--event-time", "2000-01-02T12:00:00Z")
        .succeeded();
    assertThat(rowsFrom(4))
        .containsExactly(
            "1,2000-01-01T12:00:00Z,A,1000",
            "2,2000-01-01T12:00:00Z,B,2000",
            "3,2000-01-02T12:00:00Z,B,4000",
            "2,2000-01-01T12:00:00Z,D,4000",
            "3,2000-01-02T12:00:00Z,D,5000");
    assertThat(sandbox.watermark("x")).isEqualTo("2000-01-02T12:00:00Z");
  }

  @Test
  void B4_B6_aRowOfNullsIsAddedAndRetracted() {
    dataset(SNAPSHOT);
    push("V1");
    push("V1", "S~").says("1 added, 1 duplicate");
    assertThat(rowsFrom(1)).containsExactly("0,2050-01-02,seattle,");
    push("V1").says("1 retracted, 1 duplicate");
    assertThat(rowsFrom(2)).containsExactly("1,2050-01-02,seattle,");
  }

  @Test
  void B5_aDatasetOfKeysOnly() {
    String read = Samples.ndjson("city STRING");
    sandbox.pipe(Samples.dataset("x", read, SNAPSHOT, null), "add", "--stdin").succeeded();
    sandbox.push("x", "{\"city\": \"A\"}\n").succeeded();
    sandbox.push("x", "{\"city\": \"A\"}\n{\"city\": \"B\"}\n").succeeded().says("1 added");
    sandbox.push("x", "{\"city\": \"B\"}\n").succeeded().says("1 retracted");
    assertThat(sandbox.rows("x")).hasSize(3);
  }

  @Test
  void B7_BAD46_aKeyThatComesTwiceIsRefusedWithBothPlaces() {
    dataset(SNAPSHOT);
    String file = sandbox.file("rows.ndjson", json("V1", "S2", "K3", "S4", "K5"));
    sandbox
        .run("ingest", "x", file)
        .refused()
        .says(
            "rows.ndjson:4, field \"city\": Key {\"city\":\"seattle\"} is in the push twice",
            "also in line 2");
    assertThat(rowsFrom(0)).isEmpty();
    push("V1", "S2");
    push("V1", "S2").says("Dataset up-to-date");
  }

  @Test
  void B8_nullsInAKeyAreEqual() {
    dataset(SNAPSHOT);
    String rows = "{\"population\": 5}\n{\"city\": \"a\", \"population\": 6}\n";
    sandbox.push("x", rows).succeeded().says("2 added");
    sandbox.push("x", rows).succeeded().says("Dataset up-to-date", "2 duplicate");
    sandbox.push("x", rows.replace('5', '7')).succeeded().says("1 corrected, 1 duplicate");
    sandbox.push("x", rows + "{\"population\": 8}\n").refused().says("twice");
  }

  @Test
  void BAD46_anEmptySnapshotIsRefusedUnlessAllowed() {
    dataset(SNAPSHOT);
    // Nothing there, nothing to lose: the schema is declared.
    sandbox.push("x", "").succeeded().says("Dataset updated");
    push("V1", "S2");
    sandbox.push("x", "").refused().says("every row would be retracted", "--allow-empty");
    sandbox.push("x", "\n\n").refused().says("--allow-empty");
    assertThat(rowsFrom(2)).isEmpty();
    sandbox.push("x", "", "--allow-empty").succeeded().says("2 retracted");
    sandbox.push("x", "").succeeded().says("Dataset up-to-date");
    sandbox
        .pipe(Samples.dataset("y", "{kind: NdJson}", SNAPSHOT, null), "add", "--stdin")
        .succeeded();
    sandbox.push("y", "").succeeded().says("up-to-date");
    sandbox.push("y", "{\"city\": \"a\"}\n").succeeded();
    sandbox.push("y", "").refused().says("--allow-empty");
    sandbox.push("y", "", "--allow-empty").succeeded().says("1 retracted");
  }

  @Test
  void onlyCompareColumnsMakeADifference() {
    String read = Samples.ndjson("city STRING", "population INT64", "note STRING");
    String merge = "{kind: Snapshot, primaryKey: [city], compareColumns: [population]}";
    sandbox.pipe(Samples.dataset("x", read, merge, null), "add", "--stdin").succeeded();
    String row = "{\"city\": \"A\", \"population\": 1, \"note\": \"old\"}\n";
    sandbox.push("x", row).succeeded();
    sandbox.push("x", row.replace("old", "new")).succeeded().says("Dataset up-to-date");
    sandbox.push("x", row.replace("old", "new").replace("1", "2")).succeeded();
    assertThat(rowsFrom(1))
        .containsExactly("2,2050-01-02T03:04:05Z,A,1,old", "3,2050-01-02T03:04:05Z,A,2,new");
  }

  @Test
  void A92_anUpsertTakesNewKeys() {
    dataset(UPSERT);
    push("+A 2020:V1", "+A 2020:S2", "+A 2020:K3").says("3 added");
    assertThat(rowsFrom(0))
        .containsExactly("0,2020,kyiv,3", "0,2020,seattle,2", "0,2020,vancouver,1");
  }

  @Test
  void A93_theLastRowOfAKeyCounts() {
    dataset(UPSERT);
    push("+A 2020:V1", "+A 2020:V2", "+C 2020:V3", "+A 2020:S2", "+A 2020:K3", "-R 2020:S2")
        .says("2 added, 4 ignored");
    assertThat(rowsFrom(0)).containsExactly("0,2020,kyiv,3", "0,2020,vancouver,3");
  }

  @Test
  void A94_A96_A97_A98_A99_anUpsertOnWhatIsThere() {
    dataset(UPSERT);
    push("+A 2020:V1", "+A 2020:S2", "+A 2020:K3");
    push("+A 2020:K3", "+A 2020:S2").says("Dataset up-to-date", "2 duplicate");
    push("+A 2020:O4").says("1 added");
    assertThat(rowsFrom(3)).containsExactly("0,2020,odessa,4");
    push("+A 2020:V2", "+C 2020:K4").says("2 corrected");
    assertThat(rowsFrom(4))
        .containsExactly(
            "2,2020,kyiv,3", "3,2020,kyiv,4", "2,2020,vancouver,1", "3,2020,vancouver,2");
    push("+A 2020:V5", "+A 2020:V3").says("1 corrected, 1 ignored");
    assertThat(rowsFrom(8)).containsExactly("2,2020,vancouver,2", "3,2020,vancouver,3");
    push("-R 2020:S0").says("1 retracted");
    assertThat(rowsFrom(10)).containsExactly("1,2020,seattle,2");
    push("-R 2020:S0").says("Dataset up-to-date", "1 ignored");
  }

  @Test
  void B9_anUpsertOfNullsIsAdded() {
    dataset("{kind: UpsertStream, primaryKey: [city]}");
    push("+A 2020:V1");
    push("+A S~").says("1 added");
    push("+A S~").says("1 duplicate");
  }

  @Test
  void anUpsertWithoutOperationColumnAdds() {
    String read = Samples.ndjson("city STRING", "population INT64");
    String merge = "{kind: UpsertStream, primaryKey: [city]}";
    sandbox.pipe(Samples.dataset("x", read, merge, null), "add", "--stdin").succeeded();
    sandbox.push("x", cities("A1", "B2")).succeeded().says("2 added");
    sandbox.push("x", cities("A1", "B3")).succeeded().says("1 corrected, 1 duplicate");
  }

  @Test
  void anUpsertDropsAndCountsRowsWithoutOperation() {
    dataset(UPSERT);
    push("+A 2020:V1", "2020:S2").says("1 added, 1 ignored");
    assertThat(rowsFrom(0)).containsExactly("0,2020,vancouver,1");
  }

  @Test
  void B10_BAD42_whatIsNoOperationTypeIsRefused() {
    for (String merge : List.of(UPSERT, CHANGELOG)) {
      String name = merge.contains("Upsert") ? "u" : "c";
      String read = Samples.ndjson("op INT32", "year DATE", "city STRING", "population INT64");
      sandbox.pipe(Samples.dataset(name, read, merge, "year"), "add", "--stdin").succeeded();
      String good = json("+A 2020:V1");
      sandbox
          .push(name, good + good.replace("\"op\": 0", "\"op\": 7"))
          .refused()
          .says("line 2, field \"op\": 7 is no operation type", "0 append, 1 retract");
      sandbox
          .push(name, good.replace("\"op\": 0", "\"op\": -1"))
          .refused()
          .says("line 1", "-1 is no operation type");
      sandbox
          .push(name, good.replace("\"op\": 0", "\"op\": \"+A\""))
          .refused()
          .says("op", "line 1");
      assertThat(sandbox.rows(name)).isEmpty();
    }
    sandbox
        .push("c", json("2020:V1"))
        .refused()
        .says("line 1, field \"op\": An operation type is required, but it is null");
  }

  @Test
  void BAD42_aCorrectFromNeedsItsCorrectTo() {
    dataset(CHANGELOG);
    for (String[] rows :
        new String[][] {
          {"-C 2020:V1"}, {"-C 2020:V1", "+C 2020:S2"}, {"-C 2020:V1", "+A 2020:V2", "+C 2020:V2"}
        }) {
      sandbox
          .push("x", json(rows))
          .refused()
          .says("\"city\":\"vancouver\"", "without a correct-to (3) right behind it");
    }
    push("+C 2020:V1").says("1 corrected");
  }

  @Test
  void A101_A102_aChangelogIsStoredAsItCame() {
    dataset(CHANGELOG);
    push("+A 2020:V1", "+A 2020:S2", "+A 2020:K3", "-C 2020:V1", "+C 2020:V2")
        .says("3 added, 1 corrected");
    assertThat(rowsFrom(0))
        .containsExactly(
            "0,2020,kyiv,3",
            "0,2020,seattle,2",
            "0,2020,vancouver,1",
            "2,2020,vancouver,1",
            "3,2020,vancouver,2");
    push("+A 2020:O4", "-C 2020:V2", "+C 2020:V3");
    assertThat(rowsFrom(5))
        .containsExactly("0,2020,odessa,4", "2,2020,vancouver,2", "3,2020,vancouver,3");
  }

  @Test
  void B11_aChangelogKeepsArrivalInsideAKey() {
    dataset("{kind: ChangelogStream, primaryKey: [city]}");
    push("+A 2020:V1", "+A 2020:K9", "-R 2020:V1", "+A 2020:V2").says("3 added, 1 retracted");
    assertThat(rowsFrom(0))
        .containsExactly(
            "0,2020,kyiv,9", "0,2020,vancouver,1", "1,2020,vancouver,1", "0,2020,vancouver,2");
  }

  @Test
  void anInferredOperationTypeIsStoredAsInt32() {
    String manifest = Samples.dataset("x", "{kind: NdJson}", CHANGELOG.replace("year, ", ""), null);
    sandbox.pipe(manifest, "add", "--stdin").succeeded();
    push("+A 2020:V1", "+A 2020:K9");
    assertThat(sandbox.schema("x")).contains("REQUIRED INT32 op;").doesNotContain("_op");
    assertThat(sandbox.header("x"))
        .isEqualTo("offset,op,system_time,event_time,city,population,year");
    sandbox
        .push("x", "{\"city\": \"a\", \"population\": 1}\n")
        .refused()
        .says("needs the column 'op'");
  }

  @Test
  void aSnapshotOfSeveralFilesIsOneStateAfterTheOther() {
    dataset(SNAPSHOT);
    String one = sandbox.file("1.ndjson", json("V1", "S2"));
    String two = sandbox.file("2.ndjson", json("V3", "K4"));
    sandbox.run("ingest", "x", one, two).succeeded().says("3 added, 1 corrected, 1 retracted");
    assertThat(rowsFrom(2))
        .containsExactly(
            "0,2050-01-02,kyiv,4",
            "1,2050-01-02,seattle,2",
            "2,2050-01-02,vancouver,1",
            "3,2050-01-02,vancouver,3");
    sandbox.run("verify", "x").succeeded();
  }
}
