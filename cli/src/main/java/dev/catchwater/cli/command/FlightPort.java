package dev.catchwater.cli.command;

import dev.catchwater.cli.Version;
import dev.catchwater.flight.FlightDoor;
import dev.catchwater.flight.FlightLimits;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.server.CatchwaterServer;
import dev.catchwater.server.ServerSettings;
import java.security.SecureRandom;
import java.time.Duration;

/// The port of Flight SQL beside a server. A class of its own, so that a server without it loads
/// nothing of it: it is on the class path of `serve` alone.
final class FlightPort {
  private final FlightDoor door;

  private FlightPort(FlightDoor door) {
    this.door = door;
  }

  /// Opens it on the server's address, with TLS where the server has that.
  ///
  /// @throws CatchwaterException as [FlightDoor#start]
  static FlightPort open(CatchwaterServer server, ServerSettings settings, int port) {
    return new FlightPort(
        FlightDoor.start(
            new FlightDoor.Listening(settings.address(), port, server.keys()),
            new FlightDoor.Surroundings(
                server.workspace(),
                server.sqlDesk(),
                server.tokens(),
                server.log(),
                server.notes(),
                new SecureRandom(),
                Version.current()),
            FlightLimits.standard()));
  }

  /// Where it answers, `grpc://127.0.0.1:8082`.
  String address() {
    return door.address();
  }

  /// How long no client was connected to it, zero while one is.
  Duration idle() {
    return door.idle();
  }

  /// Lets nobody in any more.
  void close() {
    door.close();
  }
}
