package dev.catchwater.cli.command;

import dev.catchwater.cli.resident.Engine;
import dev.catchwater.server.CatchwaterServer;
import java.time.Duration;
import java.util.Optional;

/// Whether somebody still uses a server: a client that is connected, a command that runs in its
/// engine. Stateless.
///
/// @param idleMax how long it stays without anybody, empty for ever
record ServerUse(
    CatchwaterServer server,
    Optional<Engine> engine,
    Optional<FlightPort> flight,
    Optional<Duration> idleMax) {
  private static final Duration LOOK = Duration.ofSeconds(1);

  /// Waits until somebody stops the server, or nobody used it for so long; whether it is the
  /// latter.
  boolean awaitIdle() throws InterruptedException {
    if (idleMax.isEmpty()) {
      server.join();
      return false;
    }
    while (!server.awaitStopping(LOOK)) {
      if (isIdle(idleMax.get())) {
        return true;
      }
    }
    server.join();
    return false;
  }

  private boolean isIdle(Duration max) {
    return server.idle().compareTo(max) > 0
        && engine.map(Engine::idle).orElse(max.plusNanos(1)).compareTo(max) > 0
        && flight.map(FlightPort::idle).orElse(max.plusNanos(1)).compareTo(max) > 0;
  }
}
