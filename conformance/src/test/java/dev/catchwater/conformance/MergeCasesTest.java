package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cases of the merge strategies Ledger and Append: A72 to A81, A103, A104. A row is written as
/// in the cases: `V1` is vancouver in 2020 with population 1.
class MergeCasesTest {
  private static final Map<Character, String> CITIES =
      Map.of('V', "vancouver", 'S', "seattle", 'K', "kyiv", 'O', "odessa");

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
  }

  private void dataset(String merge) {
    String read = Samples.ndjson("year DATE!", "city STRING!", "population INT64");
    sandbox.pipe(Samples.dataset("x", read, merge, "year"), "add", "--stdin").succeeded();
  }

  private void ledger(String key) {
    dataset("{kind: Ledger, primaryKey: " + key + "}");
  }

  private Outcome push(String... rows) {
    StringBuilder text = new StringBuilder();
    for (String row : rows) {
      int colon = row.indexOf(':');
      String year = colon < 0 ? "2020" : row.substring(0, colon);
      String city = row.substring(colon + 1, colon + 2);
      text.append("{\"year\": \"").append(year).append("-01-01\", \"city\": \"");
      text.append(CITIES.get(city.charAt(0))).append("\", \"population\": ");
      text.append(row.substring(colon + 2)).append("}\n");
    }
    return sandbox.push("x", text.toString()).succeeded();
  }

  private List<String> rowsFrom(int offset) {
    return sandbox.rowsFrom("x", offset).stream()
        .map(row -> row.replace(",2050-01-02T03:04:05Z,", ","))
        .map(row -> row.replace("-01-01,", ","))
        .toList();
  }

  @Test
  void A72_aLedgerTakesNewKeys() {
    ledger("[year, city]");
    push("V1", "S2", "K3");
    assertThat(rowsFrom(0))
        .containsExactly("0,0,2020,vancouver,1", "1,0,2020,seattle,2", "2,0,2020,kyiv,3");
  }

  @Test
  void A73_aLedgerTakesAKeyItDidNotHave() {
    ledger("[year, city]");
    push("V1", "S2", "K3");
    push("O4");
    assertThat(rowsFrom(3)).containsExactly("3,0,2020,odessa,4");
  }

  @Test
  void A74_A76_aLedgerIgnoresKnownKeys() {
    ledger("[year, city]");
    push("V1", "S2", "K3");
    push("S2", "K3").says("Dataset up-to-date");
    push("S2").says("Dataset up-to-date");
    assertThat(rowsFrom(3)).isEmpty();
  }

  @Test
  void A77_theKeyIsWhatTheManifestSays() {
    ledger("[year]");
    push("V1", "S2");
    long rows = rowsFrom(0).size();
    push("K3").says("Dataset up-to-date");
    assertThat(rowsFrom(0)).hasSize((int) rows);
  }

  @Test
  void A78_aLedgerIgnoresAnotherValueOfAKnownKey() {
    ledger("[year, city]");
    push("V1", "S2");
    push("S3").says("Dataset up-to-date", "1 conflicting");
    assertThat(rowsFrom(2)).isEmpty();
  }

  @Test
  void A79_aValueInTheKeyMakesANewRow() {
    ledger("[year, city, population]");
    push("V1", "S2");
    push("S3");
    assertThat(rowsFrom(2)).containsExactly("2,0,2020,seattle,3");
  }

  @Test
  void A81_aKeyOfAnUnknownColumnIsRefused() {
    String read = Samples.ndjson("year DATE!", "city STRING!", "population INT64");
    String merge = "{kind: Ledger, primaryKey: [year, town]}";
    sandbox
        .pipe(Samples.dataset("x", read, merge, "year"), "add", "--stdin")
        .refused()
        .says("town");
  }

  @Test
  void A103_A104_appendTakesEverything() {
    dataset("{kind: Append}");
    push("2020:V1", "2021:S2", "2022:K3");
    assertThat(rowsFrom(0))
        .containsExactly("0,0,2020,vancouver,1", "1,0,2021,seattle,2", "2,0,2022,kyiv,3");
    push("2023:V1", "2024:O4");
    assertThat(rowsFrom(3)).containsExactly("3,0,2023,vancouver,1", "4,0,2024,odessa,4");
    push("2023:V1");
    assertThat(rowsFrom(5)).containsExactly("5,0,2023,vancouver,1");
  }
}
