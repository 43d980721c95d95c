package dev.catchwater.server.http;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.server.access.Access;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Server;

/// The server's stack with routes of a test and connections that are in memory: what bytes do to
/// it. Thread-safe.
public final class RawStack {
  private static final int IDLE_MILLIS = 150;
  private static final int SECONDS_MAX = 1;

  private final Server jetty = HttpStack.server();
  private final LocalConnector connector;
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  /// Starts it.
  public RawStack(List<Route> routes) {
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    connector =
        new LocalConnector(
            jetty,
            null,
            null,
            null,
            1,
            new HttpConnectionFactory(HttpStack.configuration(HttpStack.HEAD_BYTES_MAX)),
            new Http2(HttpStack.configuration(HttpStack.HTTP2_HEAD_BYTES_MAX), false));
    connector.setIdleTimeout(IDLE_MILLIS);
    jetty.addConnector(connector);
    jetty.setHandler(
        new FrontDoor(
            new Router(routes, "kamu-server"),
            new Visitors(Set.of("localhost"), Set.of()),
            new Gate((_, _) -> Access.open(), _ -> null),
            new Notes(),
            100,
            "fuzz-"));
    jetty.setErrorHandler(new BadMessages());
    try {
      jetty.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private final class Notes implements RequestNotes {
    @Override
    public void begun() {}

    @Override
    public void answered(Note note) {
      Throwable failure = note.failure();
      boolean isRefused = failure instanceof Refusal || failure instanceof CatchwaterException;
      if (note.status() >= 500 || (failure != null && !isRefused && note.status() >= 400)) {
        failures.add(new AssertionError(note.toString(), failure));
      }
    }
  }

  /// What a connection with these bytes, and no more, is answered. ISO-8859-1.
  ///
  /// @throws AssertionError where the server fails, or does not end the connection in time
  public String answer(byte[] input) {
    String answer = tried(input);
    // The machine may have been busy; the second time counts.
    answer = answer == null ? tried(input) : answer;
    if (answer == null) {
      throw new AssertionError("the connection does not end");
    }
    Throwable failure = failures.poll();
    if (failure != null) {
      failures.clear();
      throw new AssertionError("the server failed", failure);
    }
    return answer;
  }

  private @org.jspecify.annotations.Nullable String tried(byte[] input) {
    LocalConnector.LocalEndPoint end = connector.connect();
    end.addInput(ByteBuffer.wrap(input));
    end.addInputEOF();
    end.waitUntilClosedOrIdleFor(SECONDS_MAX, TimeUnit.SECONDS);
    boolean isOpen = end.isOpen();
    ByteBuffer output = end.takeOutput();
    end.close();
    return isOpen ? null : StandardCharsets.ISO_8859_1.decode(output).toString();
  }
}
