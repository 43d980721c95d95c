package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The datasets that kamu wrote (`golden/ORIGIN.md`): read with the same output, copied byte for
/// byte, appended to, made again.
class GoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden").toAbsolutePath();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "accounts-upsert",
        "cities-ledger",
        "cities-snapshot",
        "gps",
        "inferred",
        "places-geo",
        "preprocess",
        "trades-changelog",
        "types-all"
      })
  void isReadWithTheSameOutput(String name) throws IOException {
    Sandbox sandbox = pulled(name);
    sandbox.run("verify", name).succeeded().says("1 dataset(s) are valid");
    assertThat(sandbox.run("log", name).succeeded().out()).isEqualTo(golden(name, "log.txt"));
    same(sandbox.run("log", name, "-o", "yaml"), golden(name, "log.yaml"));
    same(sandbox.run("inspect", "schema", name), golden(name, "schema.odf.yaml"));
    same(
        sandbox.run("inspect", "schema", name, "-o", "parquet"),
        golden(name, "schema.parquet.txt"));
    same(sandbox.run("inspect", "schema", name, "-o", "ddl"), golden(name, "schema.ddl"));
    for (String[] form : new String[][] {{"table", "txt"}, {"json", "json"}, {"csv", "csv"}}) {
      Outcome tail = sandbox.run("tail", name, "-n", "1000", "-o", form[0]).succeeded();
      assertThat(tail.out()).isEqualToNormalizingNewlines(golden(name, "tail." + form[1]));
    }
    String listed = sandbox.run("list", "-w", "-o", "ndjson").succeeded().out();
    for (String line : golden(name, "list.json").lines().toList()) {
      if (line.contains("\": ")) {
        String entry = line.strip().replaceFirst("\": ", "\":");
        assertThat(listed)
            .contains(entry.endsWith(",") ? entry.substring(0, entry.length() - 1) : entry);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "accounts-upsert",
        "cities-ledger",
        "cities-snapshot",
        "gps",
        "inferred",
        "places-geo",
        "preprocess",
        "trades-changelog",
        "types-all"
      })
  void isCopiedByteForByte(String name) throws IOException {
    Map<String, byte[]> original = contents(GOLDEN.resolve(name).resolve("dataset"));
    assertSame(original, contents(pulled(name).dataset(name)));

    Sandbox overHttp = Sandbox.in(Files.createDirectories(folder.resolve("http")));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> serve(GOLDEN.resolve(name).resolve("dataset"), exchange));
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
      overHttp.run("pull", url, "--as", name).succeeded();
      assertSame(original, contents(overHttp.dataset(name)));
      overHttp.run("pull", url, "--as", name).succeeded();
    } finally {
      server.stop(0);
    }

    Path target = folder.resolve("pushed");
    overHttp.run("push", name, "--to", target.toUri().toString()).succeeded();
    assertSame(original, contents(target));
  }

  @Test
  void isAppendedTo() {
    Sandbox gps = pulled("gps");
    gps.push("gps", "{\"t\": \"2020-01-04\", \"long\": 1, \"lat\": 2}\n").succeeded();
    assertThat(gps.rowsFrom("gps", 4))
        .containsExactly("4,0," + Sandbox.SYSTEM_TIME + ",2020-01-04T00:00:00Z,1.0,2.0");
    gps.run("verify", "gps").succeeded();

    Sandbox cities = pulled("cities-ledger").at("2051-01-01T00:00:00Z");
    String rows =
        "year,country,city,population\n2019-01-01,CA,Vancouver,1\n2021-01-01,UA,Odesa,1015000\n";
    cities.push("cities-ledger", rows).succeeded().says("1 conflicting");
    assertThat(cities.rowsFrom("cities-ledger", 4))
        .containsExactly("4,0,2051-01-01T00:00:00Z,2021-01-01,UA,Odesa,1015000");
    cities.run("verify", "cities-ledger").succeeded();

    Sandbox types = pulled("types-all");
    int before = types.rows("types-all").size();
    types.push("types-all", text("types-all", "a.ndjson")).succeeded();
    assertThat(types.rows("types-all")).hasSize(2 * before);
    types.run("verify", "types-all").succeeded();

    Sandbox inferred = pulled("inferred");
    before = inferred.rows("inferred").size();
    inferred.push("inferred", text("inferred", "a.ndjson")).succeeded();
    assertThat(inferred.rows("inferred")).hasSize(2 * before);
    inferred.run("verify", "inferred").succeeded();
  }

  @Test
  void isAppendedToByKey() {
    Sandbox cities = pulled("cities-snapshot").at("2051-01-01T00:00:00Z");
    String last = text("cities-snapshot", "c.json");
    cities
        .push("cities-snapshot", last, "--input-format", "json")
        .succeeded()
        .says("Dataset up-to-date", "2 duplicate");
    cities
        .push("cities-snapshot", last.replace(":1}", ":2}"), "--input-format", "json")
        .succeeded()
        .says("1 corrected, 1 duplicate");
    assertThat(cities.rowsFrom("cities-snapshot", 12))
        .containsExactly(
            "12,2,2051-01-01T00:00:00Z,2050-01-04T00:00:00Z,US,Seattle,1",
            "13,3,2051-01-01T00:00:00Z,2051-01-01T00:00:00Z,US,Seattle,2");
    cities.run("verify", "cities-snapshot").succeeded();

    Sandbox accounts = pulled("accounts-upsert").at("2051-01-01T00:00:00Z");
    accounts
        .push(
            "accounts-upsert",
            "1;2021-01-01T00:00:00Z;A;\n0;2021-01-01T00:00:00Z;B;7\n",
            "--source-name",
            "devices-b")
        .succeeded()
        .says("1 added, 1 retracted");
    assertThat(accounts.rowsFrom("accounts-upsert", 6))
        .containsExactly(
            "6,1,2051-01-01T00:00:00Z,2020-01-02T00:00:00Z,A,150",
            "7,0,2051-01-01T00:00:00Z,2021-01-01T00:00:00Z,B,7");

    Sandbox trades = pulled("trades-changelog").at("2051-01-01T00:00:00Z");
    trades
        .push(
            "trades-changelog",
            "{\"op\": 1, \"event_time\": \"2021-01-01\", \"id\": 1, \"price\": 1.75}\n")
        .succeeded()
        .says("1 retracted");
    trades.run("verify", "trades-changelog").succeeded();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "accounts-upsert",
        "cities-ledger",
        "cities-snapshot",
        "gps",
        "inferred",
        "places-geo",
        "preprocess",
        "trades-changelog",
        "types-all"
      })
  void isMadeAgain(String name) {
    Sandbox sandbox = Sandbox.in(folder).at("2050-01-01T00:00:00Z");
    sandbox.pipe(text(name, "manifest.yaml"), "add", "--stdin").succeeded();
    List<String> steps = text(name, "steps.txt").lines().toList();
    for (int i = 0; i < steps.size(); i += 2) {
      List<String> words = new ArrayList<>(Arrays.asList(steps.get(i).strip().split(" +", -1)));
      sandbox.at(words.removeFirst());
      words.set(2, GOLDEN.resolve(name).resolve(words.get(2)).toString());
      String[] expected = steps.get(i + 1).strip().split(": ", -1);
      Outcome outcome = sandbox.run(words.toArray(String[]::new));
      assertThat("exit " + outcome.exit()).isEqualTo(expected[0]);
      outcome.says(expected[1]);
    }
    List<String> again =
        sandbox.run("tail", name, "-n", "1000", "-o", "csv").succeeded().outLines();
    List<String> original = text(name, "tail.csv").lines().toList();
    assertThat(withoutOffsets(again)).containsExactlyInAnyOrderElementsOf(withoutOffsets(original));
    assertThat(again.stream().map(row -> row.split(",", 2)[0]))
        .containsExactlyElementsOf(original.stream().map(row -> row.split(",", 2)[0]).toList());
    boolean sameOrder = again.equals(original);
    // By key, or by times that differ.
    boolean isDetermined =
        List.of("accounts-upsert", "cities-snapshot", "gps", "trades-changelog").contains(name);
    assertThat(sameOrder || !isDetermined).as("the order is determined").isTrue();
    if (sameOrder) {
      String log = sandbox.run("log", name).succeeded().out();
      assertThat(logicalHashes(log)).isEqualTo(logicalHashes(text(name, "log.txt")));
    }
    sandbox.run("verify", name).succeeded();
  }

  private Sandbox pulled(String name) {
    Path own = folder.resolve("pulled-" + name);
    assertThat(own.toFile().mkdirs()).isTrue();
    Sandbox sandbox = Sandbox.in(own);
    String url = GOLDEN.resolve(name).resolve("dataset").toUri().toString();
    // With an alias it would be a copy of something else, which nothing can be pushed into.
    sandbox.run("pull", url, "--as", name, "--no-alias").succeeded();
    return sandbox;
  }

  private static List<String> withoutOffsets(List<String> rows) {
    return rows.stream().map(row -> row.substring(row.indexOf(',') + 1)).toList();
  }

  private static List<String> logicalHashes(String log) {
    return log.lines().filter(line -> line.contains("LogicalHash:")).toList();
  }

  private static void same(Outcome outcome, String expected) {
    assertThat(outcome.succeeded().out().stripTrailing()).isEqualTo(expected.stripTrailing());
  }

  private static String golden(String name, String file) throws IOException {
    return Files.readString(GOLDEN.resolve(name).resolve(file));
  }

  private static String text(String name, String file) {
    try {
      return golden(name, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> found) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    for (Map.Entry<String, byte[]> entry : expected.entrySet()) {
      assertThat(found.get(entry.getKey())).as(entry.getKey()).isEqualTo(entry.getValue());
    }
  }

  /// The repository's own files: references, blocks, slices, checkpoints.
  private static Map<String, byte[]> contents(Path dataset) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    for (String part : new String[] {"refs", "blocks", "data", "checkpoints"}) {
      Path below = dataset.resolve(part);
      if (Files.isDirectory(below)) {
        try (Stream<Path> files = Files.list(below)) {
          for (Path file : files.filter(file -> !isHidden(file)).toList()) {
            contents.put(dataset.relativize(file).toString(), Files.readAllBytes(file));
          }
        }
      }
    }
    return contents;
  }

  private static boolean isHidden(Path file) {
    return file.getFileName().toString().startsWith(".");
  }

  private static void serve(Path root, HttpExchange exchange) throws IOException {
    Path file = root.resolve(exchange.getRequestURI().getPath().substring(1)).normalize();
    if (file.startsWith(root) && Files.isRegularFile(file)) {
      byte[] body = Files.readAllBytes(file);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } else {
      exchange.sendResponseHeaders(404, -1);
    }
    exchange.close();
  }
}
