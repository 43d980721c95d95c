package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What clients of WebSockets may ask too much of, frame by frame (TH17 to TH19), and that the
/// server goes on for others.
class SocketThreatsTest {
  private static final String INGEST = "/gps/ingest";
  private static final int FIN = SocketWire.FIN;
  private static final int MESSAGE_BYTES_MAX = 8 << 20;

  @TempDir Path folder;

  private static byte[] repeated(byte[] frame, int times) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] frame(int first, int length) {
    return SocketWire.frame(first, new byte[length]);
  }

  private record Attack(int code, byte[] bytes) {}

  private static Map<String, Attack> attacks() {
    byte[] row = SocketIngestTest.row(1).getBytes(StandardCharsets.UTF_8);
    byte[] begun = frame(SocketWire.BINARY, 1);
    Map<String, Attack> attacks = new LinkedHashMap<>();
    attacks.put("not masked", new Attack(1002, SocketWire.frame(FIN | 1, false, row)));
    attacks.put("compressed", new Attack(1002, SocketWire.frame(FIN | 0x40 | 1, row)));
    attacks.put("reserved opcode", new Attack(1002, frame(FIN | 3, 1)));
    attacks.put("reserved control", new Attack(1002, frame(FIN | 11, 1)));
    attacks.put("a ping in pieces", new Attack(1002, frame(SocketWire.PING, 1)));
    attacks.put("a large ping", new Attack(1002, frame(FIN | SocketWire.PING, 126)));
    attacks.put("a piece of nothing", new Attack(1002, frame(FIN | SocketWire.CONTINUATION, 1)));
    attacks.put("a message in another", new Attack(1002, joined(begun, frame(FIN | 1, 1))));
    attacks.put("a close of one byte", new Attack(1002, frame(FIN | SocketWire.CLOSE, 1)));
    attacks.put(
        "half a letter", new Attack(1007, SocketWire.frame(FIN | 1, new byte[] {(byte) 0xC3})));
    attacks.put(
        "too large in one",
        new Attack(1009, frame(FIN | SocketWire.BINARY, MESSAGE_BYTES_MAX + 1)));
    attacks.put(
        "too large in pieces", new Attack(1009, joined(begun, repeated(frame(0, 1 << 20), 9))));
    attacks.put("empty pieces", new Attack(1008, joined(begun, repeated(frame(0, 0), 1_100))));
    attacks.put("small pieces", new Attack(1008, joined(begun, repeated(frame(0, 1), 1_100))));
    attacks.put("pings", new Attack(1008, repeated(frame(FIN | SocketWire.PING, 1), 500)));
    attacks.put("pongs", new Attack(1008, repeated(frame(FIN | SocketWire.PONG, 1), 500)));
    return attacks;
  }

  @Test
  void TH19_framesThatAreWrongOrTooManyEndTheirSocketAndNoOther() throws IOException {
    try (Served served = Served.of(Sandbox.with(folder, BadHttpTest.MANIFEST));
        SocketWire other = SocketWire.of(served.port(), INGEST)) {
      assertThat(other.line()).contains("hello");
      int message = 0;
      for (Map.Entry<String, Attack> attack : attacks().entrySet()) {
        try (SocketWire wire = SocketWire.of(served.port(), INGEST)) {
          assertThat(wire.line()).contains("hello");
          try {
            wire.raw(attack.getValue().bytes());
          } catch (IOException e) {
            // It was cut before it had said all.
          }
          assertThat(wire.closeCode()).as(attack.getKey()).isEqualTo(attack.getValue().code());
        }
        message++;
        other.text(SocketIngestTest.row(message));
        assertThat(other.line()).as(attack.getKey()).contains("\"message\":" + message + ",");
      }
    }
  }

  @Test
  void TH19_aFrameThatOnlySaysThatItIsLargeTakesNoMemory() throws IOException {
    Sandbox.with(folder, BadHttpTest.MANIFEST);
    try (ServerProcess server = ServerProcess.start(folder, "-Xms64m", "-Xmx64m")) {
      byte[] head = {(byte) (FIN | 2), (byte) 0xFF, 0, 0, 0, 0, 0, 0x70, 0, 0, 1, 2, 3, 4};
      SocketWire[] wires = new SocketWire[200];
      for (int i = 0; i < wires.length; i++) {
        wires[i] = SocketWire.of(server.port(), INGEST);
        wires[i].raw(head);
      }
      byte[] push = Wire.push("gps", "", SocketIngestTest.row(1));
      assertThat(server.send(push).status()).isEqualTo(200);
      for (SocketWire wire : wires) {
        wire.close();
      }
    }
  }

  @Test
  void TH20_aMessageThatUnpacksToAGreatDealIsRefusedAlone() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
      for (int i = 0; i < 64; i++) {
        gzip.write(new byte[1 << 20]);
      }
    }
    try (Served served = Served.of(Sandbox.with(folder, BadHttpTest.MANIFEST));
        SocketWire wire = SocketWire.of(served.port(), INGEST + "?contentEncoding=gzip")) {
      assertThat(wire.line()).contains("hello");
      wire.binary(bomb.toByteArray());
      wire.text(SocketIngestTest.row(1));
      assertThat(wire.line()).contains("\"message\":1", "inflated-too-large");
      assertThat(wire.line()).contains("\"message\":2", "applied");
    }
  }

  @Test
  void TH20_compressionOfFramesIsNotAgreedTo() throws IOException {
    String offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
    try (Served served = Served.of(Sandbox.with(folder, BadHttpTest.MANIFEST));
        SocketWire wire = SocketWire.of(served.port(), INGEST, offer)) {
      assertThat(wire.head()).contains(" 101 ").doesNotContain("Extensions");
    }
  }

  @Test
  void TH17_whoSaysNothingIsCutAndWhoAnswersPingsIsNot() throws IOException {
    Sandbox sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    try (Served served = Served.of(sandbox, Served.tight(Duration.ofMillis(1500), 10, 1 << 20));
        SocketWire alive = SocketWire.of(served.port(), INGEST);
        SocketWire deaf = SocketWire.deaf(served.port(), INGEST);
        SocketWire follower = SocketWire.of(served.port(), "/gps/events")) {
      assertThat(alive.line()).contains("hello");
      assertThat(deaf.readsToTheEnd(Duration.ofSeconds(20))).isTrue();
      alive.text(SocketIngestTest.row(1));
      assertThat(alive.line()).contains("\"message\":1");
      assertThat(follower.line()).contains("\"offset\":0");
    }
  }

  @Test
  void TH18_whoDoesNotReadAnswersIsNotReadAnyMore() throws Exception {
    try (Served served = Served.of(Sandbox.with(folder, BadHttpTest.MANIFEST));
        SocketWire deaf = SocketWire.deaf(served.port(), INGEST + "?receipt=true")) {
      byte[] frame =
          SocketWire.frame(FIN | 1, SocketIngestTest.row(1).getBytes(StandardCharsets.UTF_8));
      AtomicInteger sent = new AtomicInteger();
      Thread sender =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (true) {
                    deaf.raw(repeated(frame, 10));
                    sent.addAndGet(10);
                  }
                } catch (IOException e) {
                  // The end of the test.
                }
              });
      int before = -1;
      while (before != sent.get()) {
        before = sent.get();
        assertThat(sender.join(Duration.ofSeconds(2))).isFalse();
      }
      // What is on its way is in buffers of the kernel; the server has its window of it.
      assertThat(served.push("gps", SocketIngestTest.row(2)).status()).isEqualTo(200);
      deaf.cut();
      assertThat(sender.join(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void whatIsSentToWhoOnlyTellsIsRefused() throws IOException {
    try (Served served = Served.of(Sandbox.with(folder, BadHttpTest.MANIFEST));
        SocketWire wire = SocketWire.of(served.port(), "/gps/events")) {
      wire.text("{}");
      assertThat(wire.line()).isEqualTo("closed 1008");
    }
  }
}
