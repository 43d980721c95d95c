package dev.catchwater.server;

import dev.catchwater.connectors.files.FilePlaces;
import dev.catchwater.disk.Disk;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.server.access.Right;
import dev.catchwater.server.access.TokenFile;
import dev.catchwater.server.access.Tokens;
import dev.catchwater.server.api.Admission;
import dev.catchwater.server.api.ApiRoutes;
import dev.catchwater.server.api.Premises;
import dev.catchwater.server.api.PushQuotas;
import dev.catchwater.server.api.RowAnswers;
import dev.catchwater.server.api.SqlDesk;
import dev.catchwater.server.api.Uploads;
import dev.catchwater.server.body.BodyReceiver;
import dev.catchwater.server.body.FetchedBodies;
import dev.catchwater.server.hook.HookDesk;
import dev.catchwater.server.http.BadMessages;
import dev.catchwater.server.http.ConnectionWatch;
import dev.catchwater.server.http.FrontDoor;
import dev.catchwater.server.http.Gate;
import dev.catchwater.server.http.HttpStack;
import dev.catchwater.server.http.MetricsDoor;
import dev.catchwater.server.http.RequestNotes;
import dev.catchwater.server.http.Route;
import dev.catchwater.server.http.Router;
import dev.catchwater.server.http.Tls;
import dev.catchwater.server.http.Visitors;
import dev.catchwater.server.observe.RequestLog;
import dev.catchwater.server.observe.ServerLog;
import dev.catchwater.server.observe.ServerMetrics;
import dev.catchwater.server.observe.TroubleLog;
import dev.catchwater.server.socket.SocketDoor;
import dev.catchwater.server.socket.SocketLimits;
import dev.catchwater.server.tables.ViewDesk;
import dev.catchwater.storage.Workspace;
import dev.catchwater.tables.StreamSql;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.net.ssl.X509ExtendedKeyManager;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.jspecify.annotations.Nullable;

/// A running server. It answers from [#start] on until [#stop]; then nobody is let in, what is on
/// its way is answered, and everything acknowledged is sealed. Thread-safe.
///
/// The workspace's datasets belong to the caller's [LiveWorkspace], which is closed by the stop.
public final class CatchwaterServer {
  private final ServerSettings settings;
  private final LiveWorkspace live;
  private final ServerLog log;
  private final Path scratch;
  private final List<Route> routes;
  private final Admission admission;
  private final Server jetty;
  private final Tokens tokens;
  private final @Nullable Tls tls;
  private final ServerConnector connector;
  private final @Nullable ServerConnector metricsConnector;
  private final SqlDesk sql;
  private final ViewDesk views;
  private final ConnectionWatch watch;
  private final ServerMetrics metrics;
  private final Uploads uploads;
  private final SocketDoor sockets;
  private final Thread sealing;
  private final CountDownLatch stopping = new CountDownLatch(1);

  private CatchwaterServer(
      LiveWorkspace live, ServerSettings settings, Surroundings surroundings, Tokens tokens) {
    this.tokens = tokens;
    this.settings = settings;
    this.live = live;
    this.log = new ServerLog(surroundings.log(), surroundings.clock());
    Path root = live.workspace().root();
    this.scratch = emptied(root.resolve("run").resolve("server"));
    this.admission = admission(live, settings);
    this.sql = new SqlDesk(live, settings.sql(), settings.sqlTime());
    this.uploads = uploads(live.workspace().disk(), root, settings, surroundings);
    StreamSql streamSql = streamSql(live, surroundings, scratch);
    this.views =
        ViewDesk.of(
            live,
            streamSql,
            settings.sql(),
            surroundings.clock(),
            surroundings.random(),
            e -> log.failure("Views could not be looked at", e));
    Premises premises =
        new Premises(
            live,
            settings.account(),
            surroundings.version(),
            admission,
            new PushQuotas(settings.quotas(), live, System::nanoTime),
            new BodyReceiver(settings.bodies(), scratch),
            fetched(live.workspace().disk(), settings, surroundings, scratch),
            uploads,
            sql,
            RowAnswers.ofThisProcess(),
            surroundings.preprocess(),
            new HookDesk(surroundings.clock(), System::nanoTime, surroundings.environment()),
            streamSql,
            views.views(),
            surroundings.clock());
    this.jetty = HttpStack.server();
    this.sockets =
        new SocketDoor(
            SocketLimits.of(settings.idle()), jetty.getByteBufferPool(), jetty.getThreadPool());
    jetty.addBean(sockets.parts());
    this.routes = ApiRoutes.of(premises, sockets);
    this.tls = tls(settings.encryption());
    this.connector = connector(jetty, settings, tls);
    jetty.addConnector(connector);
    this.watch = new ConnectionWatch(settings.connectionsMax(), settings.head(), System::nanoTime);
    connector.addBean(watch);
    this.metricsConnector = metricsConnector(jetty, settings);
    Visitors visitors = new Visitors(Listening.hosts(settings, tls), settings.origins());
    this.metrics = metrics(live, settings, log, admission, watch, views);
    live.troubles().listen(new TroubleLog(log));
    FrontDoor door =
        new FrontDoor(
            new Router(routes, settings.account()),
            visitors,
            new Gate(tokens::access, this::nameOf),
            metrics,
            settings.connectionsMax(),
            prefix(surroundings.random()));
    jetty.setHandler(
        new GracefulHandler(
            new MetricsDoor(door, metrics::text, ServerMetrics.MEDIA_TYPE, visitors)));
    jetty.setErrorHandler(new BadMessages());
    jetty.setStopTimeout(settings.stop().toMillis());
    this.sealing = Thread.ofPlatform().name("sealing").daemon().unstarted(this::seal);
  }

  // What the ids of its requests begin with.
  private static String prefix(RandomGenerator random) {
    byte[] prefix = new byte[4];
    random.nextBytes(prefix);
    return HexFormat.of().formatHex(prefix) + "-";
  }

  private static ServerMetrics metrics(
      LiveWorkspace live,
      ServerSettings settings,
      ServerLog log,
      Admission admission,
      ConnectionWatch watch,
      ViewDesk views) {
    return new ServerMetrics(
        new RequestLog(log, settings.logsAllRequests()),
        admission::inFlight,
        watch::count,
        live::clockSetBacks,
        live.troubles(),
        views.keeper());
  }

  private static StreamSql streamSql(LiveWorkspace live, Surroundings surroundings, Path scratch) {
    return StreamSql.of(
        live, surroundings.clock(), System::nanoTime, surroundings.random(), scratch);
  }

  private static Tokens tokens(
      LiveWorkspace live, ServerSettings settings, Surroundings surroundings) {
    Workspace workspace = live.workspace();
    return new Tokens(
        new TokenFile(workspace.disk(), workspace.keysFolder()),
        Listening.access(settings),
        surroundings.clock(),
        System::nanoTime);
  }

  private @Nullable DatasetName nameOf(String nameOrDid) {
    try {
      // Its history is not looked at: that would tell, in time, that it is there.
      return live.workspace().require(nameOrDid).name();
    } catch (CatchwaterException e) {
      return null; // whoever may know it is told by its name
    }
  }

  /// What a server gets from its process.
  ///
  /// @param log where its log goes, standard error
  /// @param random must not be predictable
  /// @param preprocess checks the SQL of new sources
  /// @param version of the program
  /// @param environment its variables, where references to secrets may point
  /// @param files where clients may send it for files
  public record Surroundings(
      OutputStream log,
      InstantSource clock,
      RandomGenerator random,
      Preprocess preprocess,
      String version,
      Map<String, String> environment,
      FilePlaces files) {
    /// Those of a server that nobody may send anywhere.
    public Surroundings(
        OutputStream log,
        InstantSource clock,
        RandomGenerator random,
        Preprocess preprocess,
        String version,
        Map<String, String> environment) {
      this(log, clock, random, preprocess, version, environment, FilePlaces.none());
    }
  }

  /// Starts a server.
  ///
  /// @throws CatchwaterException `BAD_ARGUMENT` where the address is not of this machine alone and
  ///   there are no tokens, or no TLS; `ALREADY_EXISTS` where the port is taken
  public static CatchwaterServer start(
      LiveWorkspace live, ServerSettings settings, Surroundings surroundings) {
    WorkspaceGuard.check(live.workspace().root());
    Tokens tokens = tokens(live, settings, surroundings);
    Listening.requireTokens(settings, tokens);
    // Jetty's own log has nothing that ours has not, and it would look for a library to write it.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    CatchwaterServer server = new CatchwaterServer(live, settings, surroundings, tokens);
    try {
      server.jetty.start();
    } catch (Exception e) {
      server.halt();
      throw CatchwaterException.of(
              ErrorCode.ALREADY_EXISTS,
              "The server cannot listen on "
                  + settings.address()
                  + " port "
                  + settings.port()
                  + ": "
                  + reason(e))
          .withHint("another port is chosen with --port, a free one with --port 0")
          .withCause(e);
    }
    server.sealing.start();
    server.views.start();
    Thread.ofPlatform().name("sockets").daemon().start(server.sockets::run);
    return server;
  }

  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  private static @Nullable ServerConnector metricsConnector(Server jetty, ServerSettings settings) {
    if (settings.metricsPort() < 0) {
      return null;
    }
    ServerConnector connector =
        HttpStack.connector(
            jetty, Listening.metricsAddress(settings), settings.metricsPort(), settings.idle());
    connector.setName(MetricsDoor.CONNECTOR);
    jetty.addConnector(connector);
    return connector;
  }

  private static Admission admission(LiveWorkspace live, ServerSettings settings) {
    return new Admission(
        settings.inFlightMax(),
        settings.inFlightPerDatasetMax(),
        live.workspace().disk(),
        live.workspace().root(),
        settings.diskFreeBytesMin(),
        live::roomOwed,
        live::hasRoom);
  }

  private static FetchedBodies fetched(
      Disk disk, ServerSettings settings, Surroundings surroundings, Path scratch) {
    return new FetchedBodies(surroundings.files(), disk, settings.uploadBytesMax(), scratch);
  }

  private static Uploads uploads(
      Disk disk, Path root, ServerSettings settings, Surroundings surroundings) {
    try {
      return new Uploads(
          disk, root, settings.uploadBytesMax(), surroundings.clock(), surroundings.random());
    } catch (IOException e) {
      throw CatchwaterException.of(
              ErrorCode.STORAGE_FAILED, "Uploads cannot be kept: " + e.getMessage())
          .withCause(e);
    }
  }

  private static ServerConnector connector(
      Server jetty, ServerSettings settings, @Nullable Tls tls) {
    if (tls != null) {
      return HttpStack.connector(jetty, settings.address(), settings.port(), settings.idle(), tls);
    }
    ServerConnector connector =
        HttpStack.connector(jetty, settings.address(), settings.port(), settings.idle());
    HttpStack.addHttp2(connector);
    return connector;
  }

  private static @Nullable Tls tls(Encryption encryption) {
    Path certificates = encryption.certificates();
    Path key = encryption.key();
    return certificates == null || key == null ? null : Tls.of(certificates, key);
  }

  // What lies there is of a server that died: it goes.
  private static Path emptied(Path folder) {
    try {
      Files.createDirectories(folder);
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.deleteIfExists(file);
        }
      }
      return folder;
    } catch (IOException e) {
      throw CatchwaterException.of(
              ErrorCode.STORAGE_FAILED, folder + " cannot be used: " + e.getMessage())
          .withCause(e);
    }
  }

  private void seal() {
    try {
      while (!stopping.await(1, TimeUnit.SECONDS)) {
        try {
          watch.tick();
          takeUpCertificates();
          live.tick();
          uploads.tick();
        } catch (IOException e) {
          log.failure("What is left of old uploads could not be removed", e);
        } catch (RuntimeException e) {
          log.failure("Rows could not be sealed; they are safe in the journal", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void takeUpCertificates() {
    try {
      if (tls != null && tls.tick()) {
        log.info("The certificate was changed");
      }
    } catch (CatchwaterException e) {
      log.failure("The new certificate cannot be used; the old one goes on", e);
    }
  }

  /// Who may do what here; other doors to the same datasets ask it too.
  public Tokens tokens() {
    return tokens;
  }

  /// Starts in the background what the first statement of SQL would have to wait for.
  public void warmUp() {
    sql.warmUp();
  }

  /// Where it answers, `http://127.0.0.1:8080`.
  public URI address() {
    String scheme = tls == null ? "http://" : "https://";
    return URI.create(scheme + address(settings.address(), connector.getLocalPort()));
  }

  /// Whose datasets it serves.
  public Workspace workspace() {
    return live.workspace();
  }

  /// Where statements run, also those of other ports.
  public SqlDesk sqlDesk() {
    return sql;
  }

  /// Its log, also of other ports.
  public ServerLog log() {
    return log;
  }

  /// The key and the certificates of its TLS, for other ports; null without TLS.
  public @Nullable X509ExtendedKeyManager keys() {
    return tls == null ? null : tls.keys();
  }

  /// Who hears of each request, also of those at other ports.
  public RequestNotes notes() {
    return metrics;
  }

  /// What it answers, each as `GET /{dataset}/tail ?limit ?skip`: method, path, parameters.
  public SortedSet<String> operations() {
    SortedSet<String> operations = new TreeSet<>();
    for (Route route : routes) {
      String parameters = String.join(" ?", new TreeSet<>(route.parameters()));
      operations.add(route.method() + " " + route.path() + " ?" + parameters);
    }
    return operations;
  }

  /// What each of them needs, by method and path: `GET /{dataset}/tail`.
  public SortedMap<String, Right> rights() {
    SortedMap<String, Right> rights = new TreeMap<>();
    for (Route route : routes) {
      rights.put(route.method() + " " + route.path(), route.right());
    }
    return rights;
  }

  /// Where the figures are, empty where there are none.
  public Optional<URI> metricsAddress() {
    ServerConnector own = metricsConnector;
    return own == null
        ? Optional.empty()
        : Optional.of(
            URI.create("http://" + address(own.getHost(), own.getLocalPort()) + "/metrics"));
  }

  private static String address(String host, int port) {
    return Listening.inAddress(host) + ":" + port;
  }

  /// Stops: nobody is let in any more, what is on its way is answered, everything acknowledged is
  /// sealed. Returns when that is done, or the rest was cut.
  ///
  /// @throws CatchwaterException what could not be sealed and is in its journal
  public void stop() {
    drain();
    live.close();
    emptied(scratch);
    log.info("Stopped");
  }

  /// The first half of a stop: nobody is let in any more, what is on its way is answered. Datasets
  /// stay open for whoever else works with them. Does nothing the second time.
  public void drain() {
    sockets.drain(settings.stop().dividedBy(2));
    admission.close();
    halt();
  }

  private void halt() {
    stopping.countDown();
    views.close();
    sql.close();
    try {
      jetty.stop();
    } catch (Exception e) {
      log.failure("Requests on their way were cut", e);
    }
  }

  /// How long no client was connected, zero while one is. Scrapers of figures are no clients, nor
  /// are those of other ports.
  public Duration idle() {
    return watch.idle();
  }

  /// Waits until somebody stops the server; false where nobody did in that time.
  public boolean awaitStopping(Duration wait) throws InterruptedException {
    return stopping.await(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Waits until the server is stopped.
  public void join() throws InterruptedException {
    jetty.join();
  }
}
