package dev.catchwater.flight;

import io.grpc.Attributes;
import io.grpc.ServerTransportFilter;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Counts the connections of the port, so that it is known how long nobody was there. Thread-safe.
final class Clients extends ServerTransportFilter {
  private final LongSupplier nanos;
  private int connections;
  private long emptySince;

  /// @param nanos a clock that never jumps
  Clients(LongSupplier nanos) {
    this.nanos = nanos;
    emptySince = nanos.getAsLong();
  }

  @Override
  public synchronized Attributes transportReady(Attributes attributes) {
    connections++;
    return attributes;
  }

  @Override
  public synchronized void transportTerminated(Attributes attributes) {
    connections--;
    emptySince = nanos.getAsLong();
  }

  /// How long no client was connected, zero while one is.
  synchronized Duration idle() {
    return connections > 0 ? Duration.ZERO : Duration.ofNanos(nanos.getAsLong() - emptySince);
  }
}
