package dev.catchwater.conformance;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.connectors.files.FilePlaces;
import dev.catchwater.connectors.files.HdfsSettings;
import dev.catchwater.connectors.files.S3Settings;
import dev.catchwater.connectors.files.wire.Reach;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.ForwardingDisk;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.ingest.PushLimits;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.query.cage.CageLimits;
import dev.catchwater.query.cage.CagedPreprocess;
import dev.catchwater.server.CatchwaterServer;
import dev.catchwater.server.ServerSettings;
import dev.catchwater.storage.Workspace;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// A server over the workspace of a sandbox, in this process, on any free port.
final class Served implements Closeable {
  private final LiveWorkspace live;
  private final CatchwaterServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  private Served(Sandbox sandbox, ServerSettings settings, Disk disk) {
    this(sandbox, settings, disk, InstantSource.fixed(Instant.parse(sandbox.time())));
  }

  /// @param visitorsClock the clock for what clients may do; rows have the sandbox's
  private Served(Sandbox sandbox, ServerSettings settings, Disk disk, InstantSource visitorsClock) {
    InstantSource clock = InstantSource.fixed(Instant.parse(sandbox.time()));
    Preprocess preprocess = new CagedPreprocess(disk, CageLimits.defaults());
    this.live =
        new LiveWorkspace(
            Workspace.find(disk, sandbox.folder(), null),
            LiveSettings.standard(),
            clock,
            new SecureRandom(),
            SliceOptions.defaults(),
            PushLimits.ofThisProcess(),
            preprocess);
    this.server =
        CatchwaterServer.start(
            live,
            settings,
            new CatchwaterServer.Surroundings(
                log,
                visitorsClock,
                new SecureRandom(),
                preprocess,
                "test",
                Map.of("HOOK_SECRET", "s3cret"),
                files(List.of("127.0.0.1"), true)));
  }

  /// Files of some hosts, no S3 and no HDFS.
  static FilePlaces files(List<String> hosts, boolean isPrivateAllowed) {
    return new FilePlaces(
        Reach.only(hosts, isPrivateAllowed),
        new S3Settings(null, "us-east-1", () -> null),
        new HdfsSettings(Map.of(), null, null),
        InstantSource.system());
  }

  /// A server with the standard settings and the account `kamu-server`.
  static Served of(Sandbox sandbox) {
    return of(sandbox, ServerSettings.standard(0, "kamu-server"));
  }

  static Served of(Sandbox sandbox, ServerSettings settings) {
    return new Served(sandbox, settings, new LocalDisk());
  }

  /// A server that sees clients by a clock of the test.
  static Served of(Sandbox sandbox, ServerSettings settings, InstantSource visitorsClock) {
    return new Served(sandbox, settings, new LocalDisk(), visitorsClock);
  }

  /// A server on a disk that has no room left, by what it says.
  static Served full(Sandbox sandbox) {
    Disk full =
        new ForwardingDisk(new LocalDisk()) {
          @Override
          public long freeSpace(Path path) {
            return 0;
          }
        };
    return new Served(sandbox, ServerSettings.standard(0, "kamu-server"), full);
  }

  /// The standard settings with shorter patience, smaller limits, and no room that must be left.
  static ServerSettings tight(Duration idle, int pushesMax, long bodyBytesMax) {
    ServerSettings standard = ServerSettings.standard(0, "kamu-server");
    return new ServerSettings(
        standard.address(),
        0,
        0,
        standard.account(),
        standard.hosts(),
        standard.origins(),
        standard.bodies().withBytesMax(bodyBytesMax, 4 * bodyBytesMax),
        pushesMax,
        pushesMax,
        standard.connectionsMax(),
        idle,
        standard.head(),
        0,
        standard.stop(),
        1 << 20,
        standard.sql(),
        standard.sqlTime(),
        standard.quotas(),
        standard.access(),
        standard.encryption(),
        false);
  }

  CatchwaterServer server() {
    return server;
  }

  /// Lets go of a dataset, as a server does for a command of its own engine.
  void stepAside(String dataset) {
    live.stepAside(live.require(dataset).id());
  }

  int port() {
    return server.address().getPort();
  }

  String log() {
    return log.toString(StandardCharsets.UTF_8);
  }

  /// What was answered.
  record Reply(int status, String body, HttpResponse<String> whole) {
    String header(String name) {
      return whole.headers().firstValue(name).orElse("");
    }
  }

  Reply get(String path, String... headers) {
    return send(HttpRequest.newBuilder(at(path)).GET(), headers);
  }

  /// Any method, with a body.
  Reply call(String method, String path, String body, String... headers) {
    return send(
        HttpRequest.newBuilder(at(path)).method(method, HttpRequest.BodyPublishers.ofString(body)),
        headers);
  }

  Reply post(String path, String body, String... headers) {
    return post(path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  Reply post(String path, byte[] body, String... headers) {
    return send(
        HttpRequest.newBuilder(at(path)).POST(HttpRequest.BodyPublishers.ofByteArray(body)),
        headers);
  }

  /// A push of NDJSON rows.
  Reply push(String dataset, String rows, String... headers) {
    return post("/" + dataset + "/ingest", rows, headers);
  }

  URI at(String path) {
    return URI.create(server.address() + path);
  }

  private Reply send(HttpRequest.Builder request, String... headers) {
    request.timeout(Duration.ofSeconds(60));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Reply(answer.statusCode(), answer.body(), answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Sends bytes as they are (ISO-8859-1) and returns all that comes until the end of the
  /// connection; what is sent is followed by the end of our side where `closes`.
  String raw(String text, boolean closes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      if (closes) {
        socket.shutdownOutput();
      }
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  /// A whole request with `Connection: close`; `head` has its further lines, each with CR LF.
  String raw(String requestLine, String head, String body) throws IOException {
    return raw(
        requestLine + "\r\nHost: localhost\r\nConnection: close\r\n" + head + "\r\n" + body, false);
  }

  @Override
  public void close() {
    server.stop();
    client.close();
  }
}
