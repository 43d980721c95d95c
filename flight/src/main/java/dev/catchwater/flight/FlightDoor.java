package dev.catchwater.flight;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.server.access.Tokens;
import dev.catchwater.server.api.SqlDesk;
import dev.catchwater.server.observe.ServerLog;
import dev.catchwater.storage.Workspace;
import io.grpc.netty.NettyServerBuilder;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/// The port of Flight SQL. It answers from [#start] on until [#close]. Thread-safe.
public final class FlightDoor implements Closeable {
  private static final int QUEUED_BYTES = 1 << 18;
  private static final int HEADERS_BYTES_MAX = 16 << 10;
  private static final int CALLS_PER_CONNECTION_MAX = 64;
  private static final Duration STOP = Duration.ofSeconds(3);

  private final FlightServer server;
  private final Statements statements;
  private final BufferAllocator memory;
  private final ExecutorService threads;
  private final ServerLog log;
  private final boolean isEncrypted;
  private final String address;
  private final CountDownLatch stopping = new CountDownLatch(1);

  private FlightDoor(Listening listening, Surroundings around, FlightLimits limits)
      throws IOException {
    this.log = around.log();
    this.address = listening.address();
    this.isEncrypted = listening.certificate() != null;
    this.memory = new RootAllocator(limits.memoryBytes());
    this.threads = Executors.newVirtualThreadPerTaskExecutor();
    this.statements =
        new Statements(
            around.desk(), limits, memory, around.random(), System::nanoTime, around.log());
    ReadingProducer producer =
        new ReadingProducer(
            statements,
            new Catalog(around.workspace()),
            ServerFacts.of(around.version(), (int) around.desk().time().toSeconds()),
            memory,
            around.log());
    Location location =
        isEncrypted
            ? Location.forGrpcTls(address, listening.port())
            : Location.forGrpcInsecure(address, listening.port());
    Consumer<NettyServerBuilder> more =
        builder ->
            builder
                .intercept(new CallAccess(around.tokens()))
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
                .maxConnectionIdle(limits.connectionIdle().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(10, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
    FlightServer.Builder builder =
        FlightServer.builder(memory, location, producer)
            .executor(threads)
            .maxInboundMessageSize(limits.messageBytesMax())
            .setMaxHeaderListSize(HEADERS_BYTES_MAX)
            .backpressureThreshold(QUEUED_BYTES)
            .transportHint("grpc.builderConsumer", more);
    Path certificate = listening.certificate();
    Path key = listening.key();
    if (certificate != null && key != null) {
      builder.useTls(certificate.toFile(), key.toFile());
    }
    this.server = builder.build();
  }

  /// Where it listens.
  ///
  /// @param address of this machine
  /// @param port 0 for any that is free
  /// @param certificate a PEM file, null for no TLS; then so is the key
  /// @param key a PEM file
  public record Listening(
      String address, int port, @Nullable Path certificate, @Nullable Path key) {}

  /// What it gets from its server.
  ///
  /// @param random must not be predictable
  /// @param version of the program
  public record Surroundings(
      Workspace workspace,
      SqlDesk desk,
      Tokens tokens,
      ServerLog log,
      RandomGenerator random,
      String version) {}

  /// Opens it.
  ///
  /// @throws CatchwaterException `ALREADY_EXISTS` where the port is taken, `UNSUPPORTED` in a JVM
  ///   that was started without what Arrow needs, `BAD_ARGUMENT` where others could listen in
  public static FlightDoor start(Listening listening, Surroundings around, FlightLimits limits) {
    if (!Buffer.class.getModule().isOpen("java.nio", BufferAllocator.class.getModule())) {
      throw CatchwaterException.of(
              ErrorCode.UNSUPPORTED, "Flight SQL needs a JVM that opens java.nio to it")
          .withHint("start it by ./catchwater, or with --add-opens=java.base/java.nio=ALL-UNNAMED");
    }
    requireEncryption(listening);
    FlightDoor door;
    try {
      door = new FlightDoor(listening, around, limits);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      door.server.start();
    } catch (IOException e) {
      door.close();
      throw CatchwaterException.of(
              ErrorCode.ALREADY_EXISTS,
              "Flight SQL cannot listen on "
                  + listening.address()
                  + " port "
                  + listening.port()
                  + ": "
                  + reason(e))
          .withHint("another port is chosen with --flight-port")
          .withCause(e);
    }
    Thread.ofPlatform().daemon().name("flight-tick").start(door::tick);
    return door;
  }

  private static void requireEncryption(Listening listening) {
    if (listening.certificate() == null && !isLoopback(listening.address())) {
      throw CatchwaterException.of(
          ErrorCode.BAD_ARGUMENT,
          "Flight SQL does not listen on "
              + listening.address()
              + " without TLS: tokens and rows could be read on the way");
    }
  }

  private static boolean isLoopback(String address) {
    try {
      return InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT, "There is no address '" + address + "' on this machine")
          .withCause(e);
    }
  }

  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  private void tick() {
    try {
      while (!stopping.await(1, TimeUnit.SECONDS)) {
        try {
          statements.tick();
        } catch (IOException | RuntimeException e) {
          log.failure("What is left of an old result could not be removed", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Where it answers, `grpc://127.0.0.1:8082`.
  public String address() {
    String host = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
    return (isEncrypted ? "grpc+tls://" : "grpc://") + host + ":" + server.getPort();
  }

  /// The port it listens on.
  public int port() {
    return server.getPort();
  }

  /// How much rows on their way hold of memory; for tests.
  long allocatedBytes() {
    return memory.getAllocatedMemory();
  }

  /// How many results wait or are being read; for tests.
  int resultCount() {
    return statements.count();
  }

  /// Lets nobody in any more and ends what is on its way. Does nothing the second time.
  @Override
  public void close() {
    stopping.countDown();
    try {
      server.shutdown();
      statements.close();
      if (!server.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        server.close();
      }
      threads.shutdown();
      boolean _ = threads.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS);
      memory.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      log.failure("Flight SQL did not end in order", e);
    }
  }
}
