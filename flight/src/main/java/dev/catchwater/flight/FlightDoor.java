package dev.catchwater.flight;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.server.access.Tokens;
import dev.catchwater.server.api.SqlDesk;
import dev.catchwater.server.http.RequestNotes;
import dev.catchwater.server.observe.ServerLog;
import dev.catchwater.storage.Workspace;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.Buffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.net.ssl.KeyManager;
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
  private final Clients clients = new Clients(System::nanoTime);
  private final CountDownLatch stopping = new CountDownLatch(1);

  private FlightDoor(Listening listening, Surroundings around, FlightLimits limits)
      throws IOException {
    this.log = around.log();
    this.address = listening.address();
    KeyManager keys = listening.keys();
    SslContext tls = keys == null ? null : tls(keys);
    this.isEncrypted = tls != null;
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
    // TLS is set below: Arrow would read files of its own, once, and not every kind of key.
    Location location = Location.forGrpcInsecure(address, listening.port());
    Consumer<NettyServerBuilder> more =
        builder -> {
          builder
              .addTransportFilter(clients)
              .intercept(new CallAccess(around.tokens()))
              // The last one is the first to be asked: it hears also of whom the other refuses.
              .intercept(new CallNotes(around.notes(), prefix(around.random())))
              .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
              .maxConnectionIdle(limits.connectionIdle().toMillis(), TimeUnit.MILLISECONDS)
              .permitKeepAliveTime(10, TimeUnit.SECONDS)
              .permitKeepAliveWithoutCalls(true);
          if (tls != null) {
            builder.sslContext(tls);
          }
        };
    FlightServer.Builder builder =
        FlightServer.builder(memory, location, producer)
            .executor(threads)
            .maxInboundMessageSize(limits.messageBytesMax())
            .setMaxHeaderListSize(HEADERS_BYTES_MAX)
            .backpressureThreshold(QUEUED_BYTES)
            .transportHint("grpc.builderConsumer", more);
    this.server = builder.build();
  }

  private static SslContext tls(KeyManager keys) throws IOException {
    return GrpcSslContexts.configure(SslContextBuilder.forServer(keys), SslProvider.JDK)
        .protocols("TLSv1.3", "TLSv1.2")
        .build();
  }

  private static String prefix(RandomGenerator random) {
    byte[] prefix = new byte[4];
    random.nextBytes(prefix);
    return HexFormat.of().formatHex(prefix) + "-";
  }

  /// Where it listens.
  ///
  /// @param address of this machine
  /// @param port 0 for any that is free
  /// @param keys the key of TLS with its certificates, null for no TLS
  public record Listening(String address, int port, @Nullable KeyManager keys) {}

  /// What it gets from its server.
  ///
  /// @param notes hears of each call
  /// @param random must not be predictable
  /// @param version of the program
  public record Surroundings(
      Workspace workspace,
      SqlDesk desk,
      Tokens tokens,
      ServerLog log,
      RequestNotes notes,
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
    if (listening.keys() == null && !isLoopback(listening.address())) {
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

  /// How long no client was connected, zero while one is.
  public Duration idle() {
    return clients.idle();
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
