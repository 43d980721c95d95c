package dev.catchwater.conformance;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/// A WebSocket client that speaks frame by frame (RFC 6455), for tests that need the very frames. A
/// thread of its own reads what comes, and answers pings, until it is told to leave off.
final class SocketWire implements Closeable {
  static final int FIN = 0x80;
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;
  static final int NO_CODE = -1;
  private static final int PATIENCE_SECONDS = 30;
  private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};
  private static final Frame END = new Frame(-1, new byte[0]);

  private final Socket socket;
  private final DataInputStream in;
  private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  private final String head;

  /// A frame as it came; `opcode` -1 for the end of the connection.
  record Frame(int opcode, byte[] payload) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    int code() {
      return payload.length < 2 ? NO_CODE : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
    }
  }

  private SocketWire(Socket socket, String request, boolean isReading) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    StringBuilder lines = new StringBuilder();
    while (lines.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the connection ended after " + lines);
      }
      lines.append((char) next);
    }
    this.head = lines.toString();
    if (isReading && isOpen()) {
      Thread.ofVirtual().start(this::read);
    }
  }

  /// Asks for a socket.
  ///
  /// @param lines further lines of the head, each with CR LF
  static SocketWire of(int port, String path, String lines) throws IOException {
    return new SocketWire(socket(port), request(path, lines), true);
  }

  static SocketWire of(int port, String path) throws IOException {
    return of(port, path, "");
  }

  /// One over TLS.
  static SocketWire secure(SSLContext trusted, int port, String path, String lines)
      throws IOException {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    Socket socket = trusted.getSocketFactory().createSocket(host, port);
    return new SocketWire(socket, request(path, lines), true);
  }

  /// One whose server's words nobody reads.
  static SocketWire deaf(int port, String path) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return new SocketWire(socket, request(path, ""), false);
  }

  private static Socket socket(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  private static String request(String path, String lines) {
    return "GET "
        + path
        + " HTTP/1.1\r\n"
        + (lines.contains("Host:") ? "" : "Host: localhost\r\n")
        + "Connection: Upgrade\r\nUpgrade: websocket\r\n"
        + (lines.contains("-Version:") ? "" : "Sec-WebSocket-Version: 13\r\n")
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + lines
        + "\r\n";
  }

  /// Begins to read, where nobody did.
  void listen() {
    Thread.ofVirtual().start(this::read);
  }

  /// Status line and headers of the answer.
  String head() {
    return head;
  }

  /// Whether this side was closed.
  boolean isClosed() {
    return socket.isClosed();
  }

  boolean isOpen() {
    return head.startsWith("HTTP/1.1 101 ");
  }

  private void read() {
    try {
      while (true) {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        long length = second & 0x7F;
        if (length == 126) {
          length = in.readUnsignedShort();
        } else if (length == 127) {
          length = in.readLong();
        }
        if ((second & 0x80) != 0 || (first & 0x70) != 0) {
          throw new IOException("a server neither masks nor agreed to an extension");
        }
        byte[] payload = new byte[Math.toIntExact(length)];
        in.readFully(payload);
        Frame frame = new Frame(first & 0x0F, payload);
        if (frame.opcode == PING) {
          send(FIN | PONG, frame.payload);
        } else if (frame.opcode != PONG) {
          frames.add(frame);
        }
      }
    } catch (IOException e) {
      frames.add(END);
    }
  }

  /// A frame as a client sends it.
  static byte[] frame(int first, byte[] payload) {
    return frame(first, true, payload);
  }

  static byte[] frame(int first, boolean isMasked, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
    frame.put((byte) first);
    int mask = isMasked ? 0x80 : 0;
    if (payload.length < 126) {
      frame.put((byte) (mask | payload.length));
    } else if (payload.length < 1 << 16) {
      frame.put((byte) (mask | 126)).putShort((short) payload.length);
    } else {
      frame.put((byte) (mask | 127)).putLong(payload.length);
    }
    if (isMasked) {
      frame.put(MASK);
    }
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (isMasked ? payload[i] ^ MASK[i % 4] : payload[i]));
    }
    byte[] bytes = new byte[frame.position()];
    frame.flip().get(bytes);
    return bytes;
  }

  void raw(byte[] bytes) throws IOException {
    synchronized (socket) {
      socket.getOutputStream().write(bytes);
    }
  }

  void send(int first, byte[] payload) throws IOException {
    raw(frame(first, payload));
  }

  void text(String text) throws IOException {
    send(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  void binary(byte[] bytes) throws IOException {
    send(FIN | BINARY, bytes);
  }

  void close(int code) throws IOException {
    send(FIN | CLOSE, ByteBuffer.allocate(2).putShort((short) code).array());
  }

  /// The next frame but pings and pongs.
  Frame next() {
    try {
      Frame frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (frame == null) {
        throw new IllegalStateException("nothing comes");
      }
      return frame;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The next text; what ended the socket where it ended.
  String line() {
    Frame frame = next();
    return switch (frame.opcode) {
      case TEXT -> frame.text();
      case CLOSE -> "closed " + frame.code();
      default -> "the end";
    };
  }

  /// Reads until the server closes; its code.
  int closeCode() {
    for (Frame frame = next(); frame.opcode >= 0; frame = next()) {
      if (frame.opcode == CLOSE) {
        return frame.code();
      }
    }
    return NO_CODE;
  }

  /// Reads what comes, and answers nothing, until the connection ends; false where it does not.
  boolean readsToTheEnd(java.time.Duration most) throws IOException {
    socket.setSoTimeout((int) most.toMillis());
    try {
      while (in.read() >= 0) {
        // It is dropped.
      }
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /// Answers a close of the server, as a client is to do.
  void bye() throws IOException {
    close(1000);
  }

  /// Breaks the connection.
  void cut() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    cut();
  }
}
