package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.server.ServerSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// HTTP/2 in cleartext, by clients that know beforehand: the same answers and the same limits as
/// HTTP/1.1 on the same port.
class Http2Test {
  private static final int STREAMS = 100;
  private static final Pattern START = Pattern.compile("\"offsets\":\\{\"start\":(\\d+)");

  @TempDir Path folder;

  private static String row(int v) {
    return "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":" + v + "}";
  }

  private Served served() {
    return Served.of(Sandbox.with(folder, BadHttpTest.MANIFEST));
  }

  private static byte[] headers(int stream, String method, String path, String... more) {
    return Http2Wire.frame(
        Http2Wire.HEADERS, Http2Wire.END_HEADERS, stream, Http2Wire.head(method, path, more));
  }

  private static byte[] data(int stream, String body) {
    return Http2Wire.frame(
        Http2Wire.DATA, Http2Wire.END_STREAM, stream, body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void rowsArePushedReadAndFollowedOnOneConnection() throws IOException {
    try (Served served = served();
        Http2Wire wire = new Http2Wire(served.port())) {
      wire.send(headers(1, "POST", "/gps/ingest"), data(1, row(7)));
      assertThat(wire.answer(1)).contains("\"outcome\":\"applied\"", "\"receipt\":");
      wire.get(3, "/gps/tail");
      assertThat(wire.answer(3)).contains("\"v\":7");
      wire.get(5, "/gps/events?from=0");
      until(wire, 5, "\"v\":7");
      wire.send(headers(7, "POST", "/gps/ingest"), data(7, row(8)));
      until(wire, 5, "\"v\":8");
      wire.get(9, "/nowhere");
      assertThat(wire.answer(9)).contains("\"status\":404", "not-found");
    }
  }

  private static void until(Http2Wire wire, int stream, String text) {
    while (!wire.body(stream).contains(text)) {
      assertThat(wire.next().type()).isNotNegative();
    }
  }

  @Test
  void aHundredPushesAtOnceAreAllAnsweredOnce() throws IOException {
    try (Served served = served();
        Http2Wire wire = new Http2Wire(served.port())) {
      for (int i = 0; i < STREAMS; i++) {
        wire.send(headers(2 * i + 1, "POST", "/gps/ingest"));
      }
      for (int i = STREAMS - 1; i >= 0; i--) {
        wire.send(data(2 * i + 1, row(i)));
      }
      int ends = 0;
      while (ends < STREAMS) {
        Http2Wire.Frame frame = wire.next();
        assertThat(frame.type()).isNotIn(-1, Http2Wire.RST_STREAM, Http2Wire.GOAWAY);
        boolean isLast = (frame.flags() & Http2Wire.END_STREAM) != 0;
        ends += frame.type() == Http2Wire.DATA && isLast ? 1 : 0;
      }
      Set<String> starts = new HashSet<>();
      for (int i = 0; i < STREAMS; i++) {
        Matcher start = START.matcher(wire.body(2 * i + 1));
        assertThat(start.find()).isTrue();
        starts.add(start.group(1));
      }
      assertThat(starts).hasSize(STREAMS);
      assertThat(served.get("/datasets/gps").body()).contains("\"nextOffset\":" + STREAMS);
    }
  }

  @Test
  void aLargeBodyGoesInAndOutInManyWindows() throws IOException {
    int rows = 20_000;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      text.append(row(i)).append('\n');
    }
    try (Served served = served()) {
      String pushed = curl(served, "/gps/ingest", text.toString());
      assertThat(pushed).contains("\"added\":" + rows).endsWith(" 2 200");
      String read = curl(served, "/gps/tail?limit=" + rows, "");
      assertThat(read).contains("\"v\":" + (rows - 1)).endsWith(" 2 200");
    }
  }

  private String curl(Served served, String path, String body) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            "curl", "-sS", "--http2-prior-knowledge", "-w", " %{http_version} %{http_code}");
    if (!body.isEmpty()) {
      Path file = folder.resolve("body");
      Files.writeString(file, body);
      builder.command().add("-H");
      builder.command().add("Content-Type: application/x-ndjson");
      builder.command().add("--data-binary");
      builder.command().add("@" + file);
    }
    builder.command().add(served.at(path).toString());
    builder.redirectErrorStream(true);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      Assumptions.abort("needs curl with HTTP/2");
      throw e;
    }
    String all = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    Assumptions.assumeFalse(all.contains("does not support"), "needs curl with HTTP/2");
    return all;
  }

  @Test
  void headsThatAreWrongAreRefusedAndTheConnectionGoesOn() throws IOException {
    try (Served served = served();
        Http2Wire wire = new Http2Wire(served.port())) {
      String[][] wrong = {
        {"x", "9".repeat(9000)},
        {"host", "elsewhere"},
        {"transfer-encoding", "chunked"},
        {"connection", "close"},
        {"upgrade", "h2c"},
        {"X-Upper", "1"},
        {"content-length", "1", "content-length", "2"},
        {"content-length", "-5"},
        {"te", "gzip"},
        {":method", "GET"},
        {"bad name", "1"},
        {"bad", "a\rb"},
      };
      int stream = 1;
      for (String[] fields : wrong) {
        wire.get(stream, "/gps/tail", fields);
        assertThat(wire.answer(stream)).as(fields[0]).containsPattern("\"status\":4(00|31)");
        stream += 2;
      }
      wire.get(stream, "/" + "a".repeat(9000));
      assertThat(wire.answer(stream)).contains("\"status\":414", "address-too-long");
      wire.get(stream + 2, "/gps/tail", many(9));
      assertThat(wire.answer(stream + 2)).contains("\"status\":431", "header-too-large");
      wire.get(stream + 4, "/gps/%zz/../tail");
      assertThat(wire.answer(stream + 4)).contains("\"status\":400");
      wire.get(stream + 6, "/gps/tail", "origin", "https://evil.example");
      assertThat(wire.answer(stream + 6)).contains("\"status\":403");
      wire.send(headers(stream + 8, "CONNECT", "/gps/tail"));
      assertThat(wire.answer(stream + 8)).containsPattern("\"status\":4(00|05)");
      wire.get(stream + 10, "/gps/tail");
      assertThat(wire.answer(stream + 10)).contains("\"data\":[]");
      wire.get(stream + 12, "/gps/tail", "content-length", "one");
      assertThat(wire.answer(stream + 12)).contains("go away");
    }
  }

  /// Fields of 4,000 bytes each.
  private static String[] many(int count) {
    String[] fields = new String[2 * count];
    for (int i = 0; i < count; i++) {
      fields[2 * i] = "x-" + i;
      fields[2 * i + 1] = "9".repeat(4000);
    }
    return fields;
  }

  @Test
  void TH17_slowBodiesAndHeadsAndReadersAreCut() throws IOException {
    ServerSettings settings = Served.tight(Duration.ofMillis(700), 10, 1 << 20);
    try (Served served = Served.of(Sandbox.with(folder, BadHttpTest.MANIFEST), settings);
        Http2Wire slow = new Http2Wire(served.port());
        Http2Wire stopped = new Http2Wire(served.port(), 4, 0);
        Http2Wire half = new Http2Wire(served.port())) {
      slow.send(headers(1, "POST", "/gps/ingest", "content-length", "100"));
      slow.send(Http2Wire.frame(Http2Wire.DATA, 0, 1, new byte[] {'{'}));
      assertThat(slow.answer(1)).contains("\"status\":408", "too-slow");
      stopped.get(1, "/gps/tail");
      assertThat(stopped.answer(1)).matches("reset .*|go away .*|the end");
      half.send(Http2Wire.frame(Http2Wire.HEADERS, 0, 1, Http2Wire.head("GET", "/gps/tail")));
      assertThat(half.answer(1)).matches("go away .*|the end");
      assertThat(served.push("gps", row(1)).status()).isEqualTo(200);
    }
  }

  @Test
  void TH14_aBodyOverTheLimitIsRefused() throws IOException {
    ServerSettings settings = Served.tight(Duration.ofSeconds(30), 10, 1000);
    try (Served served = Served.of(Sandbox.with(folder, BadHttpTest.MANIFEST), settings);
        Http2Wire wire = new Http2Wire(served.port())) {
      wire.send(headers(1, "POST", "/gps/ingest", "content-length", "1000000000"));
      assertThat(wire.answer(1)).contains("\"status\":413", "body-too-large");
      wire.send(headers(3, "POST", "/gps/ingest"), data(3, " ".repeat(2000)));
      assertThat(wire.answer(3)).contains("\"status\":413", "body-too-large");
      wire.send(headers(5, "POST", "/gps/ingest", "content-length", "5"), data(5, row(1)));
      assertThat(wire.answer(5)).doesNotContain("applied\"");
      wire.get(7, "/gps/tail");
      assertThat(wire.answer(7)).contains("\"data\":[]");
    }
  }

  @Test
  void aServerStopsWhileSomebodyIsConnected() throws IOException {
    Served served = served();
    try (Http2Wire wire = new Http2Wire(served.port())) {
      wire.get(1, "/gps/tail");
      assertThat(wire.answer(1)).contains("\"data\":[]");
      long started = System.nanoTime();
      served.close();
      assertThat(System.nanoTime() - started).isLessThan(9_000_000_000L);
      assertThat(wire.reasonOfTheEnd()).isIn(0, -1);
    }
  }
}
