package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.testkit.Tier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A dynamic table against a map: random inserts, deletes and gets, some sealed, some cut off by a
/// kill of the server and sent again under the same key.
class TableModelTest {
  private static final int STEPS = Tier.pick(600, 20_000);
  private static final int KEYS = 60;
  private static final int BATCH_MAX = 4;
  private static final Pattern ID = Pattern.compile("\\D*(\\d+).*");
  private static final long SEED = 20_261_122;

  @TempDir Path folder;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, String> model = new HashMap<>();
  private int pushes;
  private int kills;

  /// A request that changes the table, and what the table is afterwards.
  private record Change(String method, String path, String body, Map<String, String> after) {}

  @Test
  void aTableIsAMapThroughSealsRestartsAndKills() throws Exception {
    Sandbox sandbox = Sandbox.in(folder);
    ServerProcess server = ServerProcess.start(folder);
    try {
      HttpResponse<String> made =
          send(server, "POST", "/tables", "{\"name\":\"t\",\"primaryKey\":\"id\"}", "");
      assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
      for (int step = 0; step < STEPS; step++) {
        int dice = random.nextInt(1_000);
        if (dice < 400) {
          get(server);
        } else if (dice < 990) {
          apply(server, change());
        } else {
          server = dice < 993 ? stopped(server) : killed(server);
          requireAll(server, "");
        }
      }
      requireAll(server, "");
      HttpResponse<String> frozen = send(server, "POST", "/tables/t/freeze", "", "");
      assertThat(frozen.statusCode()).as(frozen.body()).isEqualTo(201);
      requireAll(server, "&version=1");
      assertThat(server.stop()).isZero();
    } finally {
      server.close();
    }
    sandbox.run("verify", "t").succeeded();
    sandbox.run("verify", "t.v1").succeeded();
    assertThat(kills).isPositive();
    System.out.println("S12 table steps=" + STEPS + " pushes=" + pushes + " kills=" + kills);
  }

  private void get(ServerProcess server) throws Exception {
    String key = Integer.toString(random.nextInt(KEYS));
    HttpResponse<String> found = send(server, "GET", "/tables/t/rows/" + key, "", "");
    String expected = model.get(key);
    assertThat(found.statusCode()).as(found.body()).isEqualTo(expected == null ? 404 : 200);
    if (expected != null) {
      assertThat(found.body()).isEqualTo(expected);
    }
  }

  private Change change() {
    Map<String, String> after = new HashMap<>(model);
    if (random.nextInt(4) == 0) {
      String key = Integer.toString(random.nextInt(KEYS));
      after.remove(key);
      return new Change("DELETE", "/tables/t/rows/" + key, "", after);
    }
    StringBuilder body = new StringBuilder();
    int rows = 1 + random.nextInt(BATCH_MAX);
    for (int i = 0; i < rows; i++) {
      String key = Integer.toString(random.nextInt(KEYS));
      String row = "{\"id\":" + key + ",\"v\":" + random.nextInt(5) + "}";
      body.append(row).append('\n');
      after.put(key, row);
    }
    String wait = random.nextInt(25) == 0 ? "&wait=committed" : "";
    return new Change("POST", "/tables/t/rows?format=ndjson" + wait, body.toString(), after);
  }

  private void apply(ServerProcess server, Change change) throws Exception {
    String key = "k" + pushes++;
    HttpResponse<String> done = send(server, change.method, change.path, change.body, key);
    assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    model.clear();
    model.putAll(change.after);
  }

  private static ServerProcess started(Path folder) throws IOException {
    return ServerProcess.start(folder);
  }

  private ServerProcess stopped(ServerProcess server) throws Exception {
    assertThat(server.stop()).isZero();
    return started(folder);
  }

  /// Kills it while a change is on its way, which is sent again.
  private ServerProcess killed(ServerProcess server) throws Exception {
    kills++;
    Change change = change();
    String key = "k" + pushes;
    CompletableFuture<HttpResponse<String>> way =
        client.sendAsync(
            request(server, change.method, change.path, change.body, key),
            HttpResponse.BodyHandlers.ofString());
    CompletableFuture<Void> later =
        CompletableFuture.runAsync(
            server::kill,
            CompletableFuture.delayedExecutor(random.nextInt(4_000), TimeUnit.MICROSECONDS));
    later.get(60, TimeUnit.SECONDS);
    way.handle((_, _) -> true).get(60, TimeUnit.SECONDS);
    ServerProcess next = started(folder);
    apply(next, change);
    return next;
  }

  private void requireAll(ServerProcess server, String version) throws Exception {
    Map<String, String> found = new TreeMap<>();
    String after = "";
    while (after != null) {
      String path = "/tables/t/rows?format=ndjson&limit=7" + after + version;
      HttpResponse<String> page = send(server, "GET", path, "", "");
      assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
      page.body()
          .lines()
          .forEach(row -> assertThat(found.put(ID.matcher(row).replaceFirst("$1"), row)).isNull());
      after = page.headers().firstValue("Rows-Next").map(next -> "&after=" + next).orElse(null);
    }
    assertThat(found).isEqualTo(new TreeMap<>(model));
  }

  private HttpResponse<String> send(
      ServerProcess server, String method, String path, String body, String key) throws Exception {
    return client.send(
        request(server, method, path, body, key), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest request(
      ServerProcess server, String method, String path, String body, String key) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .timeout(Duration.ofSeconds(60))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!key.isEmpty()) {
      request.header("Idempotency-Key", key);
    }
    return request.build();
  }
}
