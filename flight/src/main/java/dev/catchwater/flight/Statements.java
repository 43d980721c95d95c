package dev.catchwater.flight;

import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.query.sql.SqlPlan;
import dev.catchwater.query.sql.SqlResult;
import dev.catchwater.server.access.Access;
import dev.catchwater.server.api.SqlDesk;
import dev.catchwater.server.observe.ServerLog;
import io.grpc.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// Statements of clients: run at the server's desk, whose limits hold; their results wait on disk,
/// a while and not many, until they are fetched by the caller who asked, once. Thread-safe.
final class Statements {
  private static final int HANDLE_BYTES = 16;
  private static final SqlPlan.Window NO_ROWS = new SqlPlan.Window(0, 0);

  private final SqlDesk desk;
  private final FlightLimits limits;
  private final BufferAllocator memory;
  private final RandomGenerator random;
  private final LongSupplier nanos;
  private final ServerLog log;
  private final Map<String, Held> held = new HashMap<>();
  private final Map<String, ResultStream> streams = new HashMap<>();
  private boolean isClosed;

  /// A result that nobody fetched yet.
  private record Held(SqlResult result, long bytes, @Nullable String tokenId, long since) {}

  /// Where the result of a statement is fetched.
  ///
  /// @param handle cannot be guessed
  record Ready(String handle, DataSchema schema, long rowCount) {}

  Statements(
      SqlDesk desk,
      FlightLimits limits,
      BufferAllocator memory,
      RandomGenerator random,
      LongSupplier nanos,
      ServerLog log) {
    this.desk = desk;
    this.limits = limits;
    this.memory = memory;
    this.random = random;
    this.nanos = nanos;
    this.log = log;
  }

  /// Runs a statement to its end. It is ended when the client goes away.
  Ready run(String sql, Access access) throws IOException {
    requireRoom(0);
    SqlResult result = ask(sql, access, SqlPlan.Window.ALL);
    boolean isHeld = false;
    try {
      byte[] handle = new byte[HANDLE_BYTES];
      Ready ready = hold(result, result.bytes(), access, handle);
      isHeld = true;
      return ready;
    } finally {
      if (!isHeld) {
        result.close();
      }
    }
  }

  private synchronized Ready hold(SqlResult result, long bytes, Access access, byte[] handle) {
    requireRoom(bytes);
    random.nextBytes(handle);
    String name = HexFormat.of().formatHex(handle);
    held.put(name, new Held(result, bytes, access.tokenId(), nanos.getAsLong()));
    return new Ready(name, result.schema(), result.rowCount());
  }

  private synchronized void requireRoom(long bytes) {
    if (isClosed || held.size() >= limits.heldMax()) {
      throw full();
    }
    long taken = bytes;
    for (Held waiting : held.values()) {
      taken += waiting.bytes();
    }
    for (ResultStream stream : streams.values()) {
      taken += stream.bytes();
    }
    if (taken > limits.heldBytes()) {
      throw CallStatus.RESOURCE_EXHAUSTED
          .withDescription(
              "The results that wait or are being read would take more than "
                  + limits.heldBytes()
                  + " bytes of the disk; fetch them, ask for less, or try again later")
          .toRuntimeException();
    }
  }

  private static RuntimeException full() {
    return CallStatus.RESOURCE_EXHAUSTED
        .withDescription("Too many results wait to be fetched; fetch them, or try again later")
        .toRuntimeException();
  }

  /// The columns that a statement would give.
  DataSchema describe(String sql, Access access) throws IOException {
    try (SqlResult result = ask(sql, access, NO_ROWS)) {
      return result.schema();
    }
  }

  private SqlResult ask(String sql, Access access, SqlPlan.Window window) throws IOException {
    Context call = Context.current();
    return desk.run(
        sql, window, access, cancel -> call.addListener(_ -> cancel.run(), Runnable::run));
  }

  /// Gives the rows of a result to a reader, in a thread of its own.
  void fetch(String handle, Access access, ServerStreamListener reader) {
    ResultStream stream;
    synchronized (this) {
      Held found = held.get(handle);
      if (found == null || !Objects.equals(found.tokenId(), access.tokenId())) {
        throw CallStatus.NOT_FOUND
            .withDescription("There is no such result; it may have been fetched or dropped")
            .toRuntimeException();
      }
      if (streams.size() >= limits.streamsMax()) {
        throw CallStatus.RESOURCE_EXHAUSTED
            .withDescription("Too many results are being read; try again")
            .toRuntimeException();
      }
      held.remove(handle);
      stream =
          new ResultStream(
              found.result(), found.bytes(), access, reader, memory, limits.patience());
      streams.put(handle, stream);
    }
    Thread.ofVirtual().name("flight-result").start(() -> run(handle, stream));
  }

  private void run(String handle, ResultStream stream) {
    try {
      stream.run();
    } catch (IOException | RuntimeException e) {
      if (Statuses.isOurs(e)) {
        log.failure("A result could not be read to its end", e);
      }
    } finally {
      synchronized (this) {
        streams.remove(handle);
        notifyAll();
      }
    }
  }

  /// Ends a result, whether it waits or is being read.
  ///
  /// @return false where there is none of this caller
  boolean cancel(String handle, Access access) throws IOException {
    Held found;
    synchronized (this) {
      ResultStream stream = streams.get(handle);
      if (stream != null && stream.isOf(access)) {
        stream.end();
        return true;
      }
      found = held.get(handle);
      if (found == null || !Objects.equals(found.tokenId(), access.tokenId())) {
        return false;
      }
      held.remove(handle);
    }
    found.result().close();
    return true;
  }

  /// Drops results that wait too long; called now and then.
  void tick() throws IOException {
    List<SqlResult> old = new ArrayList<>();
    synchronized (this) {
      long now = nanos.getAsLong();
      held.values().removeIf(waiting -> isOld(waiting, now) && old.add(waiting.result()));
    }
    for (SqlResult result : old) {
      result.close();
    }
  }

  private boolean isOld(Held waiting, long now) {
    return now - waiting.since() > limits.heldFor().toNanos();
  }

  /// How many results wait, and are being read; for tests.
  synchronized int count() {
    return held.size() + streams.size();
  }

  /// Takes no more; those that are being read are ended, and have a moment to end.
  void close() throws IOException {
    List<SqlResult> left = new ArrayList<>();
    synchronized (this) {
      isClosed = true;
      for (Held waiting : held.values()) {
        left.add(waiting.result());
      }
      held.clear();
      for (ResultStream stream : streams.values()) {
        stream.end();
      }
      awaitStreams(Duration.ofSeconds(2));
    }
    for (SqlResult result : left) {
      result.close();
    }
  }

  private synchronized void awaitStreams(Duration time) {
    long end = nanos.getAsLong() + time.toNanos();
    try {
      while (!streams.isEmpty() && nanos.getAsLong() < end) {
        wait(100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
