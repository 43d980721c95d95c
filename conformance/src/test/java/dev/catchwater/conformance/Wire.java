package dev.catchwater.conformance;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// A connection to a server on this machine that sends bytes as they are and reads answers with a
/// declared length. For tests that need the very bytes; used by one thread.
final class Wire implements Closeable {
  private static final int PATIENCE_MILLIS = 30_000;

  private final Socket socket;
  private final InputStream in;

  Wire(int port) throws IOException {
    this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /// An answer as it came.
  ///
  /// @param head status line and headers
  record Reply(int status, String head, byte[] body) {
    String header(String name) {
      for (String line : head.split("\r\n", -1)) {
        int colon = line.indexOf(':');
        if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
          return line.substring(colon + 1).strip();
        }
      }
      return "";
    }

    boolean isReplayed() {
      return header("Idempotency-Replayed").equals("true");
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /// A whole push, ready to be sent.
  ///
  /// @param lines further lines of the head, each with CR LF
  static byte[] push(String dataset, String lines, byte[] body) {
    return push(dataset, "", lines, body);
  }

  /// @param query with its question mark
  static byte[] push(String dataset, String query, String lines, byte[] body) {
    String head =
        "POST /"
            + dataset
            + "/ingest"
            + query
            + " HTTP/1.1\r\nHost: localhost\r\n"
            + lines
            + "Content-Length: "
            + body.length
            + "\r\n\r\n";
    return joined(head.getBytes(StandardCharsets.ISO_8859_1), body);
  }

  static byte[] push(String dataset, String lines, String body) {
    return push(dataset, lines, body.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] get(String path) {
    return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] all = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    return all;
  }

  /// The answer to a request over a connection of its own.
  static Reply once(int port, byte[] request) throws IOException {
    try (Wire wire = new Wire(port)) {
      wire.send(request);
      return wire.reply();
    }
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /// The next answer.
  ///
  /// @throws EOFException where the connection ends before it does
  Reply reply() throws IOException {
    String head = head();
    int status = Integer.parseInt(head.substring(9, 12));
    Reply bare = new Reply(status, head, new byte[0]);
    if (bare.header("Transfer-Encoding").toLowerCase(Locale.ROOT).equals("chunked")) {
      return new Reply(status, head, chunks());
    }
    String length = bare.header("Content-Length");
    int size = length.isEmpty() ? 0 : Integer.parseInt(length);
    return new Reply(status, head, exactly(size));
  }

  /// How long an answer with a declared length is in all, or the largest number while its head is
  /// not there yet.
  static long lengthOf(byte[] begun) {
    String text = new String(begun, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return Long.MAX_VALUE;
    }
    String length = new Reply(0, text.substring(0, end), new byte[0]).header("Content-Length");
    return end + 4 + (length.isEmpty() ? 0 : Long.parseLong(length));
  }

  private String head() throws IOException {
    var bytes = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the connection ended after " + bytes);
      }
      bytes.write(next);
      matched = next == (matched % 2 == 0 ? '\r' : '\n') ? matched + 1 : next == '\r' ? 1 : 0;
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private byte[] chunks() throws IOException {
    var whole = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line(), 16);
      whole.writeBytes(exactly(size));
      line();
      if (size == 0) {
        return whole.toByteArray();
      }
    }
  }

  private String line() throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the connection ended in a chunk");
      }
      bytes.write(next);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1).strip();
  }

  private byte[] exactly(int size) throws IOException {
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException("the connection ended after " + bytes.length + " of " + size);
    }
    return bytes;
  }

  /// Ends it with a reset instead of an end.
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
