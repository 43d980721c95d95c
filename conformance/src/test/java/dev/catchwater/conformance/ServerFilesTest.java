package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files from elsewhere in the place of bodies: which a server takes, and which it never does.
class ServerFilesTest {
  @TempDir Path folder;
  private Sandbox sandbox;
  private HttpServer files;
  private int port;
  private Served served;

  @BeforeEach
  void serve() throws IOException {
    sandbox = Sandbox.with(folder, Samples.append(Samples.ndjson("city STRING", "n INT64")));
    Map<String, byte[]> bodies =
        Map.of(
            "/rows.ndjson", "{\"city\": \"A\", \"n\": 1}\n".getBytes(StandardCharsets.UTF_8),
            "/users.csv.gz", packed("id,name\nu1,Ada\nu2,Bo\n"),
            "/users", "id,name\nu1,Ada\n".getBytes(StandardCharsets.UTF_8));
    files = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    files.createContext(
        "/",
        exchange -> {
          byte[] body = bodies.get(exchange.getRequestURI().getPath());
          if (exchange.getRequestURI().getPath().equals("/moved")) {
            exchange.getResponseHeaders().set("Location", "http://169.254.169.254/latest");
            exchange.sendResponseHeaders(302, -1);
          } else {
            exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
          }
          if (body != null) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    files.start();
    port = files.getAddress().getPort();
    served = Served.of(sandbox);
  }

  @AfterEach
  void stop() {
    served.close();
    files.stop(0);
  }

  private static byte[] packed(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private Served.Reply push(String address, String body) {
    String from = URLEncoder.encode(address, StandardCharsets.UTF_8);
    return served.post("/x/ingest?from=" + from, body);
  }

  private Served.Reply table(String path, String more) {
    String from = URLEncoder.encode("http://127.0.0.1:" + port + path, StandardCharsets.UTF_8);
    return served.post("/tables?name=users&primaryKey=id&from=" + from + more, "");
  }

  private void refused(String address, int status, String slug) {
    Served.Reply reply = push(address, "");
    assertThat(reply.status()).as("%s %s", address, reply.body()).isEqualTo(status);
    assertThat(reply.body()).as(address).contains(slug);
  }

  private void assertNoCopies() throws IOException {
    try (Stream<Path> left = Files.list(folder.resolve(".catchwater/run/server"))) {
      assertThat(left.filter(path -> path.toString().contains("fetched"))).isEmpty();
    }
  }

  @Test
  void aFileIsPushedInThePlaceOfABody() throws IOException {
    Served.Reply reply = push("http://127.0.0.1:" + port + "/rows.ndjson", "");
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(served.get("/x/tail").body()).contains("\"A\"");
    refused("http://127.0.0.1:" + port + "/none", 404, "object-not-found");
    refused("http://127.0.0.1:1/none", 502, "remote-unavailable");
    assertThat(push("http://127.0.0.1:" + port + "/rows.ndjson", "{}").status()).isEqualTo(400);
    assertNoCopies();
  }

  @Test
  void aFileBecomesAVersionOfATable() throws IOException {
    Served.Reply reply = table("/users.csv.gz", "");
    assertThat(reply.status()).as(reply.body()).isEqualTo(201);
    assertThat(served.get("/tables/users/rows/u2").body()).contains("Bo");
    assertThat(table("/users.csv.gz", "").status()).as("the same rows").isEqualTo(200);
    assertThat(table("/users", "").body()).contains("format=csv");
    assertThat(table("/users", "&format=csv").body()).contains("\"version\":2");
    assertNoCopies();
  }

  @Test
  void TH31_whatTheOwnerDidNotListIsNotReached() throws IOException {
    for (String host :
        List.of(
            "localhost",
            "[::1]",
            "2130706433",
            "127.1",
            "0",
            "0x7f.0.0.1",
            "169.254.169.254",
            "10.0.0.1",
            "[::ffff:127.0.0.1]",
            "[fd00:ec2::254]",
            "example.org")) {
      Served.Reply reply = push("http://" + host + ":" + port + "/rows.ndjson", "");
      assertThat(reply.status()).as("%s %s", host, reply.body()).isIn(400, 403);
      assertThat(reply.body()).as(host).containsAnyOf("target-not-allowed", "bad-argument");
    }
    refused("http://169.254.169.254/latest", 403, "target-not-allowed");
    refused("s3://bucket/key", 403, "target-not-allowed");
    refused("hdfs://namenode/key", 403, "target-not-allowed");
    refused("http://127.0.0.1:" + port + "/moved", 403, "target-not-allowed");
    Served.Reply secret = push("http://me:word@127.0.0.1:" + port + "/rows.ndjson", "");
    assertThat(secret.status()).isEqualTo(400);
    assertThat(secret.body()).contains("literal-secret").doesNotContain("word@");
    assertThat(served.get("/x/tail").body()).doesNotContain("\"A\"");
    assertNoCopies();
  }

  @Test
  void TH29_TH32_filesOfTheServerAreNoFilesFromElsewhere() {
    for (String address :
        List.of(
            "file:///etc/passwd",
            "file://host/etc/passwd",
            "/etc/passwd",
            "../../etc/passwd",
            "jar:file:///x!/y",
            "ftp://127.0.0.1/x",
            "gopher://127.0.0.1/x",
            "data:,x",
            "netdoc:/x",
            "/proc/self/environ",
            "")) {
      refused(address, 400, "scheme");
    }
  }
}
