package dev.catchwater.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/// Asks for rows by key, one after the other on one connection, each key as likely as any other.
final class LookUps {
  private LookUps() {}

  static String run(LoadClient.Words words) throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    int keys = words.number("keys");
    int warm = words.number("warm");
    Samples times = new Samples();
    int bad = 0;
    String strange = "";
    try (SocketChannel channel =
        SocketChannel.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), words.number("port")))) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      Reply reply = new Reply();
      for (int i = 0; i < warm + words.number("count"); i++) {
        int key = keys == 0 ? 0 : random.nextInt(keys);
        long started = System.nanoTime();
        AskAtAck.exchange(channel, PushRequests.get(words.text("path") + key), reply);
        long took = System.nanoTime() - started;
        if (i >= warm) {
          times.add(took);
        }
        byte[] wanted = ("\"id\":" + key + ",").getBytes(StandardCharsets.US_ASCII);
        if (reply.status() != 200 || (keys > 0 && !reply.has(wanted))) {
          bad++;
          strange = reply.text();
        }
      }
    }
    return Json.of(
        "asked", times.count(),
        "bad", bad,
        "p50_us", times.micros(0.5),
        "p99_us", times.micros(0.99),
        "strange", strange);
  }
}
