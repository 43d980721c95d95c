package dev.catchwater.connectors.files.wire;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Asks servers over HTTP/1.1, each time on a connection of its own. It connects to the very
/// addresses that its [Reach] looked at, and gives up a server that sends nothing for as long as it
/// may be idle. Thread-safe.
public final class Wire {
  private static final int HEAD_BYTES_MAX = 64 << 10;
  private static final int REDIRECTS_MAX = 5;
  private static final int BUFFER_BYTES = 1 << 16;

  private final Reach reach;
  private final Duration connectWait;
  private final Duration idle;

  /// @param connectWait how long a connection may take
  /// @param idle how long an answer may make no progress
  public Wire(Reach reach, Duration connectWait, Duration idle) {
    this.reach = reach;
    this.connectWait = connectWait;
    this.idle = idle;
  }

  /// One that waits ten seconds for a connection and thirty for more of an answer.
  public static Wire within(Reach reach) {
    return new Wire(reach, Duration.ofSeconds(10), Duration.ofSeconds(30));
  }

  /// Asks, and goes where the answer sends us if that is allowed: to five places at most, never
  /// from TLS to none. The caller closes.
  ///
  /// @throws CatchwaterException `TARGET_NOT_ALLOWED`, `REMOTE_UNAVAILABLE` where nobody answers
  /// @throws IOException where the connection was cut
  public WireAnswer askAndFollow(String method, URI uri, Map<String, String> heads)
      throws IOException {
    URI at = uri;
    for (int i = 0; ; i++) {
      WireAnswer answer = ask(method, at, heads);
      String location = answer.head("location");
      boolean isElsewhere = answer.status() / 100 == 3 && answer.status() != 304;
      if (!isElsewhere || location == null) {
        return answer;
      }
      answer.close();
      URI next = resolved(at, location);
      boolean isWorse = "https".equals(at.getScheme()) && !"https".equals(next.getScheme());
      if (!reach.followsRedirects() || isWorse || i == REDIRECTS_MAX) {
        throw CatchwaterException.at(
                ErrorCode.TARGET_NOT_ALLOWED,
                Place.of(uri.toString()),
                "The server sends us elsewhere, which is not followed")
            .withHint("name the address that it leads to: " + next);
      }
      at = next;
    }
  }

  private static URI resolved(URI at, String location) {
    try {
      URI next = at.resolve(location);
      if (next.getHost() != null && ("http".equals(next.getScheme()) || isTls(next))) {
        return next;
      }
    } catch (IllegalArgumentException _) {
      // Said below.
    }
    throw CatchwaterException.at(
        ErrorCode.SCHEME, Place.of(at.toString()), "The server sends us to no address of the web");
  }

  /// Asks once. The caller closes.
  ///
  /// @throws CatchwaterException as [#askAndFollow]
  /// @throws IOException where the connection was cut
  public WireAnswer ask(String method, URI uri, Map<String, String> heads) throws IOException {
    Socket socket = connect(uri);
    boolean isAnswered = false;
    try {
      OutputStream out = socket.getOutputStream();
      out.write(request(method, uri, heads).getBytes(StandardCharsets.UTF_8));
      out.flush();
      WireAnswer answer =
          answer(method, new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES), socket);
      isAnswered = true;
      return answer;
    } finally {
      if (!isAnswered) {
        socket.close();
      }
    }
  }

  /// What a request names as its host: without the port that goes without saying.
  public static String hostOf(URI uri) {
    int port = uri.getPort();
    boolean isUsual = port < 0 || port == (isTls(uri) ? 443 : 80);
    return isUsual ? uri.getHost() : uri.getHost() + ":" + port;
  }

  private static String request(String method, URI uri, Map<String, String> heads) {
    StringBuilder text = new StringBuilder();
    String path = uri.getRawPath();
    text.append(method).append(' ').append(path == null || path.isEmpty() ? "/" : path);
    if (uri.getRawQuery() != null) {
      text.append('?').append(uri.getRawQuery());
    }
    text.append(" HTTP/1.1\r\nHost: ").append(hostOf(uri));
    text.append("\r\nConnection: close\r\nAccept-Encoding: identity\r\nUser-Agent: catchwater\r\n");
    for (Map.Entry<String, String> head : heads.entrySet()) {
      String value = head.getValue();
      if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
        throw new IllegalArgumentException("a field of two lines: " + head.getKey());
      }
      text.append(head.getKey()).append(": ").append(value).append("\r\n");
    }
    return text.append("\r\n").toString();
  }

  private static boolean isTls(URI uri) {
    return "https".equals(uri.getScheme());
  }

  private Socket connect(URI uri) throws IOException {
    String host = uri.getHost();
    int port = uri.getPort() >= 0 ? uri.getPort() : isTls(uri) ? 443 : 80;
    IOException last = null;
    for (InetAddress address : reach.resolve(host)) {
      Socket socket = new Socket();
      boolean isOpen = false;
      try {
        socket.connect(new InetSocketAddress(address, port), (int) connectWait.toMillis());
        socket.setSoTimeout((int) idle.toMillis());
        Socket through = isTls(uri) ? secured(socket, host, port) : socket;
        isOpen = true;
        return through;
      } catch (IOException e) {
        last = e;
      } finally {
        if (!isOpen) {
          socket.close();
        }
      }
    }
    CatchwaterException failure =
        CatchwaterException.of(
            ErrorCode.REMOTE_UNAVAILABLE,
            "The server "
                + host
                + ":"
                + port
                + " does not answer: "
                + (last == null ? "it has no address" : last.getMessage()));
    throw last == null ? failure : failure.withCause(last);
  }

  private static Socket secured(Socket socket, String host, int port) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket secured = (SSLSocket) factory.createSocket(socket, bare(host), port, true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static WireAnswer answer(String method, InputStream in, Socket socket)
      throws IOException {
    while (true) {
      int[] left = {HEAD_BYTES_MAX};
      int status = status(line(in, left));
      Map<String, String> heads = new LinkedHashMap<>();
      for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
        int colon = line.indexOf(':');
        if (colon <= 0) {
          throw new IOException("the head of the answer is no HTTP");
        }
        heads.putIfAbsent(
            line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
            line.substring(colon + 1).strip());
      }
      if (status >= 200) {
        return new WireAnswer(status, heads, body(method, status, heads, in), socket);
      }
    }
  }

  private static InputStream body(
      String method, int status, Map<String, String> heads, InputStream in) throws IOException {
    if (method.equals("HEAD") || status == 204 || status == 304) {
      return InputStream.nullInputStream();
    }
    String coding = heads.get("transfer-encoding");
    if (coding != null) {
      if (!coding.toLowerCase(Locale.ROOT).equals("chunked")) {
        throw new IOException("the answer comes in the coding " + coding);
      }
      return Bodies.chunked(in);
    }
    String length = heads.get("content-length");
    if (length == null) {
      return in;
    }
    try {
      long bytes = Long.parseLong(length);
      if (bytes >= 0) {
        return Bodies.ofLength(in, bytes);
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw new IOException("the answer has no length that can be read");
  }

  private static int status(String line) throws IOException {
    if (line.startsWith("HTTP/1.") && line.length() >= 12) {
      int status = 0;
      for (int i = 9; i < 12; i++) {
        status = status * 10 + Character.digit(line.charAt(i), 10);
      }
      if (status >= 100) {
        return status;
      }
    }
    throw new IOException("the answer is no HTTP");
  }

  private static String line(InputStream in, int[] left) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection was closed before the answer");
      }
      if (--left[0] < 0) {
        throw new IOException("the head of the answer has more than " + HEAD_BYTES_MAX + " bytes");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
