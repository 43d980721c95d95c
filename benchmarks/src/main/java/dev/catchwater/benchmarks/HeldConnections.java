package dev.catchwater.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Connections that only take room: idle ones, every other after a first answer, and slow ones that
/// send the body of a push bit by bit. What the server closes is opened again.
///
/// Arguments: port, path, idle, slow. Prints `ready` when all are open; ends with standard input
/// and prints how many were closed meanwhile.
public final class HeldConnections {
  private static final int BODY_BYTES = 1_000_000;
  private static final long PAUSE_NANOS = 1_000_000_000L;

  // A server that does not wait for ever asks for a KiB a second.
  private static final byte[] BIT = blanks(1_500);

  private final InetSocketAddress address;
  private final String path;
  private final ByteBuffer came = ByteBuffer.allocate(4_096);
  private int closed;
  private String strange = "";

  private HeldConnections(int port, String path) {
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.path = path;
  }

  /// Runs it.
  public static void main(String[] arguments) throws Exception {
    HeldConnections held = new HeldConnections(Integer.parseInt(arguments[0]), arguments[1]);
    held.run(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
  }

  private static byte[] blanks(int count) {
    byte[] blanks = new byte[count];
    Arrays.fill(blanks, (byte) ' ');
    return blanks;
  }

  private void run(int idleCount, int slowCount) throws Exception {
    List<SocketChannel> idle = new ArrayList<>();
    List<SocketChannel> slow = new ArrayList<>();
    for (int i = 0; i < idleCount; i++) {
      idle.add(idle(i));
    }
    for (int i = 0; i < slowCount; i++) {
      slow.add(slow());
    }
    System.out.println("ready");
    long began = System.nanoTime();
    int done = 0;
    int looked = 0;
    while (System.in.available() == 0) {
      Thread.sleep(5);
      double share = (System.nanoTime() - began) / (double) PAUSE_NANOS;
      for (; done < share * slowCount; done++) {
        keep(slow, done % slowCount, true);
      }
      for (; looked < share * idleCount / 5; looked++) {
        keep(idle, looked % idleCount, false);
      }
    }
    System.out.println(Json.of("closed", closed, "strange", strange));
  }

  private SocketChannel idle(int number) throws IOException {
    SocketChannel channel = SocketChannel.open(address);
    if (number % 2 == 0) {
      AskAtAck.exchange(channel, PushRequests.get("/system/health"), new Reply());
    }
    channel.configureBlocking(false);
    return channel;
  }

  private SocketChannel slow() throws IOException {
    SocketChannel channel = SocketChannel.open(address);
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-ndjson\r\nContent-Length: "
            + BODY_BYTES
            + "\r\n\r\n";
    channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
    channel.configureBlocking(false);
    return channel;
  }

  /// Sends a bit where the connection is a slow one, and opens it again where it was closed.
  private void keep(List<SocketChannel> channels, int number, boolean isSlow) throws IOException {
    SocketChannel channel = channels.get(number);
    boolean isClosed = false;
    try {
      came.clear();
      int count = channel.read(came);
      if (count > 0) {
        strange = new String(came.array(), 0, count, StandardCharsets.ISO_8859_1);
      }
      isClosed = count < 0;
      if (isSlow && !isClosed) {
        channel.write(ByteBuffer.wrap(BIT));
      }
    } catch (IOException e) {
      isClosed = true;
    }
    if (isClosed) {
      closed++;
      channel.close();
      channels.set(number, isSlow ? slow() : idle(number));
    }
  }
}
