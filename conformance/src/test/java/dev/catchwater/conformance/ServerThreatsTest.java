package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.server.ServerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Abuse of the server and what it answers (reliability §6).
class ServerThreatsTest {
  private static final String ROW = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1}";
  private static final Duration PATIENT = Duration.ofSeconds(30);
  private static final String HEAD = "POST /gps/ingest HTTP/1.1\r\nHost: localhost\r\n";

  @TempDir Path folder;

  private Sandbox sandbox() {
    return Sandbox.with(folder, BadHttpTest.MANIFEST);
  }

  private static void isEmpty(Served served) {
    assertThat(served.get("/gps/tail").body()).startsWith("{\"data\":[]");
  }

  @Test
  void TH14_TH15_aBodyOverTheLimitIsRefused() throws IOException {
    try (Served served = Served.of(sandbox(), Served.tight(PATIENT, 10, 1000))) {
      String declared = served.raw(HEAD + "Content-Length: 1000000000\r\n\r\n", false);
      assertThat(declared)
          .startsWith("HTTP/1.1 413")
          .contains("body-too-large", "Connection: close");
      StringBuilder endless = new StringBuilder(HEAD + "Transfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 20; i++) {
        endless.append("64\r\n").append(" ".repeat(100)).append("\r\n");
      }
      assertThat(served.raw(endless.toString(), false)).startsWith("HTTP/1.1 413");
      isEmpty(served);
    }
  }

  @Test
  void TH16_aBombIsRefused() throws IOException {
    byte[] bomb = BadHttpTest.gzip(new byte[8 << 20]);
    try (Served served = Served.of(sandbox())) {
      Served.Reply reply = served.post("/gps/ingest", bomb, "Content-Encoding", "gzip");
      assertThat(reply.status()).isEqualTo(413);
      assertThat(reply.body()).contains("inflated-too-large");
      byte[] cut = BadHttpTest.gzip(ROW);
      cut[cut.length - 5] ^= 1;
      assertThat(served.post("/gps/ingest", cut, "Content-Encoding", "gzip").status())
          .isEqualTo(400);
      isEmpty(served);
    }
  }

  @Test
  void TH17_slowClientsAreCut() throws IOException {
    try (Served served = Served.of(sandbox(), Served.tight(Duration.ofMillis(500), 10, 1000))) {
      assertThat(served.raw("POST /gps/ing", false)).doesNotContain("200 OK");
      assertThat(served.raw(HEAD + "Content-Length: 100\r\n\r\n{", false))
          .startsWith("HTTP/1.1 408");
      isEmpty(served);
    }
  }

  @Test
  void TH19_noOtherProtocolBeginsInTheMiddleOfARequest() throws IOException {
    try (Served served = Served.of(sandbox())) {
      String upgrade =
          "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n";
      String info = "GET /info HTTP/1.1\r\nHost: localhost\r\n";
      String frames = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
      String told = served.raw(info + upgrade + "Connection: close\r\n\r\n", true);
      assertThat(told).startsWith("HTTP/1.1 200").doesNotContain("101 Switching");
      for (String opening :
          List.of(
              HEAD + upgrade + frames,
              HEAD + upgrade + "Content-Length: 3\r\n\r\nabc" + "PRI * HTTP/2.0\r\nX: 1\r\n\r\n",
              "PRI * HTTP/2.0\r\nHost: localhost\r\n\r\nSM\r\n\r\n")) {
        String answer = served.raw(opening, true);
        assertThat(answer).doesNotContain("101 Switching").startsWith("HTTP/1.1 4");
        assertThat(answer).contains("Connection: close");
      }
      assertThat(served.push("gps", ROW).status()).isEqualTo(200);
    }
  }

  @Test
  void TH20_whatCouldSmuggleARequestIsRefused() throws IOException {
    try (Served served = Served.of(sandbox())) {
      for (String lines :
          List.of(
              "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
              "Content-Length: 5\r\nContent-Length: 6\r\n",
              "X-Fold: a\r\n b\r\nContent-Length: 0\r\n",
              "X-Bare: a\nContent-Length: 0\r\n",
              "Content-Length : 0\r\n",
              "Transfer-Encoding: xchunked\r\n")) {
        String answer = served.raw(HEAD + lines + "\r\n0\r\n\r\n", true);
        assertThat(answer).as(lines).startsWith("HTTP/1.1 400").contains("Connection: close");
        assertThat(answer.indexOf("\nHTTP/1.1")).as(lines).isNegative();
      }
    }
  }

  @Test
  void TH23_withoutRoomNothingIsTaken() {
    try (Served served = Served.full(sandbox())) {
      Served.Reply reply = served.push("gps", ROW);
      assertThat(reply.status()).isEqualTo(507);
      assertThat(reply.body()).contains("disk-full");
      assertThat(reply.header("Retry-After")).isNotEmpty();
      assertThat(reply.header("Ingest-Outcome")).isEqualTo("not-applied");
    }
  }

  @Test
  void TH24_whoComesTooManyIsTurnedAwayBeforeHisBodyIsRead() throws IOException {
    try (Served served = Served.of(sandbox(), Served.tight(PATIENT, 1, 1000));
        Socket first = new Socket(InetAddress.getLoopbackAddress(), served.port())) {
      OutputStream out = first.getOutputStream();
      String body = ROW;
      out.write(
          (HEAD + "Expect: 100-continue\r\nContent-Length: " + body.length() + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      InputStream in = first.getInputStream();
      String proceed = new String(in.readNBytes(25), StandardCharsets.US_ASCII);
      assertThat(proceed).startsWith("HTTP/1.1 100 Continue");
      String second =
          served.raw(HEAD + "Expect: 100-continue\r\nContent-Length: 33\r\n\r\n", false);
      assertThat(second)
          .startsWith("HTTP/1.1 503")
          .contains("overloaded", "Retry-After: 1", "Ingest-Outcome: not-applied");
      out.write(body.getBytes(StandardCharsets.US_ASCII));
      first.setSoTimeout(20_000);
      assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 200");
    }
  }

  @Test
  void TH24_whoIsTurnedAwayIsNoFailureInTheLog() {
    Served served = Served.of(sandbox(), Served.tight(PATIENT, 0, 1000));
    assertThat(served.push("gps", ROW).status()).isEqualTo(503);
    served.close();
    assertThat(served.log())
        .contains("\"status\":503", "\"level\":\"info\"")
        .doesNotContain("dev.catchwater", "\"level\":\"error\"");
  }

  @Test
  void TH25_TH54_namesThatAreNoNamesAreNotFound() {
    try (Served served = Served.of(sandbox())) {
      for (String name : List.of("..%5c", "%2e%2e", "a_b", ".catchwater", "CON:", "none", "~")) {
        Served.Reply reply = served.get("/" + name + "/tail");
        assertThat(reply.status()).as(name).isIn(400, 404);
        assertThat(reply.body()).doesNotContain(folder.toString());
      }
      assertThat(served.get("/someone/gps/tail").status()).isEqualTo(404);
      assertThat(served.get("/kamu-server/gps/tail").status()).isEqualTo(200);
    }
  }

  @Test
  void TH26_TH28_aPageOrAProxyIsNotBelieved() throws IOException {
    try (Served served = Served.of(sandbox())) {
      String evil = "GET /info HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n";
      assertThat(served.raw(evil + "X-Forwarded-Host: localhost\r\n\r\n", false))
          .startsWith("HTTP/1.1 421");
      Served.Reply page = served.push("gps", ROW, "Origin", "https://evil.example");
      assertThat(page.status()).isEqualTo(403);
      assertThat(page.header("Access-Control-Allow-Origin")).isEmpty();
      assertThat(served.push("gps", ROW, "Origin", "null").status()).isEqualTo(403);
      assertThat(served.get("/info", "X-HTTP-Method-Override", "POST").status()).isEqualTo(200);
      isEmpty(served);
    }
  }

  @Test
  void TH27_otherMethodsAreToldWhichThereAre() throws IOException {
    try (Served served = Served.of(sandbox())) {
      for (String method : List.of("TRACE", "BREW", "DELETE", "PUT")) {
        String answer = served.raw(method + " /gps/tail HTTP/1.1", "", "");
        assertThat(answer).as(method).startsWith("HTTP/1.1 405").contains("Allow: GET, HEAD");
      }
      assertThat(served.raw("CONNECT localhost:80 HTTP/1.1", "", ""))
          .startsWith("HTTP/1.1 4")
          .doesNotContain("200");
      assertThat(served.raw("GET /platform/file/upload/prepare HTTP/1.1", "", ""))
          .contains("405", "Allow: POST");
    }
  }

  @Test
  void TH51_figuresHaveTheirOwnPort() throws IOException {
    try (Served served = Served.of(sandbox(), Served.tight(PATIENT, 10, 1000))) {
      served.push("gps", ROW);
      assertThat(served.get("/metrics").status()).isEqualTo(404);
      int port = served.server().metricsAddress().orElseThrow().getPort();
      String text = scrape(port, "/metrics");
      assertThat(text)
          .contains("catchwater_requests_total{")
          .contains("route=\"/{dataset}/ingest\",status=\"200\"} 1.0");
      assertThat(scrape(port, "/gps/tail")).startsWith("HTTP/1.1 404");
    }
  }

  private static String scrape(int port, String path) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void TH52_aWorkspaceThatAnyoneMayWriteToIsNotServed() throws IOException {
    Sandbox sandbox = sandbox();
    Path root = folder.resolve(".catchwater");
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> Served.of(sandbox).close())
        .isInstanceOf(CatchwaterException.class)
        .hasMessageContaining("chmod 700 " + root);
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
    Served.of(sandbox).close();
  }

  @Test
  void TH53_aKeyTwiceIsRefusedByTheOneParser() {
    try (Served served = Served.of(sandbox())) {
      assertThat(served.push("gps", "{\"v\":1,\"v\":2}").status()).isEqualTo(400);
      isEmpty(served);
    }
  }

  @Test
  void TH43_whatAClientSendsForgesNoLineOfTheLog() {
    try (Served served = Served.of(sandbox())) {
      served.get("/gps/tail?%0a%1b%5b31m=1");
      served.get("/%e2%80%aegnp/tail");
      assertThat(served.log().lines()).allMatch(line -> line.startsWith("{\"time\""));
      assertThat(served.log()).doesNotContain("\u001b", "\u202e");
    }
  }

  @Test
  void aPageThatIsListedMayUseTheServer() {
    ServerSettings open =
        new ServerSettings(
            "127.0.0.1",
            0,
            -1,
            "kamu-server",
            java.util.Set.of(),
            java.util.Set.of("https://dash.example"),
            ServerSettings.standard(0, "x").bodies(),
            10,
            10,
            100,
            PATIENT,
            PATIENT,
            0,
            Duration.ofSeconds(5),
            1000,
            ServerSettings.standard(0, "x").sql(),
            Duration.ofSeconds(5),
            ServerSettings.standard(0, "x").quotas(),
            ServerSettings.standard(0, "x").access(),
            ServerSettings.standard(0, "x").encryption(),
            true);
    try (Served served = Served.of(sandbox(), open)) {
      Served.Reply reply = served.get("/info", "Origin", "https://dash.example");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo("https://dash.example");
      // A page is to learn why it was refused, and what became of its push.
      Served.Reply none = served.push("none", "{}", "Origin", "https://dash.example");
      assertThat(none.status()).isEqualTo(404);
      assertThat(none.header("Access-Control-Allow-Origin")).isEqualTo("https://dash.example");
      assertThat(none.header("Access-Control-Expose-Headers")).contains("Ingest-Outcome");
      assertThat(served.get("/info", "Origin", "https://other.example").status()).isEqualTo(403);
    }
  }
}
