package dev.catchwater.server.http;

import java.time.Duration;
import java.util.concurrent.Executors;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// How we set up Jetty: threads and connectors, without anything that answers. The benchmarks put
/// an empty handler on the same stack, to know what it costs.
public final class HttpStack {
  /// The head of a request, all of it (reliability §2.13).
  static final int HEAD_BYTES_MAX = 32 << 10;

  // What is larger than this cannot be answered any more, as it is not decoded.
  static final int HTTP2_HEAD_BYTES_MAX = 2 * HEAD_BYTES_MAX;

  private static final int THREAD_IDLE_MILLIS = 5000;
  private static final int PLATFORM_THREADS_MAX = 64;
  private static final int ACCEPT_QUEUE =
      4096; // one that is full costs who comes a second or three

  private HttpStack() {}

  /// A server without connectors and handlers: each request has a virtual thread.
  public static Server server() {
    QueuedThreadPool threads = new QueuedThreadPool(PLATFORM_THREADS_MAX);
    threads.setName("http");
    // What a rush of connections needed goes soon after it, not one thread a minute.
    threads.setIdleTimeout(THREAD_IDLE_MILLIS);
    threads.setMaxEvictCount(PLATFORM_THREADS_MAX);
    threads.setVirtualThreadsExecutor(
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("request-", 0).factory()));
    return new Server(threads);
  }

  /// A connector for HTTP/1.1, strict, not yet added to the server.
  ///
  /// @param port 0 for any that is free
  /// @param idle how long a client may make no progress
  public static ServerConnector connector(Server jetty, String address, int port, Duration idle) {
    HttpConfiguration http = configuration(HEAD_BYTES_MAX);
    ServerConnector connector = new ServerConnector(jetty, 1, 1, new HttpConnectionFactory(http));
    return listening(connector, address, port, idle);
  }

  private static ServerConnector listening(
      ServerConnector connector, String address, int port, Duration idle) {
    connector.setHost(address);
    connector.setPort(port);
    connector.setIdleTimeout(idle.toMillis());
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    connector.setReuseAddress(true);
    return connector;
  }

  /// Lets a connector speak HTTP/2 too, with clients that begin with it.
  public static void addHttp2(ServerConnector connector) {
    connector.addConnectionFactory(new Http2(configuration(HTTP2_HEAD_BYTES_MAX), false));
  }

  /// A connector for HTTP/1.1 and HTTP/2 in TLS, of which the client chooses, not yet added to the
  /// server.
  public static ServerConnector connector(
      Server jetty, String address, int port, Duration idle, Tls tls) {
    HttpConnectionFactory http1 = new HttpConnectionFactory(secured(HEAD_BYTES_MAX));
    ALPNServerConnectionFactory choice = new ALPNServerConnectionFactory();
    choice.setDefaultProtocol(http1.getProtocol());
    ServerConnector connector =
        new ServerConnector(
            jetty,
            1,
            1,
            new SslConnectionFactory(tls.context(), choice.getProtocol()),
            choice,
            new Http2(secured(HTTP2_HEAD_BYTES_MAX), true),
            http1);
    return listening(connector, address, port, idle);
  }

  // Which name a client may call us by is checked of every request, also without TLS.
  private static HttpConfiguration secured(int headBytesMax) {
    HttpConfiguration http = configuration(headBytesMax);
    SecureRequestCustomizer customizer = new SecureRequestCustomizer();
    customizer.setSniHostCheck(false);
    http.addCustomizer(customizer);
    return http;
  }

  static HttpConfiguration configuration(int headBytesMax) {
    HttpConfiguration http = new HttpConfiguration();
    http.setHttpCompliance(HttpCompliance.STRICT);
    http.setUriCompliance(UriCompliance.RFC3986);
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setRequestHeaderSize(headBytesMax);
    http.setNotifyRemoteAsyncErrors(true);
    // To find a token among the fields of earlier requests takes Jetty longer than to read it anew,
    // and it looks for it whatever the case.
    http.setHeaderCacheSize(0);
    return http;
  }
}
