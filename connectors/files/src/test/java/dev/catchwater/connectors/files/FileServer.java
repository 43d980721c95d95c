package dev.catchwater.connectors.files;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/// A server of one file that knows tags and ranges, and breaks connections where a test wants it.
final class FileServer implements AutoCloseable {
  private final HttpServer server;
  private volatile byte[] content;
  private volatile String tag;
  private volatile int bytesAConnection = Integer.MAX_VALUE;
  private volatile boolean knowsRanges = true;
  private volatile int status = 200;
  private volatile IntConsumer onRequest = _ -> {};
  private final List<String> requests = new ArrayList<>();

  FileServer(byte[] content, String tag) throws IOException {
    this.content = content;
    this.tag = tag;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/file.csv", this::answer);
    server.createContext(
        "/elsewhere",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/file.csv");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.start();
  }

  String address(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /// The file from now on.
  void set(byte[] bytes, String itsTag) {
    content = bytes;
    tag = itsTag;
  }

  /// After how many bytes of a body each connection is cut.
  void cutAfter(int bytes) {
    bytesAConnection = bytes;
  }

  void forgetRanges() {
    knowsRanges = false;
  }

  /// Answers nothing but this from now on.
  void answerOnly(int code) {
    status = code;
  }

  /// Told the number of each request before it is answered.
  void onRequest(IntConsumer listener) {
    onRequest = listener;
  }

  /// `STATUS RANGE` of each answer.
  synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  private void answer(HttpExchange exchange) throws IOException {
    onRequest.accept(requests().size());
    byte[] bytes = content;
    int from = 0;
    int code = status;
    String range = exchange.getRequestHeaders().getFirst("Range");
    String match = exchange.getRequestHeaders().getFirst("If-Match");
    if (code == 200 && tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      code = 304;
    } else if (code == 200 && match != null && !match.equals(tag)) {
      code = 412;
    } else if (code == 200 && range != null && knowsRanges) {
      code = 206;
      from = Integer.parseInt(range.substring(6, range.length() - 1));
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
    }
    synchronized (this) {
      requests.add(code + (range == null ? "" : " " + range));
    }
    exchange.getResponseHeaders().set("ETag", tag);
    boolean hasBody = code == 200 || code == 206;
    exchange.sendResponseHeaders(code, hasBody ? bytes.length - from : -1);
    if (hasBody) {
      int count = Math.min(bytesAConnection, bytes.length - from);
      exchange.getResponseBody().write(bytes, from, count);
      exchange.getResponseBody().flush();
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
