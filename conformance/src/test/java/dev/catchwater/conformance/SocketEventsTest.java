package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows as they come, over WebSockets: in their order, each once, whoever follows and however
/// slowly.
class SocketEventsTest {
  private static final String EVENTS = "/gps/events";
  private static final Pattern OFFSET = Pattern.compile("\"offset\":(\\d+),.*\"v\":(\\d+)}");

  @TempDir Path folder;

  private static String rows(int first, int count) {
    StringBuilder rows = new StringBuilder();
    for (int i = first; i < first + count; i++) {
      rows.append(SocketIngestTest.row(i)).append('\n');
    }
    return rows.toString();
  }

  /// Reads messages until the row of an offset came; each row has the offset behind the one before,
  /// and that offset as its value. Returns in how many messages they came.
  static int read(SocketWire wire, long from, long last) {
    long next = from;
    int messages = 0;
    while (next <= last) {
      messages++;
      for (String line : wire.line().split("\n", -1)) {
        if (line.isEmpty()) {
          continue;
        }
        Matcher row = OFFSET.matcher(line);
        assertThat(row.find()).as(line).isTrue();
        assertThat(Long.parseLong(row.group(1))).isEqualTo(next);
        assertThat(Long.parseLong(row.group(2))).isEqualTo(next);
        next++;
      }
    }
    assertThat(next).isEqualTo(last + 1);
    return messages;
  }

  @Test
  void rowsComeOverASocketFromWhereAClientWas() throws IOException {
    try (Served served = Served.of(Sandbox.with(folder, BadHttpTest.MANIFEST))) {
      served.push("gps", rows(0, 2));
      try (SocketWire all = SocketWire.of(served.port(), EVENTS + "?from=0");
          SocketWire later = SocketWire.of(served.port(), EVENTS + "?from=1");
          SocketWire fresh = SocketWire.of(served.port(), EVENTS)) {
        read(all, 0, 1);
        read(later, 1, 1);
        served.push("gps", rows(2, 3));
        read(all, 2, 4);
        read(later, 2, 4);
        read(fresh, 2, 4);
        all.close(1000);
        assertThat(all.closeCode()).isEqualTo(1000);
      }
      assertThat(SocketWire.of(served.port(), EVENTS + "?from=9").head()).contains(" 400 ");
    }
  }

  @Test
  void whoIsFarBehindReadsFromStorageAndThenWithTheOthers() throws IOException {
    int pushes = 150;
    int each = 400; // all of them are more than is kept for those who follow
    try (Served served = Served.of(Sandbox.with(folder, BadHttpTest.MANIFEST))) {
      served.push("gps", rows(0, each));
      try (SocketWire slow = SocketWire.deaf(served.port(), EVENTS + "?from=0");
          SocketWire quick = SocketWire.of(served.port(), EVENTS)) {
        for (int i = 1; i < pushes; i++) {
          String query = i % 50 == 0 ? "?wait=committed" : "";
          assertThat(served.post("/gps/ingest" + query, rows(i * each, each)).status())
              .isEqualTo(200);
        }
        int last = pushes * each - 1;
        read(quick, each, last);
        slow.listen();
        read(slow, 0, last);
        served.push("gps", rows(last + 1, 2));
        read(quick, last + 1, last + 2);
        read(slow, last + 1, last + 2);
      }
      // Also by the other way, in one answer.
      try (SocketWire late = SocketWire.of(served.port(), EVENTS + "?from=1")) {
        assertThat(read(late, 1, (long) pushes * each + 1)).isGreaterThan(50);
      }
    }
  }

  @Test
  void manyWhoFollowSeeEveryRow() throws IOException {
    int followers = 100;
    int pushes = 50;
    try (Served served = Served.of(Sandbox.with(folder, BadHttpTest.MANIFEST))) {
      List<SocketWire> wires = new ArrayList<>();
      for (int i = 0; i < followers; i++) {
        wires.add(SocketWire.of(served.port(), EVENTS + "?from=0"));
      }
      for (int i = 0; i < pushes; i++) {
        served.push("gps", rows(10 * i, 10));
      }
      for (SocketWire wire : wires) {
        read(wire, 0, 10L * pushes - 1);
        wire.cut();
      }
    }
  }

  private static final Pattern HEAD = Pattern.compile("f1620[0-9a-f]{64}");

  private static String head(Served served) {
    String body = served.get("/gps/refs/head").body();
    Matcher hash = HEAD.matcher(body);
    assertThat(hash.find()).as(body).isTrue();
    return hash.group();
  }

  @Test
  void aResetIsToldToThoseWhoFollow() throws IOException {
    Sandbox sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    try (Served served = Served.of(sandbox)) {
      served.post("/gps/ingest?wait=committed", rows(0, 2));
      String kept = head(served);
      served.post("/gps/ingest?wait=committed", rows(2, 2));
      try (SocketWire wire = SocketWire.of(served.port(), EVENTS + "?from=0")) {
        read(wire, 0, 3);
        served.stepAside("gps");
        sandbox.run("--yes", "reset", "gps", kept).succeeded();
        assertThat(wire.closeCode()).isEqualTo(4002);
        wire.bye();
      }
      assertThat(SocketWire.of(served.port(), EVENTS + "?from=4").head()).contains(" 400 ");
      try (SocketWire wire = SocketWire.of(served.port(), EVENTS + "?from=1")) {
        read(wire, 1, 1);
        served.push("gps", rows(2, 1));
        read(wire, 2, 2);
      }
    }
  }

  @Test
  void aResetIsToldAlsoWhereOtherRowsCameInThePlaceOfThoseItTook() throws IOException {
    Sandbox sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    try (Served served = Served.of(sandbox)) {
      served.post("/gps/ingest?wait=committed", rows(0, 2));
      String kept = head(served);
      served.post("/gps/ingest?wait=committed", rows(2, 2));
      try (SocketWire wire = SocketWire.of(served.port(), EVENTS + "?from=0")) {
        read(wire, 0, 3);
        sandbox.at("2050-01-02T04:00:00Z");
        served.stepAside("gps");
        sandbox.run("--yes", "reset", "gps", kept).succeeded();
        sandbox.push("gps", rows(2, 9)).succeeded();
        assertThat(wire.closeCode()).isEqualTo(4002);
        wire.bye();
      }
    }
  }

  @Test
  void aServerThatStopsSaysSoToThoseWhoFollow() throws IOException {
    Served served = Served.of(Sandbox.with(folder, BadHttpTest.MANIFEST));
    served.push("gps", rows(0, 1));
    try (SocketWire wire = SocketWire.of(served.port(), EVENTS + "?from=0")) {
      read(wire, 0, 0);
      Thread stop = Thread.ofVirtual().start(served::close);
      assertThat(wire.closeCode()).isEqualTo(1001);
      wire.bye();
      stop.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
