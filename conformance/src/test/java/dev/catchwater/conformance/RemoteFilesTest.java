package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `ingest` of files that lie elsewhere.
class RemoteFilesTest {
  @TempDir Path folder;
  private Sandbox sandbox;
  private HttpServer server;
  private String root;
  private final Map<String, String> files = new ConcurrentHashMap<>();

  @BeforeEach
  void serve() throws IOException {
    sandbox = Sandbox.with(folder, Samples.append(Samples.ndjson("city STRING", "n INT64")));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String text = files.get(exchange.getRequestURI().getPath());
          byte[] body = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
          boolean isTagged = exchange.getRequestURI().getPath().startsWith("/tagged");
          String tag = '"' + Integer.toHexString(String.valueOf(text).hashCode()) + '"';
          if (isTagged) {
            exchange.getResponseHeaders().set("ETag", tag);
          }
          boolean isSame =
              isTagged && tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
          exchange.sendResponseHeaders(
              text == null ? 404 : isSame ? 304 : 200, isSame || text == null ? -1 : body.length);
          if (!isSame && text != null) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
    root = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static String row(String city, int n) {
    return "{\"city\": \"" + city + "\", \"n\": " + n + "}\n";
  }

  private List<String> values() {
    return sandbox.rows("x").stream().map(row -> row.split(",", 5)[4]).toList();
  }

  @Test
  void aFileThatDidNotChangeIsNotPushedAgain() {
    for (String path : List.of("/tagged.ndjson", "/bare.ndjson")) {
      files.put(path, row(path, 1));
      sandbox.run("ingest", "x", root + path).succeeded().says("Dataset updated", "copied");
      sandbox
          .run("ingest", "x", root + path)
          .succeeded()
          .says("unchanged since it was pushed", "Dataset up-to-date");
      files.put(path, row(path, 2));
      sandbox.run("ingest", "x", root + path).succeeded().says("Dataset updated");
      sandbox.run("ingest", "x", root + path, "--again").succeeded().says("Dataset updated");
    }
    assertThat(values())
        .containsExactly(
            "/tagged.ndjson,1",
            "/tagged.ndjson,2",
            "/tagged.ndjson,2",
            "/bare.ndjson,1",
            "/bare.ndjson,2",
            "/bare.ndjson,2");
    sandbox.run("verify", "x").succeeded();
  }

  @Test
  void whatStandsBehindTheQuestionMarkIsNeitherToldNorRemembered() throws IOException {
    files.put("/tagged.ndjson", row("A", 1));
    String address = root + "/tagged.ndjson?signature=canary";
    sandbox.run("ingest", "x", address).succeeded().says("Dataset updated").doesNotSay("canary");
    sandbox.run("ingest", "x", address).succeeded().says("unchanged since it was pushed");
    StringBuilder blocks = new StringBuilder();
    try (Stream<Path> written = Files.list(sandbox.dataset("x").resolve("blocks"))) {
      for (Path block : written.toList()) {
        blocks.append(Files.readString(block, StandardCharsets.ISO_8859_1));
      }
    }
    assertThat(blocks.toString()).contains("/tagged.ndjson?").doesNotContain("canary");
    files.put("/tagged.ndjson", "{\"n\": \"x\"}\n");
    sandbox.run("ingest", "x", address).refused().says("/tagged.ndjson:1");
  }

  @Test
  void aPushOfOthersForgetsNothingAndAResetDoes() {
    files.put("/tagged.ndjson", row("A", 1));
    String address = root + "/tagged.ndjson";
    String head = sandbox.run("log", "x").succeeded().outLines().getFirst();
    sandbox.run("ingest", "x", address).succeeded();
    sandbox.push("x", row("B", 2)).succeeded();
    sandbox.run("ingest", "x", address).succeeded().says("up-to-date");
    String hash = head.substring(head.lastIndexOf(' ') + 1);
    sandbox.run("reset", "--yes", "x", hash).succeeded();
    sandbox.run("ingest", "x", address).succeeded().says("Dataset updated");
    assertThat(values()).containsExactly("A,1");
  }

  @Test
  void whatWasRefusedIsNotRemembered() {
    files.put("/tagged.ndjson", row("A", 1) + "{\"n\": \"x\"}\n");
    String address = root + "/tagged.ndjson";
    sandbox.run("ingest", "x", address).refused().says(address + ":2");
    sandbox.run("ingest", "x", "--dry-run", address).refused();
    sandbox
        .run("ingest", "x", "--on-error", "quarantine", address)
        .succeeded()
        .says("Dataset updated");
    sandbox.run("ingest", "x", address).succeeded().says("up-to-date");
  }

  @Test
  void severalFilesAreOnePushAndTheirCopiesGo() throws IOException {
    files.put("/tagged1.ndjson", row("A", 1));
    files.put("/tagged2.ndjson", row("B", 2));
    sandbox.file("here.ndjson", row("C", 3));
    String[] words = {"ingest", "x", root + "/tagged1.ndjson", root + "/tagged2.ndjson"};
    sandbox.run(words).succeeded();
    sandbox.run(words).succeeded().says("up-to-date");
    sandbox.run("ingest", "x", root + "/tagged1.ndjson", "here.ndjson").succeeded();
    assertThat(values()).containsExactly("A,1", "B,2", "C,3");
    try (Stream<Path> copies = Files.list(folder.resolve(".catchwater/run/copies"))) {
      assertThat(copies).isEmpty();
    }
  }

  @Test
  void TH32_whatIsNoFileOfAKindThatIsReadIsRefused() {
    sandbox.run("ingest", "x", "ftp://127.0.0.1/x").refused().says("ftp://127.0.0.1/x", "s3://");
    sandbox.run("ingest", "x", "http://me:pass@127.0.0.1/x").refused().says("no name or password");
    sandbox.run("ingest", "x", root + "/none.ndjson").refused().says("none.ndjson", "404");
    sandbox.run("ingest", "x", "http://127.0.0.1:1/x").refused().says("does not answer");
    assertThat(values()).isEmpty();
  }

  @Test
  void secretsOfS3AreGivenByWhereTheyAre() {
    Outcome outcome = sandbox.run("config", "set", "s3.secret-key", "wJalrXUtnFEMI").refused();
    assertThat(outcome.err()).contains("env:NAME").doesNotContain("wJalrXUtnFEMI");
    sandbox.run("config", "set", "s3.secret-key", "env:MINE").succeeded();
  }

  @Test
  void aPatternThatNoShellExpandedIsLookedForHere() {
    sandbox.file("in/b.ndjson", row("B", 2));
    sandbox.file("in/a.ndjson", row("A", 1));
    sandbox.file("in/[c].ndjson", row("C", 3));
    sandbox.file("in/d.txt", row("D", 4));
    sandbox.run("ingest", "x", "in/[ab].ndjson").succeeded();
    sandbox.run("ingest", "x", "in/[c].ndjson").succeeded();
    assertThat(values()).containsExactly("A,1", "B,2", "C,3");
    sandbox.run("ingest", "x", "in/*.csv").refused().says("in/*.csv", "No file matches");
    sandbox.run("ingest", "x", "none/*.csv").refused().says("No file matches");
    sandbox.run("ingest", "x", "in/[").refused().says("No file matches");
  }
}
