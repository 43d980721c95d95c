package dev.catchwater.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// Pushes a row that no other is like, and asks for it in the moment it is acknowledged.
final class AskAtAck {
  private AskAtAck() {}

  static String run(LoadClient.Words words) throws IOException {
    ByteBuffer query = PushRequests.get(words.text("query"));
    Samples times = new Samples();
    int missing = 0;
    String strange = "";
    try (SocketChannel channel =
        SocketChannel.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), words.number("port")))) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      Reply reply = new Reply();
      for (int i = 0; i < words.number("count"); i++) {
        String mark = "mark-" + words.text("tag") + "-" + i;
        StringBuilder row = new StringBuilder();
        PushRequests.ndjson(row, i, mark);
        exchange(
            channel, PushRequests.post(words.text("push"), "ndjson", row.toString(), ""), reply);
        if (!reply.has("\"outcome\":\"applied\"".getBytes(StandardCharsets.US_ASCII))) {
          strange = reply.text();
        }
        long acknowledged = System.nanoTime();
        exchange(channel, query.duplicate(), reply);
        times.add(System.nanoTime() - acknowledged);
        if (!reply.has(mark.getBytes(StandardCharsets.US_ASCII))) {
          missing++;
          strange = reply.text();
        }
      }
    }
    return Json.of(
        "asked", times.count(),
        "missing", missing,
        "p50_us", times.micros(0.5),
        "p99_us", times.micros(0.99),
        "strange", strange);
  }

  static void exchange(SocketChannel channel, ByteBuffer request, Reply reply) throws IOException {
    while (request.hasRemaining()) {
      channel.write(request);
    }
    reply.clear();
    boolean isWhole = false;
    while (!isWhole) {
      int count =
          channel.read(
              ByteBuffer.wrap(reply.bytes(), reply.count(), reply.bytes().length - reply.count()));
      if (count < 0) {
        throw new IOException("the server closed the connection: " + reply.text());
      }
      isWhole = reply.came(count);
    }
  }
}
