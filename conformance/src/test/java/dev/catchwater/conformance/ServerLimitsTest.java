package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.server.ServerSettings;
import dev.catchwater.server.api.PushQuotas;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How much and how slowly clients may ask (reliability §6).
class ServerLimitsTest {
  private static final String ROW = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1}";
  private static final String HEAD = "POST /gps/ingest HTTP/1.1\r\nHost: localhost\r\n";
  private static final Duration PATIENT = Duration.ofSeconds(30);

  @TempDir Path folder;

  private Sandbox sandbox() {
    return Sandbox.with(folder, BadHttpTest.MANIFEST);
  }

  private static ServerSettings standard() {
    return ServerSettings.standard(0, "kamu-server");
  }

  /// A client that takes its time.
  private static final class Client implements AutoCloseable {
    private final Socket socket;

    Client(Served served) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), served.port());
      socket.setSoTimeout(20_000);
    }

    void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
    }

    String receive(int count) throws IOException {
      return new String(socket.getInputStream().readNBytes(count), StandardCharsets.US_ASCII);
    }

    /// All that comes until the end; an end by a reset is one.
    String rest() throws IOException {
      StringBuilder all = new StringBuilder();
      try {
        for (int next = socket.getInputStream().read();
            next >= 0;
            next = socket.getInputStream().read()) {
          all.append((char) next);
        }
      } catch (SocketException e) {
        return all.toString();
      }
      return all.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void TH21_moreThanTheRateIsRefusedBeforeTheBodyIsRead() throws IOException {
    PushQuotas.Limits two = new PushQuotas.Limits(2, 0);
    try (Served served = Served.of(sandbox(), standard().withQuotas(two))) {
      Served.Reply first = served.push("gps", ROW);
      assertThat(first.status()).isEqualTo(200);
      assertThat(first.header("RateLimit-Policy")).isEqualTo("\"pushes\";q=2;w=1");
      int refused = 0;
      for (int i = 0; i < 20 && refused == 0; i++) {
        String answer =
            served.raw(HEAD + "Expect: 100-continue\r\nContent-Length: 900\r\n\r\n", true);
        if (answer.startsWith("HTTP/1.1 429")) {
          refused++;
          assertThat(answer)
              .contains("too-many-requests", "Retry-After: 1", "RateLimit: \"pushes\";r=0;t=1")
              .contains("Ingest-Outcome: not-applied")
              .doesNotContain("100 Continue");
        }
      }
      assertThat(refused).isEqualTo(1);
      assertThat(served.get("/gps/tail").status()).as("reads are not counted").isEqualTo(200);
    }
  }

  @Test
  void TH22_moreThanTheDatasetsMayHoldIsRefused() {
    PushQuotas.Limits small = new PushQuotas.Limits(0, 3_000);
    try (Served served = Served.of(sandbox(), standard().withQuotas(small))) {
      assertThat(served.push("gps", ROW).status()).isEqualTo(200);
      Served.Reply large = served.push("gps", (ROW + "\n").repeat(100));
      assertThat(large.status()).isEqualTo(403);
      assertThat(large.body()).contains("quota-exceeded");
      assertThat(large.header("Ingest-Outcome")).isEqualTo("not-applied");
      assertThat(served.get("/gps/tail").body()).containsOnlyOnce("\"offset\"");
    }
  }

  @Test
  void TH17_aHeadThatDripsIsCutInTime() throws Exception {
    ServerSettings hasty = standard().withConnections(100, PATIENT, Duration.ofMillis(500));
    try (Served served = Served.of(sandbox(), hasty);
        Client client = new Client(served)) {
      Thread dripping =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (int i = 0; i < 200; i++) {
                    client.send(i == 0 ? HEAD + "X-Slow: a" : "a");
                    Thread.sleep(100);
                  }
                } catch (IOException | InterruptedException e) {
                  // cut, as it should be
                }
              });
      assertThat(client.rest()).startsWith("HTTP/1.1 408").contains("too-slow");
      dripping.join();
      assertThat(served.push("gps", ROW).status()).isEqualTo(200);
    }
  }

  @Test
  void TH17_aBodyThatDripsIsCutInTime() throws Exception {
    ServerSettings hasty =
        standard()
            .withBodies(standard().bodies().withPace(1 << 10, Duration.ofMillis(500)), 1 << 20);
    try (Served served = Served.of(sandbox(), hasty);
        Client client = new Client(served)) {
      client.send(HEAD + "Content-Length: 1000\r\n\r\n");
      Thread dripping =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (int i = 0; i < 100; i++) {
                    client.send(" ");
                    Thread.sleep(100);
                  }
                } catch (IOException | InterruptedException e) {
                  // cut, as it should be
                }
              });
      assertThat(client.rest()).startsWith("HTTP/1.1 408").contains("too-slow", "not-applied");
      dripping.join();
    }
  }

  @Test
  void TH17_whoDoesNotReadIsCut() throws Exception {
    ServerSettings hasty = standard().withConnections(100, Duration.ofSeconds(1), PATIENT);
    String rows = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1000000000}\n".repeat(200_000);
    try (Served served = Served.of(sandbox(), hasty);
        Client client = new Client(served)) {
      assertThat(served.push("gps", rows).status()).isEqualTo(200);
      client.send("GET /gps/tail?limit=200000 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(client.receive(12)).isEqualTo("HTTP/1.1 200");
      Thread.sleep(3_000);
      assertThat(client.rest().length()).as("not the whole of it").isLessThan(16_000_000);
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void TH18_overTheNumberTheOldestIdleOneIsClosed() throws Exception {
    ServerSettings three = standard().withConnections(3, PATIENT, PATIENT);
    try (Served served = Served.of(sandbox(), three);
        Client busy = new Client(served);
        Client old = new Client(served);
        Client young = new Client(served)) {
      busy.send(HEAD + "Expect: 100-continue\r\nContent-Length: " + ROW.length() + "\r\n\r\n");
      assertThat(busy.receive(25)).startsWith("HTTP/1.1 100");
      Thread.sleep(50);
      ask(young);
      try (Client next = new Client(served)) {
        ask(next);
        assertThat(old.rest()).as("the idle one is closed").isEmpty();
        ask(young);
        busy.send(ROW);
        assertThat(busy.receive(12)).as("the busy one is not").isEqualTo("HTTP/1.1 200");
      }
    }
  }

  private static void ask(Client client) throws IOException {
    client.send("GET /info HTTP/1.1\r\nHost: localhost\r\n\r\n");
    String length = "0";
    String head = client.receive(12);
    assertThat(head).isEqualTo("HTTP/1.1 200");
    StringBuilder text = new StringBuilder();
    while (!text.toString().endsWith("\r\n\r\n")) {
      text.append(client.receive(1));
    }
    for (String header : text.toString().split("\r\n", -1)) {
      length = header.startsWith("Content-Length: ") ? header.substring(16) : length;
    }
    client.receive(Integer.parseInt(length));
  }

  @Test
  void TH18_whereNoneIsIdleTheNewOneIsToldToComeBack() throws Exception {
    ServerSettings one = standard().withConnections(1, PATIENT, PATIENT);
    try (Served served = Served.of(sandbox(), one)) {
      try (Client first = new Client(served)) {
        first.send(HEAD + "Expect: 100-continue\r\nContent-Length: " + ROW.length() + "\r\n\r\n");
        assertThat(first.receive(25)).startsWith("HTTP/1.1 100");
        try (Client second = new Client(served)) {
          second.send(HEAD + "Content-Length: " + ROW.length() + "\r\n\r\n" + ROW);
          assertThat(second.rest())
              .startsWith("HTTP/1.1 503")
              .contains("overloaded", "Retry-After: 1", "Ingest-Outcome: not-applied");
        }
        first.send(ROW);
        assertThat(first.receive(12)).isEqualTo("HTTP/1.1 200");
      }
      assertThat(served.get("/gps/tail").body()).containsOnlyOnce("\"offset\"");
    }
  }
}
