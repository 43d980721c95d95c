package dev.catchwater.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Pushes over many connections from one thread. In a closed loop each connection sends its next
/// push when the one before is answered; at a rate each has its turns, and what is late counts from
/// its turn on.
///
/// What is measured are answers between the end of the warming and the end; all that is on its way
/// then is waited for, so that `acknowledged` can be compared with what the server holds.
final class PushLoad {
  private static final int VARIANTS = 64;
  private static final long ANSWER_NANOS_MAX = 60_000_000_000L;

  private final List<ByteBuffer> requests;
  private final byte[] expected;
  private final Samples times = new Samples();
  private final long nanosATurn; // of one connection, 0 in a closed loop
  private long from;
  private long to;
  private long acknowledged;
  private long bad;
  private long bytes;
  private String strange = "";
  private int next;

  private PushLoad(List<ByteBuffer> requests, byte[] expected, long nanosATurn) {
    this.requests = requests;
    this.expected = expected;
    this.nanosATurn = nanosATurn;
  }

  private static final class Client {
    private final SocketChannel channel;
    private final Reply reply = new Reply();
    private ByteBuffer request;
    private long due;
    private boolean isWaiting; // for an answer

    Client(SocketChannel channel, ByteBuffer request) {
      this.channel = channel;
      this.request = request;
    }
  }

  static String run(LoadClient.Words words) throws IOException {
    int connections = words.number("connections");
    int rate = words.number("rate");
    int rows = Math.max(1, words.number("rows"));
    PushLoad load =
        new PushLoad(
            PushRequests.of(
                words.text("path"), words.text("form"), rows, VARIANTS, words.text("token")),
            words.text("expect").getBytes(StandardCharsets.US_ASCII),
            rate == 0 ? 0 : 1_000_000_000L * connections / rate);
    List<Client> clients = new ArrayList<>(connections);
    try {
      for (int i = 0; i < connections; i++) {
        SocketChannel channel =
            SocketChannel.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), words.number("port")));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        clients.add(new Client(channel, load.request()));
      }
      long now = System.nanoTime();
      load.from = now + words.number("warm") * 1_000_000L;
      load.to = load.from + words.number("measure") * 1_000_000L;
      if (connections == 1 && rate == 0) {
        load.alone(clients.getFirst());
      } else {
        load.together(clients, now);
      }
    } finally {
      for (Client client : clients) {
        client.channel.close();
      }
    }
    return load.report(rows);
  }

  private String report(int rows) {
    double seconds = (to - from) / 1e9;
    return Json.of(
        "requests",
        times.count(),
        "rate",
        times.count() / seconds,
        "rows_rate",
        times.count() * (double) rows / seconds,
        "acknowledged",
        acknowledged,
        "bad",
        bad,
        "answer_bytes",
        acknowledged == 0 ? 0 : bytes / acknowledged,
        "p50_us",
        times.micros(0.5),
        "p99_us",
        times.micros(0.99),
        "p999_us",
        times.micros(0.999),
        "strange",
        strange);
  }

  private ByteBuffer request() {
    next = (next + 1) % requests.size();
    return requests.get(next).duplicate();
  }

  /// One connection: its thread blocks, so that no selector stands between an answer and the clock.
  private void alone(Client client) throws IOException {
    long start = System.nanoTime();
    while (start < to) {
      AskAtAck.exchange(client.channel, request(), client.reply);
      long now = System.nanoTime();
      answered(client.reply, now - start, now);
      start = now;
    }
  }

  private void answered(Reply reply, long nanos, long now) {
    int status = reply.status();
    boolean isGood =
        (status == 200 || status == 204) && (expected.length == 0 || reply.has(expected));
    if (isGood) {
      acknowledged++;
      bytes += reply.count();
      if (now >= from && now < to) {
        times.add(nanos);
      }
    } else {
      bad++;
      strange = reply.text();
    }
  }

  private void together(List<Client> clients, long started) throws IOException {
    try (Selector selector = Selector.open()) {
      int open = 0;
      for (int i = 0; i < clients.size(); i++) {
        Client client = clients.get(i);
        client.channel.configureBlocking(false);
        client.channel.register(selector, SelectionKey.OP_READ, client);
        client.due = started + nanosATurn * i / clients.size();
        open++;
      }
      while (open > 0) {
        long now = System.nanoTime();
        open = sendDue(clients, selector, now);
        if (now > to + ANSWER_NANOS_MAX) {
          throw new IOException(open + " requests were never answered");
        }
        selector.select(this::ready, nanosATurn == 0 ? 100 : 1);
      }
    }
  }

  /// Sends what is due; returns how many clients have anything to do still.
  private int sendDue(List<Client> clients, Selector selector, long now) throws IOException {
    int open = 0;
    for (Client client : clients) {
      if (!client.isWaiting && now < to && now >= client.due) {
        send(client, client.channel.keyFor(selector));
      }
      open += client.isWaiting || now < to ? 1 : 0;
    }
    return open;
  }

  private void send(Client client, SelectionKey key) throws IOException {
    client.request = request();
    client.reply.clear();
    client.isWaiting = true;
    if (nanosATurn == 0) {
      client.due = System.nanoTime();
    }
    write(client, key);
  }

  private static void write(Client client, SelectionKey key) throws IOException {
    client.channel.write(client.request);
    int wanted = client.request.hasRemaining() ? SelectionKey.OP_WRITE : 0;
    if (key.interestOps() != (SelectionKey.OP_READ | wanted)) {
      key.interestOps(SelectionKey.OP_READ | wanted);
    }
  }

  private void ready(SelectionKey key) {
    Client client = (Client) key.attachment();
    try {
      if (key.isWritable()) {
        write(client, key);
      }
      if (key.isReadable()) {
        read(client, key);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void read(Client client, SelectionKey key) throws IOException {
    Reply reply = client.reply;
    int free = reply.bytes().length - reply.count();
    int count = client.channel.read(ByteBuffer.wrap(reply.bytes(), reply.count(), free));
    if (count < 0) {
      throw new IOException("the server closed a connection: " + reply.text());
    }
    if (!reply.came(count)) {
      return;
    }
    long now = System.nanoTime();
    answered(reply, now - client.due, now);
    client.isWaiting = false;
    client.due += nanosATurn;
    if (nanosATurn == 0 && now < to) {
      send(client, key);
    }
  }
}
