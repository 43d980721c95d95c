package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.LockWait;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The probes of class B that are met through the command line.
class ProbeCasesTest {
  private static final String CITY = Samples.ndjson("city STRING", "population INT64");
  private static final String KEYED =
      Samples.dataset("x", CITY, "{kind: Ledger, primaryKey: [city]}", null);

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
  }

  private void add(String manifest) {
    sandbox.pipe(manifest, "add", "--stdin").succeeded();
  }

  private static String row(String city, long population) {
    return "{\"city\": \"" + city + "\", \"population\": " + population + "}\n";
  }

  private List<String> values() {
    return sandbox.rows("x").stream().map(row -> row.split(",", 5)[4]).toList();
  }

  @Test
  void B1_aKeyTwiceInOnePushIsStoredOnce() {
    add(KEYED);
    sandbox
        .push("x", row("A", 1) + row("A", 1) + row("A", 2))
        .succeeded()
        .says("Dataset updated", "1 duplicate", "1 conflicting");
    assertThat(values()).containsExactly("A,1");
  }

  @Test
  void B2_aNullKeyIsRefused() {
    add(KEYED);
    for (int attempt = 0; attempt < 2; attempt++) {
      sandbox.push("x", row("A", 1) + "{\"population\": 2}\n").refused().says("city", "no value");
    }
    assertThat(values()).isEmpty();
  }

  @Test
  void B3_anotherValueOfAKnownKeyIsCounted() {
    add(KEYED);
    sandbox.push("x", row("A", 1)).succeeded();
    sandbox.push("x", row("A", 2)).succeeded().says("Dataset up-to-date", "1 conflicting");
    assertThat(values()).containsExactly("A,1");
  }

  @Test
  void B12_rowsOfOneTimeKeepTheirOrder() {
    for (String merge : new String[] {"{kind: Append}", "{kind: Ledger, primaryKey: [n]}"}) {
      String name = merge.contains("Ledger") ? "ledger" : "append";
      String read = Samples.ndjson("event_time TIMESTAMP!", "n INT64!");
      add(Samples.dataset(name, read, merge, null));
      StringBuilder rows = new StringBuilder();
      for (int n = 0; n < 1000; n++) {
        rows.append("{\"event_time\": \"2020-01-01\", \"n\": ").append((n * 7) % 1000);
        rows.append("}\n");
      }
      sandbox.push(name, rows.toString()).succeeded();
      List<String> stored = sandbox.rows(name);
      for (int n = 0; n < 1000; n++) {
        assertThat(stored.get(n)).startsWith(n + ",").endsWith("," + (n * 7) % 1000);
      }
    }
  }

  @Test
  void B13_aFractionIsNoInteger() {
    add(Samples.append(CITY));
    sandbox
        .push("x", "{\"city\": \"A\", \"population\": 1.9}\n")
        .refused()
        .says("line 1", "population", "1.9");
    assertThat(values()).isEmpty();
  }

  @Test
  void B14_digitsInAStringAreANumber() {
    add(Samples.append(CITY));
    sandbox.push("x", "{\"city\": \"A\", \"population\": \"12\"}\n").succeeded();
    assertThat(values()).containsExactly("A,12");
  }

  @Test
  void B15_aNumberInAStringColumnIsTakenAsWritten() {
    add(Samples.append(CITY));
    sandbox
        .push("x", "{\"city\": 5, \"population\": 1}\n{\"city\": 1.50, \"population\": 1}\n")
        .succeeded();
    assertThat(values()).containsExactly("5,1", "1.50,1");
  }

  @Test
  void B16_oneMalformedLineAmongAThousandIsNamed() {
    add(Samples.append(CITY));
    StringBuilder rows = new StringBuilder();
    for (int n = 1; n <= 1000; n++) {
      rows.append(n == 617 ? "{\"city\": \"A\", \"population\" 5}\n" : row("A", n));
    }
    String file = sandbox.file("rows.ndjson", rows.toString());
    sandbox.run("ingest", "x", file).refused().says("rows.ndjson:617");
    assertThat(values()).isEmpty();
  }

  @Test
  void B19_oneJsonObjectIsOneRow() {
    add(Samples.append(CITY));
    sandbox
        .push("x", "{\n \"city\": \"A\",\n \"population\": 1\n}\n", "--input-format", "json")
        .succeeded();
    assertThat(values()).containsExactly("A,1");
  }

  @Test
  void B20_aHeaderInTranslatedCsvIsSeen() {
    add(Samples.append(CITY));
    sandbox.push("x", "population,city\n1000,A\n2000,B\n", "--input-format", "csv").succeeded();
    assertThat(values()).containsExactly("A,1000", "B,2000");
  }

  @Test
  void B21_theSameFormatKeepsTheSourcesOptions() {
    add(
        Samples.append(
            "{kind: Csv, separator: \";\"" + Samples.fields("city STRING", "n INT64") + "}"));
    sandbox.push("x", "A;1\nB;2\n", "--input-format", "csv").succeeded();
    assertThat(values()).containsExactly("A,1", "B,2");
  }

  @Test
  void B22_columnsOfACsvWithAHeaderGoByName() {
    add(Samples.append(Samples.csv("city STRING", "population INT64")));
    sandbox.push("x", "population,city\n1000,A\n").succeeded();
    assertThat(values()).containsExactly("A,1000");
  }

  @Test
  void B23_quotedEmptyTextCanBeToldFromNull() {
    for (String option : new String[] {"", ", nullValue: \"\""}) {
      String name = option.isEmpty() ? "x" : "told";
      String read = "{kind: Csv, header: true" + option + Samples.fields("a STRING", "b STRING");
      add(Samples.dataset(name, read + "}", "{kind: Append}", null));
      sandbox.push(name, "a,b\nA,\nB,\"\"\n").succeeded();
      assertThat(sandbox.run("tail", name, "-o", "ndjson").succeeded().out())
          .contains("\"a\":\"A\",\"b\":null")
          .contains("\"a\":\"B\",\"b\":" + (option.isEmpty() ? "null" : "\"\""));
    }
  }

  @Test
  void B24_csvOptionsWork() {
    add(
        Samples.append(
            "{kind: Csv, header: true, encoding: iso-8859-1, nullValue: NA,"
                + " dateFormat: \"dd.MM.yyyy\", timestampFormat: \"yyyy-MM-dd HH:mm\""
                + Samples.fields("city STRING", "d DATE", "t TIMESTAMP")
                + "}"));
    byte[] input =
        "city,d,t\nZürich,31.12.2020,2020-12-31 23:59\nNA,NA,NA\n"
            .getBytes(StandardCharsets.ISO_8859_1);
    sandbox.pipe(input, "ingest", "x", "--stdin").succeeded();
    assertThat(values()).containsExactly("Zürich,2020-12-31,2020-12-31T23:59:00Z", ",,");
  }

  @Test
  void B25_compressedInputIsUnpacked() throws IOException {
    add(Samples.append(CITY));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(row("A", 1).getBytes(StandardCharsets.UTF_8));
    }
    sandbox.pipe(packed.toByteArray(), "ingest", "x", "--stdin").succeeded();
    String file = sandbox.file("rows.ndjson", packed.toByteArray());
    sandbox.run("ingest", "x", file).succeeded();
    byte[] zstd = com.github.luben.zstd.Zstd.compress(row("B", 2).getBytes(StandardCharsets.UTF_8));
    sandbox.pipe(zstd, "ingest", "x", "--stdin").succeeded();
    assertThat(values()).containsExactly("A,1", "A,1", "B,2");
  }

  @Test
  void B26_aByteOrderMarkIsSkipped() {
    add(Samples.append(CITY));
    sandbox.push("x", "\uFEFF" + row("A", 1)).succeeded();
    sandbox.push("x", "\uFEFFcity,population\nB,2\n", "--input-format", "csv").succeeded();
    assertThat(values()).containsExactly("A,1", "B,2");
  }

  @Test
  void B27_pushesAtTheSameTimeTakeTurns() throws Exception {
    add(Samples.append(CITY));
    List<Callable<Outcome>> pushes = new ArrayList<>();
    for (int n = 0; n < 8; n++) {
      int number = n;
      pushes.add(() -> sandbox.push("x", row("A", number)));
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      for (Future<Outcome> outcome : pool.invokeAll(pushes)) {
        outcome.get().succeeded().says("Dataset updated");
      }
    }
    assertThat(values()).hasSize(8);
    sandbox.run("verify", "x").succeeded();
  }

  @Test
  void BAD60_batchesAreCommittedOneByOne() {
    add(Samples.append(CITY));
    sandbox
        .push("x", row("A", 1) + row("B", 2) + row("C", 3), "--batch-rows", "2")
        .succeeded()
        .says("Committing every 2 rows: each batch is a push")
        .says("Dataset updated", "3 added", "0 to 2", "commits 2");
    assertThat(sandbox.run("inspect", "slices", "x", "-o", "csv").outLines()).hasSize(3);
    sandbox
        .push("x", row("D", 4) + row("E", 5) + "{\"city\": }\n", "--batch-rows", "2")
        .refused()
        .says("line 3", "the batches before it stay: 2 rows in 1 commits", "from row 3 on");
    assertThat(values()).containsExactly("A,1", "B,2", "C,3", "D,4", "E,5");
    for (String bad : new String[] {"0", "-1", "many", "1.5", ""}) {
      sandbox.push("x", row("F", 6), "--batch-rows", bad).misused().says("--batch-rows");
    }
    assertThat(values()).hasSize(5);
  }

  @Test
  void B29_manyPushesCostTheSameEach() throws IOException {
    add(KEYED);
    int pushes = 240;
    long[] times = new long[pushes];
    for (int n = 0; n < pushes; n++) {
      long start = System.nanoTime();
      sandbox.push("x", row("city " + n, n)).succeeded();
      times[n] = System.nanoTime() - start;
    }
    long early = median(times, 40, 80);
    long late = median(times, pushes - 40, pushes);
    assertThat(late).isLessThan(3 * early);
    assertThat(values()).hasSize(pushes);
    try (Stream<Path> files = Files.walk(folder.resolve(".catchwater/index"))) {
      assertThat(files.count()).as("files of the key index").isLessThan(40);
    }
  }

  private static long median(long[] times, int from, int to) {
    long[] sorted = Arrays.copyOfRange(times, from, to);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  @Test
  void B38_aPushThatHadToWaitContinuesFromTheNewHead() throws Exception {
    add(Samples.append(CITY));
    sandbox.push("x", row("A", 1)).succeeded();
    Future<Outcome> waiting;
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      try (DatasetWriter writer = Chains.open(sandbox, "x").openWriter(LockWait.none())) {
        sandbox.push("x", row("C", 3), "--lock-wait", "0").refused().says("process");
        waiting = pool.submit(() -> sandbox.push("x", row("B", 2)));
        Instant time = Instant.parse(sandbox.time());
        writer.add(writer.systemTime(time), new MetadataEvent.SetInfo("moved the head", List.of()));
        writer.commit();
      }
      waiting.get().succeeded().says("Dataset updated");
    }
    assertThat(values()).containsExactly("A,1", "B,2");
    sandbox.run("verify", "x").succeeded();
  }

  @Test
  void B30_aDisabledSourceRefuses() {
    add(Samples.append(CITY));
    Chains.commit(sandbox, "x", new MetadataEvent.DisablePushSource("default"));
    sandbox.push("x", row("A", 1)).refused().says("disabled");
    sandbox.push("x", row("A", 1), "--source-name", "default").refused().says("disabled");
    sandbox.run("log", "x").succeeded();
  }

  @Test
  void B31_recursiveIngestIsAnswered() {
    add(Samples.append(CITY));
    Outcome outcome = sandbox.push("x", row("A", 1), "-r");
    assertThat(outcome.exit()).isIn(0, 1);
    assertThat(outcome.err()).doesNotContain("Exception");
  }

  @Test
  void B32_aFileCanBeAUrl() throws IOException {
    add(Samples.append(CITY));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/rows.ndjson",
        exchange -> {
          byte[] body = row("A", 1).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    String root = "http://127.0.0.1:" + server.getAddress().getPort();
    try {
      sandbox.run("ingest", "x", root + "/rows.ndjson").succeeded();
      sandbox.run("ingest", "x", root + "/none.ndjson").refused().says("none.ndjson");
    } finally {
      server.stop(0);
    }
    Path file = folder.resolve(sandbox.file("rows.ndjson", row("B", 2)));
    sandbox.run("ingest", "x", file.toUri().toString()).succeeded();
    assertThat(values()).containsExactly("A,1", "B,2");
  }

  @Test
  void B33_longTextIsCutByCodePoints() {
    add(Samples.append(CITY));
    String text = "🦊".repeat(100);
    sandbox.push("x", row(text, 1)).succeeded();
    String table = sandbox.run("tail", "x", "-o", "table").succeeded().out();
    assertThat(table).contains("🦊".repeat(45) + "…").doesNotContain("🦊".repeat(91), "\uFFFD");
  }

  @Test
  void B35_ignoredFieldsAreCounted() {
    add(Samples.append(CITY));
    sandbox
        .push("x", "{\"city\": \"A\", \"extra\": 1}\n{\"city\": \"B\", \"extra\": 2}\n")
        .succeeded()
        .says("extra", "2");
    assertThat(values()).containsExactly("A,", "B,");
  }

  @Test
  void B36_aNumberInADeclaredTimeIsMilliseconds() {
    add(Samples.append(Samples.ndjson("t TIMESTAMP")));
    sandbox.push("x", "{\"t\": 1577926923000}\n").succeeded();
    assertThat(values()).containsExactly("2020-01-02T01:02:03Z");
  }

  @Test
  void B37_aRowWithoutEventTimeGetsTheCommands() {
    add(Samples.append(Samples.ndjson("event_time TIMESTAMP", "n INT64")));
    sandbox
        .push(
            "x",
            "{\"event_time\": null, \"n\": 1}\n{\"event_time\": \"2020-01-01\", \"n\": 2}\n",
            "--event-time",
            "2030-01-01T00:00:00Z")
        .succeeded();
    assertThat(sandbox.rows("x"))
        .containsExactlyInAnyOrder(
            "0,0," + Sandbox.SYSTEM_TIME + ",2020-01-01T00:00:00Z,2",
            "1,0," + Sandbox.SYSTEM_TIME + ",2030-01-01T00:00:00Z,1");
  }

  @Test
  void B39_anEmptyFirstPushDeclaresTheSchema() {
    add(Samples.append(CITY));
    sandbox.push("x", "").succeeded().says("Dataset updated");
    assertThat(sandbox.schema("x")).contains("city", "population");
    sandbox.push("x", "").succeeded().says("Dataset up-to-date");
    assertThat(values()).isEmpty();
  }

  @Test
  void B40_theBadOneOfThreeFilesIsNamedAndNothingIsKept() throws IOException {
    add(Samples.append(CITY));
    String first = sandbox.file("first.ndjson", row("A", 1));
    String second = sandbox.file("second.ndjson", row("B", 2) + "oops\n");
    String third = sandbox.file("third.ndjson", row("C", 3));
    sandbox.run("ingest", "x", first, second, third).refused().says("second.ndjson:2");
    assertThat(values()).isEmpty();
    Files.writeString(folder.resolve(second), row("B", 2));
    sandbox.run("ingest", "x", first, second, third).succeeded();
    assertThat(values()).containsExactly("A,1", "B,2", "C,3");
  }
}
