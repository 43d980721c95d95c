package dev.catchwater.tables;

import dev.catchwater.ingest.live.LiveWorkspace;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// The streams and tables of a workspace. Its parts are thread-safe.
public record StreamSql(Streams streams, Tables tables) {

  /// Those of a workspace.
  ///
  /// @param clock tells when something is made
  /// @param nanos a clock that never jumps
  /// @param random makes identities; must not be predictable
  /// @param scratch a folder for files that go when they were read
  public static StreamSql of(
      LiveWorkspace live,
      InstantSource clock,
      LongSupplier nanos,
      RandomGenerator random,
      Path scratch) {
    Catalog catalog = new Catalog(live, clock, nanos, random);
    ReentrantLock making = new ReentrantLock();
    return new StreamSql(
        new Streams(catalog, making, scratch), new Tables(catalog, making, scratch));
  }
}
