package dev.catchwater.server.socket;

import dev.catchwater.server.follow.Feeds;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;

/// Where requests become sockets, and all open sockets of a server. No extension is ever agreed to:
/// a message that is packed says so by its own encoding, whose limits are those of bodies.
/// Thread-safe.
public final class SocketDoor {
  /// What is spoken inside of the sockets of this server.
  public static final String PROTOCOL = "catchwater.v1";

  // Larger ones would be cut into several on their way out.
  private static final int FRAME_BYTES_MAX = 1 << 20;
  private static final long LOOK_MILLIS = 200;
  private static final long DRAIN_MILLIS = 5;

  private final SocketLimits limits;
  private final WebSocketMappings mappings;
  private final WebSocketComponents components;
  private final Set<OpenSocket> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean isClosed;

  /// A door without sockets.
  public SocketDoor(SocketLimits limits, ByteBufferPool buffers, Executor threads) {
    this.limits = limits;
    this.components = new WebSocketComponents(null, null, buffers, null, null, threads);
    this.mappings = new WebSocketMappings(components);
  }

  /// What is to be started before the first socket, and stopped after the last one.
  public LifeCycle parts() {
    return components;
  }

  SocketLimits limits() {
    return limits;
  }

  /// The answer that makes the connection of a request a socket.
  ///
  /// @throws Refusal 400 where the client offers protocols, and not ours, 503 where the server
  ///   stops
  Answer answer(Call call, OpenSocket socket) {
    List<String> offered = call.offeredProtocols();
    if (!offered.isEmpty() && !offered.contains(PROTOCOL)) {
      throw Refusal.of(
          400,
          "bad-header",
          "The header Sec-WebSocket-Protocol does not offer "
              + PROTOCOL
              + ", which is spoken here");
    }
    if (isClosed) {
      throw Refusal.of(503, "stopping", "The server is stopping").withHeader("Retry-After", "2");
    }
    Agreement agreement = new Agreement(socket, !offered.isEmpty());
    return Answer.upgrade(
        (request, response, callback) -> begin(agreement, request, response, callback));
  }

  /// The answer that makes the connection of a request a socket over which rows of a dataset come.
  ///
  /// @param from the offset of the first one
  /// @throws Refusal as there is no socket now, or none for this client
  Answer follow(Call call, Feeds feeds, Dataset dataset, long from) {
    return answer(call, new FollowSocket(this, call.access(), feeds, dataset, from));
  }

  private boolean begin(
      Agreement agreement, Request request, Response response, Callback callback) {
    Configuration.ConfigurationCustomizer customizer = new Configuration.ConfigurationCustomizer();
    customizer.setMaxFrameSize(FRAME_BYTES_MAX);
    customizer.setAutoFragment(true);
    customizer.setIdleTimeout(limits.idle());
    return mappings.upgrade(agreement, request, response, callback, customizer);
  }

  /// What is agreed on: our protocol where any was offered, and no extension.
  private record Agreement(OpenSocket socket, boolean isOffered) implements WebSocketNegotiator {
    @Override
    public FrameHandler negotiate(
        ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
      response.setExtensions(List.of());
      if (isOffered) {
        response.setAcceptedSubProtocol(PROTOCOL);
      }
      return socket;
    }
  }

  /// Takes a socket in; false where the server stops.
  boolean keep(OpenSocket socket) {
    open.add(socket);
    return !isClosed;
  }

  void forget(OpenSocket socket) {
    open.remove(socket);
  }

  /// How many sockets are open.
  public int count() {
    return open.size();
  }

  /// Looks after the sockets until [#drain] was called.
  public void run() {
    try {
      while (!stopped.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        long now = System.nanoTime();
        for (OpenSocket socket : open) {
          socket.tick(now);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Nobody is let in any more; what came is answered, then the sockets are closed. Returns when
  /// that is done, or after this time.
  public void drain(Duration most) {
    isClosed = true;
    for (OpenSocket socket : open) {
      socket.leave();
    }
    long until = System.nanoTime() + most.toNanos();
    try {
      while (!open.isEmpty() && System.nanoTime() < until) {
        if (stopped.await(DRAIN_MILLIS, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stopped.countDown();
    }
  }
}
