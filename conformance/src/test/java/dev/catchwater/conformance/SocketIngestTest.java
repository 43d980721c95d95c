package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pushes over a WebSocket: what each message is answered, and when the socket ends.
class SocketIngestTest {
  private static final String INGEST = "/gps/ingest";
  private static final String BAD_ROW = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":\"no number\"}";

  @TempDir Path folder;
  private Sandbox sandbox;
  private Served served;

  @BeforeEach
  void open() {
    sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    served = Served.of(sandbox);
  }

  @AfterEach
  void close() {
    served.close();
  }

  static String row(int v) {
    return "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":" + v + "}";
  }

  private SocketWire socket(String query) throws IOException {
    SocketWire wire = SocketWire.of(served.port(), INGEST + query);
    assertThat(wire.head()).startsWith("HTTP/1.1 101 ");
    assertThat(wire.line()).startsWith("{\"type\":\"hello\",\"dataset\":\"gps\"");
    return wire;
  }

  private List<String> values() {
    List<String> values = new ArrayList<>();
    for (String line : sandbox.rows("gps")) {
      values.add(line.substring(line.lastIndexOf(',') + 1));
    }
    return values;
  }

  @Test
  void messagesAreAnsweredInTheirOrderWhileOthersAreOnTheirWay() throws IOException {
    int count = 600; // more than the window
    try (SocketWire wire = socket("")) {
      Thread sender =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (int i = 1; i <= count; i++) {
                    wire.text(row(i) + "\n" + row(-i));
                  }
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      for (int i = 1; i <= count; i++) {
        assertThat(wire.line())
            .startsWith("{\"type\":\"ack\",\"message\":" + i + ",\"outcome\":\"applied\"")
            .contains("\"offsets\":{\"start\":" + (2 * i - 2) + ",\"end\":" + (2 * i - 1) + "}")
            .doesNotContain("receipt");
      }
      assertThat(sender.isAlive()).isFalse();
      wire.close(1000);
      assertThat(wire.closeCode()).isEqualTo(1000);
    }
    served.close();
    assertThat(values()).hasSize(2 * count);
  }

  @Test
  void aMessageThatIsWrongIsRefusedAloneByItsNumberAndLine() throws IOException {
    try (SocketWire wire = socket("?receipt=true")) {
      wire.text(row(1));
      wire.text(row(2) + "\n" + BAD_ROW);
      wire.text(row(3));
      assertThat(wire.line()).contains("\"message\":1", "\"receipt\":{");
      assertThat(wire.line())
          .startsWith("{\"type\":\"error\",\"message\":2,\"outcome\":\"not-applied\"")
          .contains("\"type\":\"bad-data\"", "\"line\":2", "\"field\":\"v\"")
          .doesNotContain("\"stops\"");
      assertThat(wire.line()).contains("\"message\":3", "\"offsets\":{\"start\":1,\"end\":1}");
    }
    served.close();
    assertThat(values()).containsExactly("1", "3");
  }

  @Test
  void badRowsOfAMessageAreSetAsideWhereTheSocketSaysSo() throws IOException {
    try (SocketWire wire = socket("?onError=quarantine")) {
      wire.text(row(1));
      wire.text(row(2) + "\n" + BAD_ROW + "\n" + row(3));
      wire.text(BAD_ROW);
      wire.text(row(4));
      assertThat(wire.line()).contains("\"message\":1", "\"quarantined\":0");
      assertThat(wire.line())
          .startsWith("{\"type\":\"ack\",\"message\":2,\"outcome\":\"applied\"")
          .contains("\"offsets\":{\"start\":1,\"end\":2}", "\"added\":2", "\"quarantined\":1")
          .contains("\"causes\":[{\"code\":\"bad-data\",\"field\":\"v\"", "line 2");
      assertThat(wire.line()).contains("\"message\":3", "\"offsets\":null", "\"quarantined\":1");
      assertThat(wire.line()).contains("\"message\":4", "\"offsets\":{\"start\":3,\"end\":3}");
    }
    assertThat(served.get("/gps/quarantine").body()).contains("\"counts\":{\"open\":2");
    served.close();
    assertThat(values()).containsExactly("1", "2", "3", "4");
  }

  @Test
  void aProducerThatSetsRowsAsideGoesOnBehindThemAndSetsNoneAsideTwice() throws IOException {
    String query = "?producerId=p&onError=quarantine&from=1";
    try (SocketWire wire = socket(query)) {
      wire.text(row(1) + "\n" + BAD_ROW);
      assertThat(wire.line()).contains("\"message\":1", "\"added\":1", "\"quarantined\":1");
    }
    try (SocketWire wire = socket(query)) {
      wire.text(row(1) + "\n" + BAD_ROW);
      assertThat(wire.line()).contains("\"replayed\":true", "\"quarantined\":1");
      wire.text(row(2));
      assertThat(wire.line()).contains("\"message\":2", "\"added\":1");
    }
    assertThat(served.get("/gps/quarantine").body())
        .contains("\"counts\":{\"open\":1", "\"producer\":\"p\"");
  }

  @Test
  void aSocketIntoASnapshotThatWouldSetRowsAsideIsRefusedAtOnce() throws IOException {
    String state =
        BadHttpTest.MANIFEST
            .replace("name: gps", "name: state")
            .replace("kind: Append", "kind: Snapshot\n        primaryKey: [v]");
    sandbox.pipe(state, "add", "--stdin").succeeded();
    SocketWire wire = SocketWire.of(served.port(), "/state/ingest?onError=quarantine");
    assertThat(wire.head()).startsWith("HTTP/1.1 400 ");
    wire.bye();
  }

  @Test
  void nothingBehindAMessageThatIsWrongIsTakenWhereItIsToStop() throws IOException {
    try (SocketWire wire = socket("?stopOnError=true")) {
      wire.text(row(1));
      wire.text(BAD_ROW);
      wire.text(row(3));
      assertThat(wire.line()).contains("\"message\":1", "applied");
      assertThat(wire.line()).contains("\"type\":\"error\",\"message\":2", "\"stops\":true");
      assertThat(wire.line()).isEqualTo("closed 4000");
      wire.bye();
    }
    served.close();
    assertThat(values()).containsExactly("1");
  }

  @Test
  void aProducerGoesOnWhereTheServerSaysItStands() throws IOException {
    try (SocketWire wire = SocketWire.of(served.port(), INGEST + "?producerId=p")) {
      assertThat(wire.line()).contains("\"next\":1,");
      wire.text(row(1));
      wire.text(row(2));
      assertThat(wire.line()).contains("\"message\":1");
      assertThat(wire.line()).contains("\"message\":2");
    }
    String path = INGEST + "?producerId=p&producerEpoch=1";
    try (SocketWire wire = SocketWire.of(served.port(), path + "&from=2")) {
      wire.text(row(2)); // whose answer was not seen
      wire.text(row(3));
      assertThat(wire.line()).contains("\"next\":3,");
      assertThat(wire.line()).contains("\"message\":2,\"replayed\":true", "\"start\":1,\"end\":1");
      assertThat(wire.line()).contains("\"message\":3,\"outcome\":\"applied\"", "\"start\":2");
    }
    try (SocketWire wire = SocketWire.of(served.port(), path + "&from=5")) {
      assertThat(wire.line()).contains("sequence-gap", "expected=4", "\"stops\":true");
      assertThat(wire.line()).isEqualTo("closed 4000");
    }
    try (SocketWire wire = SocketWire.of(served.port(), path)) {
      assertThat(wire.line()).contains("\"next\":4,");
      wire.text(BAD_ROW);
      wire.text(row(5));
      assertThat(wire.line()).contains("\"message\":4,\"outcome\":\"not-applied\"", "stops");
      assertThat(wire.line()).isEqualTo("closed 4000");
    }
    served.close();
    assertThat(values()).containsExactly("1", "2", "3");
  }

  @Test
  void aConnectionOfAnEarlierInstanceIsShutOut() throws IOException {
    String path = INGEST + "?producerId=p&producerEpoch=";
    try (SocketWire old = SocketWire.of(served.port(), path + 3)) {
      assertThat(old.line()).contains("\"next\":1,");
      old.text(row(1));
      assertThat(old.line()).contains("\"message\":1");
      try (SocketWire again = SocketWire.of(served.port(), path + 3)) {
        assertThat(again.line()).contains("\"next\":2,");
        assertThat(old.line()).isEqualTo("closed 4001");
        try (SocketWire older = SocketWire.of(served.port(), path + 2)) {
          assertThat(older.line()).contains("producer-fenced");
          assertThat(older.line()).isEqualTo("closed 4001");
        }
        again.text(row(2));
        assertThat(again.line()).contains("\"message\":2");
        try (SocketWire next = SocketWire.of(served.port(), path + 4)) {
          assertThat(next.line()).contains("\"next\":3,");
          // Also for who comes another way, before the new one pushed anything.
          Served.Reply zombie =
              served.push(
                  "gps", row(9), "Producer-Id", "p", "Producer-Epoch", "3", "Producer-Seq", "3");
          assertThat(zombie.body()).contains("producer-fenced");
        }
      }
    }
    served.close();
    assertThat(values()).containsExactly("1", "2");
  }

  @Test
  void bytesAreWhatTheAddressSays() throws IOException {
    String csv = "t,v\n2020-01-01T00:00:00Z,7\n";
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(row(8).getBytes(StandardCharsets.UTF_8));
    }
    try (SocketWire wire = socket("?contentType=text/csv&eventTime=2020-01-01T00:00:00Z")) {
      wire.binary(csv.getBytes(StandardCharsets.UTF_8));
      assertThat(wire.line()).contains("\"added\":1");
      wire.text(csv);
      assertThat(wire.line()).contains("\"added\":1");
    }
    try (SocketWire wire = socket("?contentEncoding=gzip")) {
      wire.binary(packed.toByteArray());
      assertThat(wire.line()).contains("\"added\":1");
      wire.text(row(9));
      assertThat(wire.line()).contains("\"added\":1");
      wire.binary(row(9).getBytes(StandardCharsets.UTF_8));
      assertThat(wire.line()).contains("bad-encoding");
    }
    served.close();
    assertThat(values()).containsExactly("7", "7", "8", "9");
  }

  @Test
  void aMessageMayComeInPieces() throws IOException {
    byte[] text = row(1).getBytes(StandardCharsets.UTF_8);
    try (SocketWire wire = socket("")) {
      for (int i = 0; i < text.length; i++) {
        int first = i == 0 ? SocketWire.TEXT : SocketWire.CONTINUATION;
        wire.send(first | (i == text.length - 1 ? SocketWire.FIN : 0), new byte[] {text[i]});
        wire.send(SocketWire.FIN | SocketWire.PING, new byte[] {1});
      }
      assertThat(wire.line()).contains("\"added\":1");
    }
  }

  @Test
  void aRequestThatIsNoneForASocketIsToldSo() throws IOException {
    Served.Reply plain = served.get(INGEST);
    assertThat(plain.status()).isEqualTo(426);
    assertThat(plain.body()).contains("upgrade-required");
    int port = served.port();
    assertThat(SocketWire.of(port, INGEST, "Sec-WebSocket-Version: 8\r\n").head())
        .contains(" 426 ", "Sec-WebSocket-Version: 13");
    assertThat(SocketWire.of(port, "/none/ingest").head()).contains(" 404 ");
    assertThat(SocketWire.of(port, INGEST + "?sourceName=none").head()).contains(" 400 ");
    assertThat(SocketWire.of(port, INGEST + "?token=secret").head()).contains(" 400 ");
    assertThat(SocketWire.of(port, INGEST + "?producerEpoch=1").head()).contains(" 400 ");
    assertThat(SocketWire.of(port, INGEST, "Sec-WebSocket-Protocol: chat\r\n").head())
        .contains(" 400 ");
    assertThat(
            SocketWire.of(port, INGEST, "Sec-WebSocket-Protocol: chat, catchwater.v1\r\n").head())
        .contains(" 101 ", "Sec-WebSocket-Protocol: catchwater.v1");
  }

  @Test
  void TH36_pagesOfOtherOriginsAndOtherHostsGetNoSocket() throws IOException {
    int port = served.port();
    for (String path : List.of(INGEST, "/gps/events")) {
      assertThat(SocketWire.of(port, path, "Origin: http://evil.example\r\n").head())
          .contains(" 403 ");
      assertThat(SocketWire.of(port, path, "Origin: null\r\n").head()).contains(" 403 ");
      assertThat(SocketWire.of(port, path, "Host: evil.example\r\n").head()).contains(" 421 ");
      String own = "Host: localhost:" + port + "\r\nOrigin: http://localhost:" + port + "\r\n";
      assertThat(SocketWire.of(port, path, own).head()).contains(" 101 ");
    }
  }

  @Test
  void aServerThatStopsAnswersWhatCameAndSaysThatItGoes() throws IOException {
    int count = 200;
    try (SocketWire wire = socket("")) {
      for (int i = 1; i <= count; i++) {
        wire.text(row(i));
      }
      assertThat(wire.line()).contains("\"message\":1,");
      Thread stop = Thread.ofVirtual().start(() -> served.close());
      int answered = 1;
      String line = wire.line();
      while (line.contains("\"ack\"")) {
        answered++;
        line = wire.line();
      }
      assertThat(line).isEqualTo("closed 1001");
      wire.bye();
      join(stop);
      assertThat(values()).hasSize(answered);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
