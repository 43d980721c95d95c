package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.server.Encryption;
import dev.catchwater.server.ServerSettings;
import dev.catchwater.testkit.PemFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One secret of each kind in a server that does all it does with them, and what is seen from
/// outside or lies on the disk: none of it (reliability §6, T38).
class SecretsTest {
  private static final String ROW = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1}";
  private static final String HOOK = "/gps/webhook/shop";
  private static final long NOW = Instant.parse(Sandbox.SYSTEM_TIME).getEpochSecond();
  private static final int TOKEN_ID_END = 29;

  @TempDir Path folder;
  @TempDir Path secrets;
  private final StringBuilder seen = new StringBuilder();

  private String keys() throws IOException {
    return Files.readString(folder.resolve(".catchwater/keys/receipts"));
  }

  private void see(Outcome outcome) {
    seen.append(outcome.out()).append(outcome.err());
  }

  private static String[] requests(String token) {
    return new String[] {
      "/gps/tail",
      "/gps/tail?token=" + token,
      "/" + token + "/tail",
      "/none/" + token,
      "/gps/tail?limit=" + token,
      "/query?query=select%201",
      "/query?query=select%20" + token,
      "/query?query=select%20%27" + token + "%27",
      "/query?query=select%20*%20from%20gps&include=proof",
      "/receipts/" + token,
      "/receipts/keys",
      "/datasets/" + token,
      "/metrics",
      "/gps/metadata",
      "/gps/quarantine",
      HOOK,
      "/info"
    };
  }

  @Test
  void T38_secretsAreSeenNowhere() throws Exception {
    PemFiles files = PemFiles.make(secrets, "one", "EC");
    Sandbox sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    String token =
        sandbox
            .run("token", "create", "all", "-s", "read", "-s", "append", "-s", "query")
            .succeeded()
            .out()
            .strip();
    Path hook = secrets.resolve("shop.secret");
    Hooks.secretFile(Sandbox.bare(secrets), "shop.secret", Hooks.SECRET + "\n");
    see(
        sandbox
            .run(
                "webhook", "add", "gps", "shop", "--scheme", "standard", "--secret", "file:" + hook)
            .succeeded());
    Encryption tls = new Encryption(files.certificate(), files.key(), false);
    ServerSettings settings =
        Served.tight(Duration.ofSeconds(30), 8, 1 << 20).withAddress("127.0.0.1", tls);
    try (Served served = Served.of(sandbox, settings);
        HttpClient client = HttpClient.newBuilder().sslContext(files.trusted()).build()) {
      for (String path : requests(token)) {
        see(client, request(served, path, token));
        see(client, request(served, path, token.replace('a', 'b')));
      }
      String pushed = see(client, push(served, "/gps/ingest", token));
      assertThat(pushed).contains("\"receipt\":{");
      String committed = see(client, push(served, "/gps/ingest?wait=committed", token));
      assertThat(committed).contains("\"block\":");
      String hooked = see(client, hook(served, "m1", Hooks.SECRET, ROW));
      assertThat(hooked).contains("\"receipt\":{");
      see(client, hook(served, "m2", "whsec_AAAAAAAAAAAAAAAAAAAAAAAA", ROW));
      see(client, hook(served, "m3", Hooks.SECRET, Hooks.SECRET));
      URI metrics = served.server().metricsAddress().orElseThrow();
      String figures = see(client, HttpRequest.newBuilder(metrics));
      assertThat(figures).contains("catchwater_requests_total");
      seen.append(served.log()).append(commandLines());
    }
    see(sandbox.run("token", "list", "-o", "json").succeeded());
    see(sandbox.run("webhook", "list", "-o", "json").succeeded());
    see(sandbox.run("config", "set", "server.tls.key", token));
    see(sandbox.run("log", "gps").succeeded());
    see(sandbox.run("tail", "gps").succeeded());
    see(sandbox.run("receipt", "key").succeeded());
    explain(sandbox, hook);
    String kept = onDisk();
    String signs = signingKey();
    assertThat(seen).doesNotContain(signs);
    seen.append(kept);
    assertThat(seen)
        .doesNotContain(
            token,
            token.substring(TOKEN_ID_END),
            files.secret(),
            Hooks.SECRET,
            Hooks.SECRET.substring(Hooks.SECRET.indexOf('_') + 1));
    assertThat(sandbox.run("pull", "http://127.0.0.1:1/" + token + "x").err().replace(token, "-"))
        .doesNotContain(token.substring(TOKEN_ID_END));
  }

  @Test
  void T38_nothingThatWeStartKeepsItsMemoryOnTheDisk() throws IOException {
    List<Path> starters = new ArrayList<>(List.of(Path.of("../catchwater")));
    try (var tools = Files.list(Path.of("../tools"))) {
      tools.filter(Files::isRegularFile).forEach(starters::add);
    }
    for (Path starter : starters) {
      assertThat(Files.readString(starter, StandardCharsets.ISO_8859_1))
          .as(starter.toString())
          .doesNotContain("HeapDumpOnOutOfMemoryError");
    }
  }

  private static HttpRequest.Builder request(Served served, String path, String token) {
    return HttpRequest.newBuilder(served.at(path)).header("Authorization", "Bearer " + token);
  }

  private static HttpRequest.Builder push(Served served, String path, String token) {
    return request(served, path, token)
        .header("Content-Type", "application/x-ndjson")
        .POST(HttpRequest.BodyPublishers.ofString(ROW));
  }

  private static HttpRequest.Builder hook(Served served, String id, String secret, String body) {
    byte[] key = java.util.Base64.getDecoder().decode(secret.substring(6));
    return HttpRequest.newBuilder(served.at(HOOK))
        .headers(Hooks.standard(key, id, NOW, body))
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private String see(HttpClient client, HttpRequest.Builder request) throws Exception {
    HttpResponse<String> reply = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    seen.append(reply.body()).append(reply.headers());
    return reply.body();
  }

  private void explain(Sandbox sandbox, Path hook) {
    StringBuilder captured = new StringBuilder("POST " + HOOK + " HTTP/1.1\n");
    String[] headers = Hooks.standard("m1", NOW, ROW);
    for (int i = 0; i < headers.length; i += 2) {
      captured.append(headers[i]).append(": ").append(headers[i + 1]).append('\n');
    }
    for (String body : List.of(ROW, ROW + " ")) {
      sandbox.file("captured.http", captured + "\n" + body);
      Outcome explained =
          sandbox.run("webhook", "explain", "captured.http", "--secret", "file:" + hook);
      assertThat(explained.out()).contains("standard");
      see(explained);
    }
  }

  /// The part of the file that signs with it.
  private String signingKey() throws IOException {
    for (String word : keys().split("\\s+", -1)) {
      if (word.startsWith("PRIVATE+KEY+")) {
        // PRIVATE+KEY+<name>+<id>+<key>, whose base64 may have a + of its own.
        return word.split("\\+", 5)[4];
      }
    }
    throw new IllegalStateException("no key signs");
  }

  /// All that lies in the workspace. The key that signs receipts lies in a file of its own.
  private String onDisk() throws IOException {
    StringBuilder all = new StringBuilder();
    String signs = signingKey();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (!file.endsWith(".catchwater/keys/receipts")) {
          assertThat(text).as(file.toString()).doesNotContain(signs);
        }
        all.append(text);
      }
    }
    return all.toString();
  }

  private static String commandLines() throws IOException {
    StringBuilder lines = new StringBuilder();
    Path processes = Path.of("/proc");
    if (!Files.isDirectory(processes)) {
      return "";
    }
    try (var all = Files.list(processes)) {
      for (Path process : all.toList()) {
        try {
          lines.append(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
          lines.append(' '); // no process, or one that has ended
        }
      }
    }
    return lines.toString();
  }
}
