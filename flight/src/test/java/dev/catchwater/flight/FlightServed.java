package dev.catchwater.flight;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.ingest.PushLimits;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.odf.manifest.Manifests;
import dev.catchwater.query.cage.CageLimits;
import dev.catchwater.query.cage.CagedPreprocess;
import dev.catchwater.server.CatchwaterServer;
import dev.catchwater.server.Encryption;
import dev.catchwater.server.ServerSettings;
import dev.catchwater.server.access.AccessSettings;
import dev.catchwater.server.access.Grant;
import dev.catchwater.server.access.Token;
import dev.catchwater.server.access.TokenFile;
import dev.catchwater.server.access.TokenText;
import dev.catchwater.server.http.RequestNotes;
import dev.catchwater.storage.Workspace;
import dev.catchwater.testkit.PemFiles;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/// A server with its Flight port over a workspace of its own, in this process.
final class FlightServed implements Closeable {
  static final FlightLimits LIMITS = FlightLimits.standard();

  private static final InstantSource CLOCK = InstantSource.system();

  private final LocalDisk disk = new LocalDisk();
  private final Workspace workspace;
  private final CatchwaterServer server;
  private final FlightDoor door;
  private final HttpClient http;
  private final BufferAllocator memory = new RootAllocator();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  private final @Nullable PemFiles files;
  private final Queue<RequestNotes.Note> notes = new ConcurrentLinkedQueue<>();

  private FlightServed(
      Path folder,
      String manifests,
      ServerSettings settings,
      FlightLimits limits,
      @Nullable PemFiles files) {
    this.files = files;
    this.http = http(files);
    workspace = Workspace.init(disk, folder);
    workspace.create(
        Manifests.readSnapshots("test.yaml", manifests.getBytes(StandardCharsets.UTF_8)),
        CLOCK.instant(),
        new SecureRandom());
    Preprocess preprocess = new CagedPreprocess(disk, CageLimits.defaults());
    LiveWorkspace live =
        new LiveWorkspace(
            workspace,
            LiveSettings.standard(),
            CLOCK,
            new SecureRandom(),
            SliceOptions.defaults(),
            PushLimits.ofThisProcess(),
            preprocess);
    server =
        CatchwaterServer.start(
            live,
            settings,
            new CatchwaterServer.Surroundings(
                log, CLOCK, new SecureRandom(), preprocess, "test", Map.of()));
    door =
        FlightDoor.start(
            new FlightDoor.Listening("127.0.0.1", 0, server.keys()),
            new FlightDoor.Surroundings(
                workspace,
                server.sqlDesk(),
                server.tokens(),
                server.log(),
                noted(server.notes()),
                new SecureRandom(),
                "test"),
            limits);
  }

  private static HttpClient http(@Nullable PemFiles files) {
    try {
      return files == null
          ? HttpClient.newHttpClient()
          : HttpClient.newBuilder().sslContext(files.trusted()).build();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static FlightServed of(Path folder, String manifests) {
    return of(folder, manifests, LIMITS);
  }

  static FlightServed of(Path folder, String manifests, FlightLimits limits) {
    return new FlightServed(folder, manifests, ServerSettings.standard(0, "me"), limits, null);
  }

  /// One that asks for tokens.
  static FlightServed guarded(Path folder, String manifests) {
    ServerSettings settings =
        ServerSettings.standard(0, "me").withAccess(new AccessSettings(true, Set.of()));
    return new FlightServed(folder, manifests, settings, LIMITS, null);
  }

  /// One with TLS that asks for tokens.
  static FlightServed encrypted(Path folder, String manifests, PemFiles files) {
    ServerSettings settings =
        ServerSettings.standard(0, "me")
            .withAccess(new AccessSettings(true, Set.of()))
            .withAddress("127.0.0.1", new Encryption(files.certificate(), files.key(), false));
    return new FlightServed(folder, manifests, settings, LIMITS, files);
  }

  private RequestNotes noted(RequestNotes next) {
    return new RequestNotes() {
      @Override
      public void begun() {
        next.begun();
      }

      @Override
      public void answered(Note note) {
        notes.add(note);
        next.answered(note);
      }
    };
  }

  /// What was heard of calls so far, in the order of their ends.
  List<RequestNotes.Note> notes() {
    return List.copyOf(notes);
  }

  FlightDoor door() {
    return door;
  }

  /// A reader is done a moment before the server is done with him.
  void awaitNoResults() throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (door.resultCount() > 0) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(door.resultCount() + " results are left");
      }
      Thread.sleep(10);
    }
  }

  BufferAllocator memory() {
    return memory;
  }

  String log() {
    return log.toString(StandardCharsets.UTF_8);
  }

  /// A client; its owner closes it.
  FlightSqlClient client() {
    return new FlightSqlClient(rawClient());
  }

  /// A client that trusts the server's certificate, where it has one.
  FlightClient rawClient() {
    PemFiles known = files;
    if (known == null) {
      return plainClient();
    }
    try (InputStream certificate = Files.newInputStream(known.certificate())) {
      return FlightClient.builder(memory, Location.forGrpcTls("127.0.0.1", door.port()))
          .trustedCertificates(certificate)
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A client without TLS.
  FlightClient plainClient() {
    return FlightClient.builder(memory, Location.forGrpcInsecure("127.0.0.1", door.port())).build();
  }

  String jdbcUrl(String more) {
    return "jdbc:arrow-flight-sql://127.0.0.1:"
        + door.port()
        + "/?useEncryption="
        + (files != null)
        + more;
  }

  /// A new token.
  String token(String... grants) {
    TokenText text = TokenText.create(new SecureRandom());
    List<Grant> parsed = new ArrayList<>();
    for (String grant : grants) {
      parsed.add(Grant.parse(grant));
    }
    Token token =
        Token.of(
            text, "test", parsed, CLOCK.instant(), CLOCK.instant().plus(Duration.ofDays(1)), null);
    tokens().change(all -> with(all, token));
    try {
      // What another process writes is seen within a quarter of a second.
      Thread.sleep(300);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return text.reveal();
  }

  private static List<Token> with(List<Token> all, Token token) {
    List<Token> more = new ArrayList<>(all);
    more.add(token);
    return more;
  }

  private TokenFile tokens() {
    return new TokenFile(disk, workspace.keysFolder());
  }

  /// Ends all tokens.
  void revokeAll() {
    tokens()
        .change(all -> {
          List<Token> ended = new ArrayList<>();
          for (Token token : all) {
            ended.add(token.revokedAt(CLOCK.instant()));
          }
          return ended;
        });
  }

  /// Pushes NDJSON rows; they are durable then, and in no slice.
  void push(String dataset, String rows, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.address() + "/" + dataset + "/ingest"))
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(rows));
    if (headers.length > 0) {
      request.headers(headers);
    }
    String answer = send(request);
    if (!answer.contains("\"outcome\":\"applied\"")) {
      throw new IllegalStateException(answer);
    }
  }

  /// What HTTP answers to a statement.
  String query(String sql) {
    String parameters = "?limit=1000000&query=" + URLEncoder.encode(sql, StandardCharsets.UTF_8);
    return send(HttpRequest.newBuilder(URI.create(server.address() + "/query" + parameters)).GET());
  }

  private String send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    door.close();
    server.stop();
    http.close();
    memory.close();
  }
}
