package dev.catchwater.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// A process of clients that cost a server patience: some asked once and keep their connection,
/// some send a body byte by byte, some stop reading what they asked for. Arguments: the port and
/// how many of each. It says `ready` when all are there, and goes when its standard input ends.
final class IdleClients {
  private static final int SMALL_BUFFER = 4096;
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final InetSocketAddress server;
  private final List<SocketChannel> all = new ArrayList<>();
  private final List<SocketChannel> slow = new ArrayList<>();

  private IdleClients(int port) {
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /// The process.
  public static void main(String[] words) throws IOException {
    IdleClients clients = new IdleClients(Integer.parseInt(words[0]));
    clients.open(words);
    System.out.println("ready");
    Thread.ofPlatform().daemon().start(clients::drip);
    while (System.in.read() >= 0) {
      // Until whoever started us ends it.
    }
    for (SocketChannel channel : clients.all) {
      channel.close();
    }
  }

  private void open(String[] words) throws IOException {
    for (int i = 0; i < Integer.parseInt(words[1]); i++) {
      SocketChannel channel = connected("GET /info HTTP/1.1\r\nHost: localhost\r\n\r\n");
      channel.read(ByteBuffer.allocate(SMALL_BUFFER));
    }
    String push = "POST /gps/ingest HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n";
    for (int i = 0; i < Integer.parseInt(words[2]); i++) {
      SocketChannel channel = connected(push);
      channel.configureBlocking(false);
      slow.add(channel);
    }
    String tail = "GET /gps/tail?limit=50000 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    List<SocketChannel> stopped = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(words[3]); i++) {
      stopped.add(connected(tail));
    }
    // Those that are one too many are told so after a second.
    for (SocketChannel channel : stopped) {
      channel.read(ByteBuffer.allocate(16));
    }
  }

  private SocketChannel connected(String request) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
    channel.connect(server);
    channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    all.add(channel);
    return channel;
  }

  private void drip() {
    while (true) {
      LockSupport.parkNanos(SECOND_NANOS); // a byte a second is what is asked for
      for (SocketChannel channel : slow) {
        try {
          channel.write(ByteBuffer.wrap(new byte[] {' '}));
        } catch (IOException e) {
          // Cut by the server, as it should.
        }
      }
    }
  }
}
