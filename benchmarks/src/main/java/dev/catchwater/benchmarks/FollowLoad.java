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
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/// Many who follow a dataset while one pushes into it at a rate. What is measured is, for each push
/// and each of them, how long after its acknowledgement its last row was there. One thread reads
/// for all: of what comes it looks at the last row only.
final class FollowLoad {
  private static final byte[] OFFSET = "\"offset\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\"end\":".getBytes(StandardCharsets.US_ASCII);
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int VARIANTS = 64;
  private static final long LATE_NANOS = 20_000_000_000L;

  private final InetSocketAddress address;
  private final String path;
  private final int rows;
  private final long nanosAPush;
  private final int warm;
  private final int pushes;
  // By the number of the push; 0 as long as there is no answer.
  private final AtomicLongArray acknowledged;
  private final Samples lags = new Samples();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private volatile long first = -1; // the offset of the first row of the first push
  private volatile @Nullable IOException failure;
  private long bytes;
  private long late;

  private FollowLoad(LoadClient.Words words) {
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), words.number("port"));
    this.path = words.text("path");
    this.rows = words.number("rows");
    int rate = words.number("rate");
    this.nanosAPush = 1_000_000_000L * rows / rate;
    this.warm = (int) (words.number("warm") * 1_000_000L / nanosAPush);
    this.pushes = warm + (int) (words.number("measure") * 1_000_000L / nanosAPush);
    this.acknowledged = new AtomicLongArray(pushes);
  }

  private static final class Follower {
    private final SocketChannel channel;
    private int seen; // pushes whose last row came

    Follower(SocketChannel channel) {
      this.channel = channel;
    }
  }

  static String run(LoadClient.Words words) throws IOException, InterruptedException {
    FollowLoad load = new FollowLoad(words);
    boolean isSocket = words.text("form").equals("ws");
    List<Follower> followers = new ArrayList<>();
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < words.number("followers"); i++) {
        followers.add(load.follow(words.text("events"), isSocket, selector));
      }
      Thread pusher = Thread.ofPlatform().start(load::push);
      int waiting = load.read(selector, followers, pusher);
      pusher.join();
      IOException failed = load.failure;
      if (failed != null) {
        throw failed;
      }
      return load.report(waiting);
    } finally {
      for (Follower follower : followers) {
        follower.channel.close();
      }
    }
  }

  private String report(int waiting) {
    return Json.of(
        "followers_short",
        waiting,
        "lags",
        lags.count(),
        "rows_rate",
        (pushes - 1.0)
            * rows
            / Math.max(1, acknowledged.get(pushes - 1) - acknowledged.get(0))
            * 1e9,
        "late_pushes",
        late,
        "p50_us",
        lags.micros(0.5),
        "p99_us",
        lags.micros(0.99),
        "p999_us",
        lags.micros(0.999),
        "max_us",
        lags.micros(1),
        "acknowledged",
        pushes,
        "mb",
        bytes / 1e6);
  }

  private Follower follow(String events, boolean isSocket, Selector selector) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
    channel.connect(address);
    List<String> lines = new ArrayList<>(List.of("GET " + events + " HTTP/1.1", "Host: 127.0.0.1"));
    if (isSocket) {
      lines.addAll(List.of("Connection: Upgrade", "Upgrade: websocket"));
      lines.add("Sec-WebSocket-Version: 13");
      lines.add("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    }
    String head = String.join("\r\n", lines) + "\r\n\r\n";
    channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
    ByteBuffer answer = ByteBuffer.allocate(1 << 10);
    channel.read(answer);
    String line = new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
    if (!line.startsWith(isSocket ? "HTTP/1.1 101 " : "HTTP/1.1 200 ")) {
      throw new IOException(line);
    }
    channel.configureBlocking(false);
    Follower follower = new Follower(channel);
    channel.register(selector, SelectionKey.OP_READ, follower);
    return follower;
  }

  private void push() {
    try (SocketChannel channel = SocketChannel.open(address)) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      List<ByteBuffer> requests = PushRequests.of(path, "ndjson", rows, VARIANTS, "");
      Reply reply = new Reply();
      long due = System.nanoTime();
      for (int i = 0; i < pushes; i++) {
        while (due - System.nanoTime() > 0) {
          Thread.sleep(0, 100_000);
        }
        AskAtAck.exchange(channel, requests.get(i % VARIANTS).duplicate(), reply);
        long now = System.nanoTime();
        if (i == 0) {
          first = number(reply.text(), END) - rows + 1;
        }
        acknowledged.set(i, now);
        late += now - due > nanosAPush ? 1 : 0;
        due += nanosAPush;
      }
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException e) {
      failure = new IOException(e);
    }
  }

  private static long number(String text, byte[] name) throws IOException {
    int at = text.indexOf(new String(name, StandardCharsets.US_ASCII));
    if (at < 0) {
      throw new IOException(text);
    }
    long number = 0;
    for (int i = at + name.length; Character.isDigit(text.charAt(i)); i++) {
      number = 10 * number + text.charAt(i) - '0';
    }
    return number;
  }

  /// Reads until all saw all, or nothing comes any more; returns how many are short of rows.
  private int read(Selector selector, List<Follower> followers, Thread pusher) throws IOException {
    int open = followers.size();
    long last = System.nanoTime();
    while (open > 0 && failure == null && System.nanoTime() - last < LATE_NANOS) {
      selector.select(100);
      last = pusher.isAlive() ? System.nanoTime() : last;
      for (SelectionKey key : selector.selectedKeys()) {
        Follower follower = (Follower) key.attachment();
        int seen = follower.seen;
        read(follower);
        if (follower.seen > seen) {
          last = System.nanoTime();
          open -= follower.seen == pushes ? 1 : 0;
        }
      }
      selector.selectedKeys().clear();
    }
    return open;
  }

  private void read(Follower follower) throws IOException {
    buffer.clear();
    int count = follower.channel.read(buffer);
    if (count < 0) {
      throw new IOException("the server cut somebody who follows");
    }
    long now = System.nanoTime();
    bytes += count;
    long offset = lastOffset(count);
    long begin = first;
    if (offset < 0 || begin < 0) {
      return;
    }
    int whole = (int) Math.min(pushes, (offset - begin + 1) / rows);
    for (; follower.seen < whole; follower.seen++) {
      long at = acknowledged.get(follower.seen);
      if (follower.seen >= warm) {
        lags.add(at == 0 ? 0 : Math.max(0, now - at));
      }
    }
  }

  /// The offset of the last row whose offset is there in whole; -1 where none is.
  private long lastOffset(int count) {
    for (int i = count - OFFSET.length - 1; i >= 0; i--) {
      int j = 0;
      while (j < OFFSET.length && buffer.get(i + j) == OFFSET[j]) {
        j++;
      }
      if (j == OFFSET.length) {
        long number = 0;
        int at = i + j;
        while (at < count && buffer.get(at) >= '0' && buffer.get(at) <= '9') {
          number = 10 * number + buffer.get(at) - '0';
          at++;
        }
        if (at < count) {
          return number;
        }
      }
    }
    return -1;
  }
}
