package dev.catchwater.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/// Keeps the connections of a port to their number (reliability §6, TH18) and the heads of their
/// requests to their time (TH17). Thread-safe.
///
/// For a connection over the number the one that has been idle longest is closed. Where none is
/// idle, the new one gets a single answer, 503, which the [FrontDoor] gives.
public final class ConnectionWatch implements Connection.Listener {
  /// The attribute of a connection whose requests are refused: the [Refusal].
  static final String REFUSED = ConnectionWatch.class.getName();

  private static final Duration REFUSED_IDLE = Duration.ofSeconds(5);
  private static final int MORE = 64;

  private final int max;
  private final Duration head;
  private final LongSupplier nanos;
  private final Map<Connection, Seen> open = new ConcurrentHashMap<>();
  private volatile long lastNanos;

  /// @param max connections at once
  /// @param head how long the head of a request may take, from its first byte to its last
  /// @param nanos a clock that never jumps
  public ConnectionWatch(int max, Duration head, LongSupplier nanos) {
    this.max = max;
    this.head = head;
    this.nanos = nanos;
    this.lastNanos = nanos.getAsLong();
  }

  /// What was seen of a connection; used by the thread that looks.
  private static final class Seen {
    private long requests;
    private long bytes;
    private boolean isInHead;
    private long since;

    /// How long a head has been on its way, 0 where there is none. In HTTP/2 it is any frame that
    /// has begun and is not whole: nothing else can come on the connection before it.
    long look(Connection connection, long now) {
      boolean isHttp2 = connection instanceof Http2Connection;
      long began =
          connection instanceof Http2Connection http2
              ? http2.framesIn()
              : connection.getMessagesIn();
      if (began != requests || (!isHttp2 && isBusy(connection))) {
        requests = began;
        bytes = connection.getBytesIn();
        isInHead = false;
        return 0;
      }
      if (!isInHead && connection.getBytesIn() > bytes) {
        isInHead = true;
        since = now;
      }
      return isInHead ? now - since : 0;
    }
  }

  private static boolean isBusy(Connection connection) {
    if (connection instanceof Http2Connection http2) {
      return http2.isBusy();
    }
    return !(connection instanceof HttpConnection http)
        || http.getHttpChannel().getRequest() != null;
  }

  @Override
  public void onOpened(Connection connection) {
    if (connection instanceof SslConnection) {
      return; // the one inside it counts
    }
    open.put(connection, new Seen());
    if (open.size() > max) {
      makeRoom(connection);
    }
  }

  @Override
  public void onClosed(Connection connection) {
    open.remove(connection);
    lastNanos = nanos.getAsLong();
  }

  /// How many there are.
  public int count() {
    return open.size();
  }

  /// How long there has been none, zero where there is one.
  public Duration idle() {
    // Read before the look: a connection that opens and closes in between counts.
    long last = lastNanos;
    return open.isEmpty() ? Duration.ofNanos(nanos.getAsLong() - last) : Duration.ZERO;
  }

  private void makeRoom(Connection newcomer) {
    Connection oldest = oldestIdle(newcomer);
    if (oldest != null) {
      oldest.close();
      return;
    }
    if (open.size() > max + MORE || !(newcomer instanceof ConnectionMetaData meta)) {
      newcomer.close();
      return;
    }
    meta.setAttribute(
        REFUSED,
        Refusal.of(503, "overloaded", "More than " + max + " connections are in use; try again")
            .withHeader("Retry-After", "1")
            .closing());
    newcomer.getEndPoint().setIdleTimeout(REFUSED_IDLE.toMillis());
  }

  private @Nullable Connection oldestIdle(Connection newcomer) {
    Connection oldest = null;
    long longest = -1;
    for (Connection connection : open.keySet()) {
      if (!connection.equals(newcomer)
          && !isBusy(connection)
          && connection instanceof ConnectionMetaData meta
          && meta.getAttribute(REFUSED) == null
          && connection.getEndPoint() instanceof IdleTimeout idle
          && idle.getIdleFor() > longest) {
        oldest = connection;
        longest = idle.getIdleFor();
      }
    }
    return oldest;
  }

  /// Cuts the connections whose heads take too long. To be called about once a second.
  public void tick() {
    long now = nanos.getAsLong();
    for (Map.Entry<Connection, Seen> entry : open.entrySet()) {
      Connection connection = entry.getKey();
      if (entry.getValue().look(connection, now) < head.toNanos()) {
        continue;
      }
      if (connection instanceof Http2Connection http2) {
        http2.calm("The head of the request did not come in time");
      } else if (connection instanceof HttpConnection http) {
        cut(http);
      }
    }
  }

  // The last byte of the head may come in this moment: then the front door refuses the request.
  private static void cut(HttpConnection connection) {
    long requests = connection.getMessagesIn();
    Refusal refusal =
        Refusal.of(408, "too-slow", "The head of the request did not come in time").closing();
    connection.setAttribute(REFUSED, refusal);
    if (connection.getMessagesIn() != requests) {
      return;
    }
    EndPoint endPoint = connection.getEndPoint();
    try {
      endPoint.flush(answer(refusal));
      endPoint.shutdownOutput();
      drain(endPoint);
    } catch (IOException e) {
      // The client has gone by itself.
    }
    connection.close();
  }

  // What lies unread when a connection is closed would take the answer away from the client.
  private static void drain(EndPoint endPoint) throws IOException {
    ByteBuffer dropped = BufferUtil.allocate(1 << 10);
    while (endPoint.fill(dropped) > 0) {
      BufferUtil.clear(dropped);
    }
  }

  private static ByteBuffer answer(Refusal refusal) {
    Answer answer = Problems.answer(refusal, null, "none");
    byte[] body = answer.body() instanceof Answer.Bytes whole ? whole.bytes() : new byte[0];
    String text =
        "HTTP/1.1 408 Request Timeout\r\nContent-Type: "
            + answer.mediaType()
            + "\r\nContent-Length: "
            + body.length
            + "\r\nConnection: close\r\n\r\n"
            + new String(body, StandardCharsets.UTF_8);
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
