package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// TH19: what clients of HTTP/2 may ask too much of. Each attack is the frames of its own.
class Http2ThreatsTest {
  private static final String ROW = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1}";
  private static final int FRAMES = 1500;
  private static final int TRIES = 50;
  private static final int ATTACK_SECONDS = 6;
  private static final int ATTACKERS = 4;
  private static final int CALM_SECONDS = 5;
  private static final long IDLE_CPU_MILLIS = 200;
  private static final long GROWTH_BYTES_MAX = 96L << 20;
  private static final long SLOWEST_MILLIS_MAX = 5000;

  @TempDir Path folder;

  private static byte[] repeated(byte[] frame, int times) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }

  private static byte[] get(int stream) {
    return Http2Wire.frame(
        Http2Wire.HEADERS,
        Http2Wire.END_HEADERS | Http2Wire.END_STREAM,
        stream,
        Http2Wire.head("GET", "/gps/tail"));
  }

  private static byte[] push(int stream) {
    return Http2Wire.frame(
        Http2Wire.HEADERS, Http2Wire.END_HEADERS, stream, Http2Wire.head("POST", "/gps/ingest"));
  }

  private static byte[] rapidReset(boolean isByServer) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < FRAMES; i++) {
      int stream = 2 * i + 1;
      all.writeBytes(get(stream));
      all.writeBytes(
          isByServer
              ? Http2Wire.frame(Http2Wire.WINDOW_UPDATE, 0, stream, Http2Wire.number(0))
              : Http2Wire.frame(Http2Wire.RST_STREAM, 0, stream, Http2Wire.number(8)));
    }
    return all.toByteArray();
  }

  private static byte[] continuations(int size, int times) {
    byte[] piece = new byte[size];
    byte[] open = Http2Wire.frame(Http2Wire.HEADERS, 0, 1, Http2Wire.head("GET", "/gps/tail"));
    byte[] more = repeated(Http2Wire.frame(Http2Wire.CONTINUATION, 0, 1, piece), times);
    return joined(open, more);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /// A field that is put into the table once and named ten thousand times: 40 MB in 14 KiB.
  private static byte[] bomb() {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(Http2Wire.head("GET", "/gps/tail"));
    block.write(0x40);
    Http2Wire.number(block, 1, 7, 0);
    block.write('x');
    Http2Wire.number(block, 4000, 7, 0);
    block.writeBytes(new byte[4000]);
    for (int i = 0; i < 10_000; i++) {
      block.write(0xBE);
    }
    return Http2Wire.frame(
        Http2Wire.HEADERS, Http2Wire.END_HEADERS | Http2Wire.END_STREAM, 1, block.toByteArray());
  }

  /// A head that begins by making the table of fields 100,000 bytes large.
  private static byte[] largeTable() {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    Http2Wire.number(block, 100_000, 5, 0x20);
    block.writeBytes(Http2Wire.head("GET", "/gps/tail"));
    return Http2Wire.frame(
        Http2Wire.HEADERS, Http2Wire.END_HEADERS | Http2Wire.END_STREAM, 1, block.toByteArray());
  }

  private static Map<String, byte[]> attacks() {
    Map<String, byte[]> attacks = new LinkedHashMap<>();
    attacks.put("rapid reset", rapidReset(false));
    attacks.put("reset by the server", rapidReset(true));
    attacks.put("continuations, empty", continuations(0, FRAMES));
    attacks.put("continuations, small", continuations(10, FRAMES));
    attacks.put("continuations, large", continuations(16_000, 64));
    attacks.put(
        "settings", repeated(Http2Wire.frame(Http2Wire.SETTINGS, 0, 0, new byte[0]), FRAMES));
    attacks.put(
        "settings acknowledged",
        repeated(Http2Wire.frame(Http2Wire.SETTINGS, 1, 0, new byte[0]), FRAMES));
    attacks.put(
        "settings, many in one", Http2Wire.frame(Http2Wire.SETTINGS, 0, 0, new byte[6 * FRAMES]));
    attacks.put("pings", repeated(Http2Wire.frame(Http2Wire.PING, 0, 0, new byte[8]), FRAMES));
    attacks.put(
        "priorities", repeated(Http2Wire.frame(Http2Wire.PRIORITY, 0, 3, new byte[5]), FRAMES));
    attacks.put("unknown frames", repeated(Http2Wire.frame(0x42, 0, 0, new byte[0]), FRAMES));
    attacks.put(
        "empty data",
        joined(push(1), repeated(Http2Wire.frame(Http2Wire.DATA, 0, 1, new byte[0]), FRAMES)));
    attacks.put(
        "small windows",
        joined(
            get(1),
            repeated(Http2Wire.frame(Http2Wire.WINDOW_UPDATE, 0, 0, Http2Wire.number(1)), FRAMES)));
    attacks.put("fields out of the table", bomb());
    attacks.put("a large table", largeTable());
    return attacks;
  }

  /// What the connection ends with. What still comes when it is closed resets it, and then the
  /// reason may be lost on its way: not each time.
  private static int told(int port, byte[] attack) throws IOException {
    int reason = -1;
    for (int i = 0; i < TRIES && reason < 0; i++) {
      reason = reason(port, attack);
    }
    return reason;
  }

  /// What the connection ends with, -1 where nothing is said.
  private static int reason(int port, byte[] attack) throws IOException {
    // Windows of a byte, a table of 100,000.
    try (Http2Wire wire = new Http2Wire(port, 4, 1, 1, 100_000)) {
      try {
        wire.send(attack);
      } catch (IOException e) {
        // It was cut before it had said all.
      }
      return wire.reasonOfTheEnd();
    }
  }

  @Test
  void TH19_whoAsksTooMuchIsToldToBeCalmAndCut() throws IOException {
    try (Served served = Served.of(Sandbox.with(folder, BadHttpTest.MANIFEST))) {
      served.push("gps", ROW);
      for (Map.Entry<String, byte[]> attack : attacks().entrySet()) {
        assertThat(told(served.port(), attack.getValue()))
            .as(attack.getKey())
            .isEqualTo(Http2Wire.ENHANCE_YOUR_CALM);
        assertThat(served.push("gps", ROW).status()).as(attack.getKey()).isEqualTo(200);
      }
    }
  }

  @Test
  void TH19_attacksLeaveTheServerAsItWasAndDisturbNobody() throws Exception {
    Sandbox.with(folder, BadHttpTest.MANIFEST);
    try (ServerProcess server = ServerProcess.start(folder, "-Xms128m", "-Xmx128m");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      byte[] push = Wire.push("gps", "", ROW);
      server.send(push);
      attack(server, threads, 2, push);
      long before = server.residentBytes();
      long cuts = attack(server, threads, ATTACK_SECONDS, push);
      long cpu = Long.MAX_VALUE;
      for (int i = 0; i < CALM_SECONDS && cpu > IDLE_CPU_MILLIS; i++) {
        long started = server.cpuMillis();
        LockSupport.parkNanos(1_000_000_000L);
        cpu = server.cpuMillis() - started;
      }
      long growth = server.residentBytes() - before;
      System.out.printf(
          "TH19: %d connections cut, then %d ms of CPU a second, %d KiB more%n",
          cuts, cpu, growth >> 10);
      assertThat(cuts).isGreaterThan(10);
      assertThat(cpu).isLessThanOrEqualTo(IDLE_CPU_MILLIS);
      assertThat(growth).isLessThan(GROWTH_BYTES_MAX);
      assertThat(server.isAlive()).isTrue();
      assertThat(server.log()).doesNotContain("\"level\":\"error\"", "OutOfMemory");
    }
  }

  /// Attacks for a while, meanwhile others push; how many connections were cut.
  private static long attack(
      ServerProcess server, ExecutorService threads, int seconds, byte[]... pushes)
      throws Exception {
    List<byte[]> attacks = new ArrayList<>(attacks().values());
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    List<Future<Long>> attackers = new ArrayList<>();
    for (int i = 0; i < ATTACKERS; i++) {
      int first = i;
      attackers.add(
          threads.submit(() -> {
            long cuts = 0;
            while (System.nanoTime() < end) {
              byte[] attack = attacks.get((int) ((first + cuts) % attacks.size()));
              reason(server.port(), attack);
              cuts++;
            }
            return cuts;
          }));
    }
    long slowest = 0;
    while (pushes.length > 0 && System.nanoTime() < end) {
      long started = System.nanoTime();
      assertThat(server.send(pushes[0]).status()).isEqualTo(200);
      slowest = Math.max(slowest, System.nanoTime() - started);
    }
    assertThat(slowest / 1_000_000).isLessThan(SLOWEST_MILLIS_MAX);
    long cuts = 0;
    for (Future<Long> attacker : attackers) {
      cuts += attacker.get();
    }
    return cuts;
  }
}
