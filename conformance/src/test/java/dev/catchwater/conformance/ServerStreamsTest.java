package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Server-sent rows, and how a server ends while somebody listens.
class ServerStreamsTest {
  @TempDir Path folder;

  private static String row(int v) {
    return "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":" + v + "}";
  }

  /// A client that listens.
  private record Listener(Socket socket, BufferedReader lines) implements AutoCloseable {
    static Listener of(Served served, String path, String header) throws IOException {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), served.port());
      socket.setSoTimeout(20_000);
      String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new Listener(
          socket,
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)));
    }

    String next(String beginning) throws IOException {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(beginning)) {
          return line;
        }
      }
      return "the end";
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void rowsAreSentAsTheyComeAndFromWhereAClientWas() throws IOException {
    try (Served served = Served.of(Sandbox.with(folder, BadHttpTest.MANIFEST))) {
      served.push("gps", row(1) + "\n" + row(2));
      try (Listener all = Listener.of(served, "/gps/events?from=0", "")) {
        assertThat(all.next("HTTP")).contains("200");
        assertThat(all.next("Content-Type")).contains("text/event-stream");
        assertThat(all.next("id:")).isEqualTo("id: 0");
        assertThat(all.next("data:")).contains("\"offset\":0", "\"v\":1");
        assertThat(all.next("id:")).isEqualTo("id: 1");
        served.push("gps", row(3));
        assertThat(all.next("id:")).isEqualTo("id: 2");
        assertThat(all.next("data:")).contains("\"v\":3");
      }
      try (Listener resumed = Listener.of(served, "/gps/events", "Last-Event-ID: 1\r\n")) {
        assertThat(resumed.next("data:")).contains("\"v\":3");
      }
      try (Listener late = Listener.of(served, "/gps/events", "")) {
        assertThat(late.next("retry:")).isNotEmpty();
        served.push("gps", row(4));
        assertThat(late.next("data:")).contains("\"v\":4");
      }
      assertThat(served.get("/gps/events?from=99").status()).isEqualTo(400);
      assertThat(served.get("/gps/events", "Last-Event-ID", "x").status()).isEqualTo(400);
    }
  }

  @Test
  void aRowIsSentWhenItIsAcknowledgedAndNotWhenSomebodyLooks() throws IOException {
    int count = 20;
    try (Served served = Served.of(Sandbox.with(folder, BadHttpTest.MANIFEST));
        Listener listener = Listener.of(served, "/gps/events", "")) {
      assertThat(listener.next("retry:")).isNotEmpty();
      served.push("gps", row(0));
      assertThat(listener.next("data:")).contains("\"v\":0");
      long started = System.nanoTime();
      for (int i = 1; i <= count; i++) {
        served.push("gps", row(i));
        assertThat(listener.next("data:")).contains("\"v\":" + i + "}");
      }
      // A look each second would take half of one for each row.
      assertThat(Duration.ofNanos(System.nanoTime() - started))
          .isLessThan(Duration.ofMillis(400L * count));
    }
  }

  @Test
  void aServerEndsWhileSomebodyListens() throws IOException {
    Sandbox sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    Served served = Served.of(sandbox);
    served.push("gps", row(1));
    try (Listener listener = Listener.of(served, "/gps/events?from=0", "")) {
      assertThat(listener.next("data:")).contains("\"v\":1");
      long started = System.nanoTime();
      served.close();
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
      assertThat(listener.next("data:")).isEqualTo("the end");
    }
    assertThat(sandbox.rows("gps")).hasSize(1);
  }
}
