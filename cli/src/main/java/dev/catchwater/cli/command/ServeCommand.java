package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.Version;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.config.Setting;
import dev.catchwater.cli.config.Settings;
import dev.catchwater.cli.config.Units;
import dev.catchwater.cli.doctor.ProgramFiles;
import dev.catchwater.cli.resident.Engine;
import dev.catchwater.cli.resident.EngineSettings;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.ingest.PushLimits;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.query.cage.CageLimits;
import dev.catchwater.query.cage.WarmPreprocess;
import dev.catchwater.query.sql.SqlLimits;
import dev.catchwater.server.CatchwaterServer;
import dev.catchwater.server.Encryption;
import dev.catchwater.server.ServerSettings;
import dev.catchwater.server.access.AccessSettings;
import dev.catchwater.server.api.PushQuotas;
import dev.catchwater.server.body.BodyLimits;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// `serve`
final class ServeCommand implements Command {
  private static final int PORT_MAX = 65_535;
  private static final Duration STOP = Duration.ofSeconds(8);

  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "serve",
            "Take pushes by HTTP, and answer reads",
            "Listens on this machine for pushes into every dataset of the workspace, and for reads"
                + " of them. A push is answered with 200 when its rows are on disk for good; they"
                + " are in the next read. In an empty folder, it makes a workspace first."
                + "\n\nOn this machine everyone may do everything, unless server.tokens is required."
                + " On any other address the server asks everyone for a token (token create) and"
                + " speaks HTTPS (--tls-cert, --tls-key)."
                + "\n\nThe address is printed on standard output, the log, a JSON object a line,"
                + " goes to standard error. Ctrl-C or SIGTERM ends it: pushes on their way are"
                + " answered, everything else was on disk before.")
        .aliases("system api-server")
        .options(
            OptionSpec.valued("address", "A", "Where to listen, an address of this machine"),
            OptionSpec.valued("http-port", "N", "As --port, for kamu's sake").hidden(),
            OptionSpec.flag("get-token", "Make a token that may do everything, and print it")
                .hidden(),
            OptionSpec.valued("tls-cert", "FILE", "Speak HTTPS, with this certificate (PEM)"),
            OptionSpec.valued("tls-key", "FILE", "The key of the certificate (PEM, PKCS#8)"),
            OptionSpec.flag(
                "insecure-http",
                "Speak plain HTTP also on a network, where a proxy in front speaks HTTPS"),
            OptionSpec.valued("port", "N", "The port (8080), 0 for any that is free"),
            OptionSpec.valued(
                "metrics-port", "N", "Where the figures are for a scraper (the port after --port)"),
            OptionSpec.flag("no-metrics", "No figures"),
            OptionSpec.valued(
                "flight-port", "N", "Where Flight SQL is, 0 for any port that is free (nowhere)"),
            OptionSpec.valued(
                "stop-when-idle", "TIME", "End when nobody was connected for so long (never)"))
        .example("Take pushes on port 8080", "catchwater serve")
        .example("On any port that is free", "catchwater serve --port 0")
        .example(
            "On a network",
            "catchwater serve --address 0.0.0.0 --tls-cert cert.pem --tls-key key.pem")
        .example("With Flight SQL for BI tools", "catchwater serve --flight-port 8082")
        .example(
            "For a program that starts it when it needs it",
            "catchwater serve --port 0 --no-metrics --stop-when-idle 10min")
        .example("A push", "curl -X POST -T gps.csv http://127.0.0.1:8080/gps/ingest");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    // Takes as long as the rest of the start; nobody is let in before it is done.
    CompletableFuture<Void> genuine =
        CompletableFuture.runAsync(
            () -> ProgramFiles.ofThisProcess().ifPresent(ProgramFiles::requireGenuine));
    Optional<Duration> idleMax = idleMax(arguments);
    Workspace workspace = workspace(session);
    if (arguments.has("get-token")) {
      TokenCreateCommand.makeForAll(session, workspace);
    }
    ServerSettings settings = settings(session, arguments);
    WarmPreprocess preprocess = new WarmPreprocess(workspace, CageLimits.defaults());
    LiveWorkspace live = live(session, workspace, preprocess);
    // A second server is told so before it waits for locks of the first.
    Optional<Engine> engine = engine(session, workspace, live);
    live.recover();
    await(genuine);
    CatchwaterServer server =
        CatchwaterServer.start(
            live,
            settings,
            new CatchwaterServer.Surroundings(
                session.console().stream(),
                session.clock(),
                new SecureRandom(),
                preprocess,
                Version.current(),
                session.environment(),
                new RemoteSettings(session).ofServer()));
    Optional<FlightPort> flight;
    try {
      flight = flight(session, arguments, server, settings);
    } catch (RuntimeException e) {
      stop(server, engine);
      throw e;
    }
    server.warmUp();
    preprocess.warmUp();
    Runnable end =
        () -> {
          flight.ifPresent(FlightPort::close);
          stop(server, engine);
          preprocess.close();
        };
    Optional<String> flightAddress = flight.map(FlightPort::address);
    ServerUse use = new ServerUse(server, engine, flight, idleMax);
    serve(use, () -> tell(session, workspace, server, flightAddress), end);
    return 0;
  }

  private static Optional<Duration> idleMax(Arguments arguments) {
    String text = arguments.value("stop-when-idle", "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    long millis = Units.millis(text);
    if (millis <= 0) {
      throw Misuse.of(
          "--stop-when-idle is a number with ms, s, min, h or d behind it, not '" + text + "'");
    }
    return Optional.of(Duration.ofMillis(millis));
  }

  private static Optional<FlightPort> flight(
      Session session, Arguments arguments, CatchwaterServer server, ServerSettings settings) {
    int standard = number(new Settings(session), Setting.SERVER_FLIGHT_PORT);
    int port = port(arguments, "flight-port", standard);
    return port < 0 ? Optional.empty() : Optional.of(FlightPort.open(server, settings, port));
  }

  private static void await(CompletableFuture<Void> checked) {
    try {
      checked.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof CatchwaterException refused) {
        throw refused;
      }
      throw e;
    }
  }

  // For scripts, and for whoever wants to end it.
  private static void tell(
      Session session, Workspace workspace, CatchwaterServer server, Optional<String> flight)
      throws IOException {
    String figures =
        server.metricsAddress().map(address -> "Metrics on " + address + "\n").orElse("");
    String more = flight.map(address -> "Flight SQL on " + address + "\n").orElse("");
    String listening = "Listening on " + server.address() + "\n" + figures + more;
    Path folder = workspace.root().resolve("run").resolve("server");
    write(session, folder.resolve("pid"), Long.toString(ProcessHandle.current().pid()));
    write(session, folder.resolve("address"), server.address().toString());
    if (flight.isPresent()) {
      write(session, folder.resolve("flight-address"), flight.get());
    }
    session.stdout().write(listening.getBytes(StandardCharsets.UTF_8));
    session.stdout().flush();
  }

  private static void write(Session session, Path file, String text) throws IOException {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    try (DiskFile out = session.disk().create(file)) {
      out.write(bytes, 0, bytes.length, 0);
    }
  }

  /// Commands of the workspace run in this process from now on, and see what is not sealed yet.
  ///
  /// @throws CatchwaterException `ALREADY_EXISTS` where another server is there already,
  ///   `BAD_ARGUMENT` where others may write the workspace
  private static Optional<Engine> engine(Session session, Workspace workspace, LiveWorkspace live) {
    EngineSettings settings = EngineSettings.ofThisProcess(workspace.root(), null);
    try {
      Optional<Engine> engine = Engine.start(settings, session.disk(), session.clock(), live);
      if (engine.isEmpty()) {
        throw CatchwaterException.of(
                ErrorCode.ALREADY_EXISTS, "Another server serves this workspace")
            .withHint("system engine status tells its process");
      }
      return engine;
    } catch (CatchwaterException e) {
      if (e.code() != ErrorCode.STORAGE_FAILED) {
        throw e;
      }
      // A file system without sockets: commands wait for the server's locks, everything else works.
      session.console().insist(Style.NOTICE, "Warning: " + e.getMessage());
      return Optional.empty();
    }
  }

  // A signal ends the process from a thread of its own; whoever runs commands in a process of his
  // own ends this one by interrupting it.
  private static void serve(ServerUse use, Telling telling, Runnable stop) throws IOException {
    Thread end =
        Thread.ofPlatform()
            .name("stop")
            .unstarted(() -> {
              stop.run();
              Runtime.getRuntime().halt(0);
            });
    // Whoever reads the address may send a signal at once.
    Runtime.getRuntime().addShutdownHook(end);
    telling.tell();
    try {
      boolean isIdle = use.awaitIdle();
      // A signal may come in the same moment: then the hook stops the server.
      if (!isIdle || !isWithdrawn(end)) {
        end.join();
        return;
      }
    } catch (InterruptedException e) {
      Runtime.getRuntime().removeShutdownHook(end);
    }
    stop.run();
  }

  /// Says where the server is.
  private interface Telling {
    void tell() throws IOException;
  }

  private static boolean isWithdrawn(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return false;
    }
  }

  // Requests and commands end side by side; then everything is sealed.
  private static void stop(CatchwaterServer server, Optional<Engine> engine) {
    Thread commands = Thread.ofVirtual().unstarted(() -> engine.ifPresent(Engine::close));
    commands.start();
    server.drain();
    try {
      commands.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop();
  }

  private static Workspace workspace(Session session) {
    try {
      return Workspaces.find(session);
    } catch (CatchwaterException e) {
      if (e.code() != ErrorCode.WORKSPACE_NOT_FOUND) {
        throw e;
      }
      String forced = session.environment().getOrDefault(Workspace.VARIABLE, "");
      Path folder = forced.isEmpty() ? session.folder() : session.resolve(forced);
      if (!isEmpty(session, folder)) {
        throw e.withHint("catchwater init makes one here");
      }
      Workspace made = Workspace.init(session.disk(), folder);
      session.console().say(Style.DONE, "Initialized an empty workspace");
      return made;
    }
  }

  private static boolean isEmpty(Session session, Path folder) {
    try {
      return session.disk().list(folder).isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  private static ServerSettings settings(Session session, Arguments arguments) {
    Settings settings = new Settings(session);
    int port =
        port(
            arguments, "port", port(arguments, "http-port", number(settings, Setting.SERVER_PORT)));
    int metrics = port(arguments, "metrics-port", number(settings, Setting.SERVER_METRICS_PORT));
    if (metrics == 0 && port != 0) {
      metrics = port + 1;
    }
    String account = settings.value(Setting.SERVER_ACCOUNT);
    BodyLimits bodies =
        BodyLimits.defaults()
            .withBytesMax(
                settings.bytes(Setting.SERVER_BODY_SIZE_MAX),
                settings.bytes(Setting.SERVER_BODY_UNPACKED_SIZE_MAX))
            .withTime(settings.duration(Setting.SERVER_BODY_TIME))
            .withPace(
                settings.bytes(Setting.SERVER_BODY_RATE_MIN), BodyLimits.defaults().slowAfter());
    return new ServerSettings(
        arguments.value("address", settings.value(Setting.SERVER_ADDRESS)),
        port,
        arguments.has("no-metrics") ? -1 : metrics,
        account.isEmpty() ? userName() : account,
        new HashSet<>(settings.words(Setting.SERVER_HOSTS)),
        new HashSet<>(settings.words(Setting.SERVER_ORIGINS)),
        bodies,
        number(settings, Setting.SERVER_PUSHES_MAX),
        number(settings, Setting.SERVER_PUSHES_PER_DATASET_MAX),
        number(settings, Setting.SERVER_CONNECTIONS_MAX),
        settings.duration(Setting.SERVER_IDLE),
        settings.duration(Setting.SERVER_HEAD_TIME),
        settings.bytes(Setting.SERVER_DISK_FREE_MIN),
        STOP,
        settings.bytes(Setting.SERVER_UPLOAD_SIZE_MAX),
        SqlLimits.defaults().withMemory(settings.bytes(Setting.SERVER_SQL_MEMORY)),
        settings.duration(Setting.SERVER_SQL_TIME),
        new PushQuotas.Limits(
            settings.number(Setting.SERVER_PUSHES_PER_SECOND_MAX),
            settings.bytes(Setting.SERVER_STORAGE_MAX)),
        access(settings),
        encryption(session, settings, arguments),
        settings.flag(Setting.SERVER_LOG_REQUESTS));
  }

  private static AccessSettings access(Settings settings) {
    Set<DatasetName> names = new HashSet<>();
    for (String name : settings.words(Setting.SERVER_PUBLIC)) {
      names.add(DatasetName.parse(name));
    }
    return new AccessSettings(settings.value(Setting.SERVER_TOKENS).equals("required"), names);
  }

  private static Encryption encryption(Session session, Settings settings, Arguments arguments) {
    String certificate = arguments.value("tls-cert", settings.value(Setting.SERVER_TLS_CERT));
    String key = arguments.value("tls-key", settings.value(Setting.SERVER_TLS_KEY));
    if (certificate.isEmpty() != key.isEmpty()) {
      throw Misuse.of("TLS needs both --tls-cert and --tls-key");
    }
    return certificate.isEmpty()
        ? new Encryption(null, null, arguments.has("insecure-http"))
        : new Encryption(session.resolve(certificate), session.resolve(key), false);
  }

  private static int number(Settings settings, Setting setting) {
    return (int) Math.min(Integer.MAX_VALUE, settings.number(setting));
  }

  private static int port(Arguments arguments, String option, int standard) {
    long port = arguments.number(option, standard, 0);
    if (port > PORT_MAX) {
      throw Misuse.of("A port is a number up to " + PORT_MAX);
    }
    return (int) port;
  }

  // What a name in an address may have, of the name of the user.
  private static String userName() {
    StringBuilder name = new StringBuilder();
    for (char c : System.getProperty("user.name", "").toLowerCase(Locale.ROOT).toCharArray()) {
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-') {
        name.append(c);
      }
    }
    return name.isEmpty() ? "owner" : name.toString();
  }

  private static LiveWorkspace live(Session session, Workspace workspace, Preprocess preprocess) {
    Settings settings = new Settings(session);
    LiveSettings live =
        LiveSettings.standard()
            .withSealing(
                settings.bytes(Setting.SERVER_SEAL_SIZE),
                settings.duration(Setting.SERVER_SEAL_AGE))
            .withQuarantine(Quarantines.limits(session));
    return new LiveWorkspace(
        workspace,
        live,
        session.clock(),
        new SecureRandom(),
        SliceOptions.defaults(),
        PushLimits.ofThisProcess(),
        preprocess);
  }
}
