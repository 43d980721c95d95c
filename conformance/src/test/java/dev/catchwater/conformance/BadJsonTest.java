package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// NDJSON that must be refused with its place, or taken as it is meant: BAD23 to BAD45, BAD61,
/// BAD62.
class BadJsonTest {
  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
    dataset("x", Samples.ndjson("n INT64", "s STRING", "f FLOAT64"), "{kind: Append}");
  }

  private void dataset(String name, String read, String merge) {
    sandbox.pipe(Samples.dataset(name, read, merge, null), "add", "--stdin").succeeded();
  }

  /// A push that must be refused and must not leave anything.
  private Outcome refused(String dataset, String rows) {
    Path data = sandbox.dataset(dataset);
    Map<String, Long> before = sandbox.files(data);
    Outcome outcome = sandbox.push(dataset, rows).refused();
    assertThat(sandbox.files(data)).isEqualTo(before);
    return outcome;
  }

  private Outcome refused(String rows) {
    return refused("x", rows);
  }

  private List<String> taken(String rows) {
    int before = sandbox.rows("x").size();
    sandbox.push("x", rows).succeeded();
    return values("x", before);
  }

  private List<String> values(String dataset, int from) {
    return sandbox.rowsFrom(dataset, from).stream().map(row -> row.split(",", 5)[4]).toList();
  }

  @Test
  void BAD23_nothingToIngest() {
    sandbox.push("x", "{\"n\": 1}\n").succeeded();
    long blocks = sandbox.blockCount("x");
    for (String rows : new String[] {"", "\n\n", "  \n \n"}) {
      sandbox.push("x", rows).succeeded().says("Dataset up-to-date");
    }
    assertThat(sandbox.blockCount("x")).isEqualTo(blocks);
  }

  @Test
  void BAD24_lineEndsOfEveryKind() {
    assertThat(taken("{\"n\": 1}\r\n{\"n\": 2}\n\n{\"n\": 3}\r{\"n\": 4}\n\n \n"))
        .containsExactly("1,,", "2,,", "3,,", "4,,");
    assertThat(taken("\uFEFF{\"n\": 5}")).containsExactly("5,,");
  }

  @Test
  void BAD25_aTruncatedLastObject() {
    refused("{\"n\": 1}\n{\"n\": 2}\n{\"s\": \"20").says("line 3");
  }

  @Test
  void BAD26_jsonWhereLinesAreDeclared() {
    refused("[{\"n\": 1}, {\"n\": 2}]\n").says("--input-format json");
    refused("{\n  \"n\": 1\n}\n").says("line 1");
    sandbox.push("x", "[{\"n\": 1}]", "--input-format", "json").succeeded();
  }

  @Test
  void BAD27_aLineThatIsNoObject() {
    for (String line : new String[] {"null", "5", "\"x\""}) {
      refused("{\"n\": 1}\n" + line + "\n").says("line 2", "object");
    }
    refused("{\"n\": 1}\n[]\n").says("line 2");
  }

  @Test
  void BAD28_aDuplicateKey() {
    refused("{\"n\": 1, \"n\": 2}\n").says("line 1, column 10", "n");
  }

  @Test
  void BAD29_anUnknownFieldIsCounted() {
    sandbox.push("x", "{\"n\": 1, \"extra\": {\"a\": [1]}}\n").succeeded().says("extra");
    refused("{\"extra\": 1}\n{\"other\": 1}\n").says("extra");
    assertThat(taken("{}\n")).containsExactly(",,");
  }

  @Test
  void BAD30_aMissingField() {
    assertThat(taken("{\"s\": \"a\"}\n")).containsExactly(",a,");
    dataset("y", Samples.ndjson("n INT64!", "s STRING"), "{kind: Append}");
    refused("y", "{\"n\": 1}\n{\"s\": \"a\"}\n").says("n");
    refused("y", "{\"n\": null}\n").says("n");
  }

  @Test
  void BAD31_whatAnIntegerIs() {
    assertThat(taken("{\"n\": \"1\"}\n{\"n\": 1.0}\n")).containsExactly("1,,", "1,,");
    refused("{\"n\": 1.5}\n").says("line 1", "\"n\"", "1.5");
    refused("{\"n\": true}\n").says("line 1", "\"n\"");
  }

  @Test
  void BAD32_numbersOutOfRange() {
    refused("{\"n\": 9223372036854775808}\n").says("\"n\"", "9223372036854775808");
    refused("{\"n\": -9223372036854775809}\n").says("\"n\"");
    refused("{\"n\": " + "1".repeat(300) + "}\n").says("line 1", "digits");
    long start = System.nanoTime();
    refused("{\"n\": 1e1000000000}\n").says("line 1", "exponent");
    assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
    assertThat(taken("{\"n\": 1e3}\n")).containsExactly("1000,,");
  }

  @Test
  void BAD33_numbersThatJsonDoesNotHave() {
    String[] bad = {
      "{\"f\": NaN}", "{\"f\": Infinity}", "{\"f\": +1}", "{\"f\": 01}", "{\"f\": .5}",
      "{\"f\": 0x10}", "{\"f\": 1,}", "{\"f\": 1 /* one */}", "{'f': 1}", "{\"f\": 1.}",
      "{\"f\": 1e}", "{\"f\": -}"
    };
    for (String line : bad) {
      refused(line + "\n").says("line 1, column");
    }
  }

  @Test
  void BAD34_floatsAtTheirEnds() {
    refused("{\"f\": 1e400}\n").says("\"f\"", "1e400");
    refused("{\"f\": -1e400}\n").says("\"f\"");
    assertThat(taken("{\"f\": 1e-400}\n{\"f\": -0.0}\n")).containsExactly(",,0.0", ",,-0.0");
  }

  @Test
  void BAD35_aDecimalWithTooManyDigits() {
    String read =
        "{kind: NdJson, schema: {fields: [{name: d, type: {kind: Option, inner: {kind: Decimal,"
            + " precision: 10, scale: 2}}}]}}";
    dataset("y", read, "{kind: Append}");
    refused("y", "{\"d\": 1.234}\n").says("\"d\"", "1.234");
    refused("y", "{\"d\": \"123456789.00\"}\n").says("\"d\"");
    sandbox.push("y", "{\"d\": 1.23}\n{\"d\": \"12345678.90\"}\n{\"d\": 1.230}\n").succeeded();
    assertThat(values("y", 0)).containsExactly("1.23", "12345678.90", "1.23");
  }

  @Test
  void BAD36_textThatIsNoText() {
    refused("{\"s\": \"\\ud800\"}\n").says("line 1");
    refused("{\"s\": \"a\u0001b\"}\n").says("line 1");
    for (byte[] bad :
        new byte[][] {{(byte) 0xff}, {(byte) 0xc0, (byte) 0xaf}, {(byte) 0xe2, 0x28}}) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      line.writeBytes("{\"s\": \"".getBytes(StandardCharsets.UTF_8));
      line.writeBytes(bad);
      line.writeBytes("\"}\n".getBytes(StandardCharsets.UTF_8));
      sandbox.pipe(line.toByteArray(), "ingest", "x", "--stdin").refused().says("UTF-8");
    }
    sandbox.push("x", "{\"s\": \"a\\u0000b\"}\n").succeeded();
    assertThat(sandbox.run("tail", "x", "-o", "ndjson").succeeded().out()).contains("a\\u0000b");
  }

  @Test
  void BAD37_sizesOverTheLimits() {
    refused("{\"s\": \"" + "x".repeat(70_000_000) + "\"}\n").says("limit");
    refused("{\"s\": " + "[".repeat(2_000) + "]".repeat(2_000) + "}\n");
  }

  @Test
  void BAD38_timesThatAreNone() {
    dataset("y", Samples.ndjson("t TIMESTAMP"), "{kind: Append}");
    String[] bad = {
      "2020-13-01T00:00:00Z",
      "2020-02-30T00:00:00Z",
      "2020-01-01T24:00:00Z",
      "2020-01-01T23:59:60Z",
      "2020-01-01T00:00:00+25:00",
      "01/02/2020",
      "yesterday",
      "",
      "2020-01-01T00:00",
      "10000-01-01T00:00:00Z"
    };
    for (String time : bad) {
      refused("y", "{\"t\": \"" + time + "\"}\n").says("line 1", "\"t\"");
    }
    sandbox
        .push("y", "{\"t\": \"2020-01-01T00:00:00.123456789Z\"}\n{\"t\": \"2020-01-01\"}\n")
        .succeeded()
        .says("millisecond");
    assertThat(values("y", 0)).containsExactly("2020-01-01T00:00:00.123Z", "2020-01-01T00:00:00Z");
  }

  @Test
  void BAD39_eventTimesFarAway() {
    dataset("y", Samples.ndjson("event_time TIMESTAMP!", "n INT64"), "{kind: Append}");
    sandbox
        .push(
            "y",
            """
            {"event_time": "1901-01-01T00:00:00Z", "n": 1}
            {"event_time": "2999-01-01T00:00:00Z", "n": 2}
            """)
        .succeeded();
    assertThat(values("y", 0)).containsExactly("1", "2");
  }

  @Test
  void BAD40_namesOfFieldsAreMatchedExactly() {
    dataset(
        "y",
        Samples.ndjson("a INT64", "a.b INT64", "a b INT64", "é INT64", "🦊 INT64"),
        "{kind: Append}");
    sandbox
        .push("y", "{\"a\": 1, \"a.b\": 2, \"a b\": 3, \"é\": 4, \"🦊\": 5, \"A\": 6}\n")
        .succeeded()
        .says("A");
    assertThat(values("y", 0)).containsExactly("1,2,3,4,5");
    sandbox.push("y", "{\"a\": 1, \"e\u0301\": 4}\n").succeeded();
    assertThat(values("y", 1)).containsExactly("1,,,,");
  }

  @Test
  void BAD41_systemColumnsInTheData() {
    for (String column : new String[] {"offset", "system_time", "op"}) {
      Outcome outcome = sandbox.push("x", "{\"n\": 1, \"" + column + "\": 0}\n");
      assertThat(outcome.exit()).as(column).isIn(0, 1);
      assertThat(outcome.err()).contains(column);
    }
    dataset("y", Samples.ndjson(), "{kind: Append}");
    sandbox.push("y", "{\"offset\": 5, \"system_time\": \"x\"}\n").succeeded();
    assertThat(sandbox.header("y"))
        .isEqualTo("offset,op,system_time,event_time,_offset,_system_time");
  }

  @Test
  void BAD43_theLastRowIsBad() {
    dataset("y", Samples.ndjson("n INT64!"), "{kind: Ledger, primaryKey: [n]}");
    StringBuilder rows = new StringBuilder();
    for (int n = 1; n < 10_000; n++) {
      rows.append("{\"n\": ").append(n).append("}\n");
    }
    refused("y", rows + "{\"n\": \"ten thousand\"}\n").says("line 10000");
    sandbox.push("y", rows + "{\"n\": 10000}\n").succeeded().says("10,000");
    assertThat(sandbox.rows("y")).hasSize(10_000);
  }

  @Test
  void BAD44_theFirstTenOfManyBadRows() {
    Outcome outcome = refused("{\"n\": \"bad\"}\n".repeat(1000));
    outcome.says("line 1", "line 10", "990 more").doesNotSay("line 11");
  }

  @Test
  void BAD45_keysOfALedger() {
    dataset("y", Samples.ndjson("k INT64", "v INT64"), "{kind: Ledger, primaryKey: [k]}");
    sandbox
        .push("y", "{\"k\": 1, \"v\": 1}\n{\"k\": 1, \"v\": 2}\n")
        .succeeded()
        .says("1 conflicting");
    refused("y", "{\"k\": null, \"v\": 1}\n").says("column k");
    refused("y", "{\"k\": \"one\", \"v\": 1}\n").says("\"k\"");
  }

  @Test
  void BAD61_documentsThatAreNotRows() {
    String[] none = {"[]", "{\"result\": []}"};
    dataset("y", "{kind: Json" + Samples.fields("n INT64!") + "}", "{kind: Append}");
    sandbox.push("y", none[0]).succeeded();
    refused("y", "[[]]");
    refused("y", "{}").says("n");
    dataset(
        "z", "{kind: Json, subPath: result" + Samples.fields("n INT64") + "}", "{kind: Append}");
    sandbox.push("z", none[1]).succeeded();
    refused("z", "{\"other\": []}").says("result");
    refused("z", "{\"result\": 5}").says("result");
  }

  @Test
  void BAD62_documentsThatAreBroken() {
    dataset("y", "{kind: Json" + Samples.fields("n INT64") + "}", "{kind: Append}");
    for (String text : new String[] {"{}{}", "[{\"n\": 1}] x", "[{\"n\": 1}, {\"n\""}) {
      refused("y", text).says("line 1");
    }
  }
}
