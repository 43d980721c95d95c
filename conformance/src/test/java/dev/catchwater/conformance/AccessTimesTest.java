package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.disk.LocalDisk;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.server.ServerSettings;
import dev.catchwater.server.access.AccessSettings;
import dev.catchwater.server.access.Grant;
import dev.catchwater.server.access.Token;
import dev.catchwater.server.access.TokenFile;
import dev.catchwater.server.access.TokenText;
import dev.catchwater.storage.Workspace;
import dev.catchwater.testkit.Tier;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What nobody is told he does not learn from the time either: whether a dataset is there that he
/// may not know, and what is wrong with a token (reliability §6, T36, TH1, TH54).
class AccessTimesTest {
  private static final long MOST_NANOS = 500_000;
  private static final int ROUNDS = 4;
  private static final int TOKENS = 10_000;
  private static final Duration BELOW_WHAT_IS_HELD_BACK = Duration.ofSeconds(4);
  private static final String ROW = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1}";

  @TempDir Path folder;
  private final MovingClock clock = new MovingClock(Sandbox.SYSTEM_TIME);
  private final List<Token> tokens = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(36);
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    String manifest = BadHttpTest.MANIFEST.replace("name: gps", "name: hidden");
    sandbox.pipe(manifest, "add", "--stdin").succeeded();
    sandbox.push("hidden", ROW).succeeded();
  }

  private Served serve() {
    Workspace workspace = Workspace.find(new LocalDisk(), folder, null);
    new TokenFile(new LocalDisk(), workspace.keysFolder()).change(_ -> tokens);
    AccessSettings needed = new AccessSettings(true, Set.of());
    ServerSettings settings = ServerSettings.standard(0, "kamu-server").withAccess(needed);
    return Served.of(sandbox, settings, clock);
  }

  /// A token that was made a day ago.
  private Token token(TokenText text, Duration lasts, String... grants) {
    List<Grant> parsed = new ArrayList<>();
    for (String grant : grants) {
      parsed.add(Grant.parse(grant));
    }
    Instant made = clock.instant().minus(Duration.ofDays(1));
    return Token.of(text, "t", parsed, made, made.plus(lasts), null);
  }

  private String analyst() {
    TokenText text = TokenText.create(random);
    String[] grants = {"read:gps", "append:gps", "query:gps", "manage:gps"};
    tokens.add(token(text, Duration.ofDays(365), grants));
    return bearer(text);
  }

  private static String bearer(TokenText text) {
    return "Authorization: Bearer " + text.reveal() + "\r\n";
  }

  private static byte[] get(String path, String head) {
    return bytes("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + head + "\r\n");
  }

  private static byte[] post(String path, String head, String body) {
    String length = "Content-Length: " + body.length() + "\r\n\r\n";
    return bytes("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + head + length + body);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Asks for each in turn, in an order that is drawn each time, over one connection.
  ///
  /// @return by how much the medians of their times differ at most, in nanoseconds
  private long difference(int port, List<byte[]> requests, int status, int count, Duration between)
      throws IOException {
    long[][] nanos = new long[requests.size()][count];
    int[] order = new int[requests.size()];
    Arrays.setAll(order, i -> i);
    Random draw = new Random(36);
    try (Wire wire = new Wire(port)) {
      for (int i = -count / 4; i < count; i++) {
        swap(order, draw);
        for (int which : order) {
          clock.pass(between);
          long start = System.nanoTime();
          wire.send(requests.get(which));
          Wire.Reply reply = wire.reply();
          long took = System.nanoTime() - start;
          assertThat(reply.status()).as(reply.text()).isEqualTo(status);
          if (i >= 0) {
            nanos[which][i] = took;
          }
        }
      }
    }
    long least = Long.MAX_VALUE;
    long most = 0;
    for (long[] times : nanos) {
      Arrays.sort(times);
      least = Math.min(least, times[count / 2]);
      most = Math.max(most, times[count / 2]);
    }
    return most - least;
  }

  private static void swap(int[] order, Random draw) {
    for (int i = order.length - 1; i > 0; i--) {
      int other = draw.nextInt(i + 1);
      int held = order[i];
      order[i] = order[other];
      order[other] = held;
    }
  }

  /// A difference of ours is there each time; one that comes from what else runs here is not.
  private long leastDifference(
      int port, List<byte[]> requests, int status, int count, Duration between) throws IOException {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS && least >= MOST_NANOS; round++) {
      least = Math.min(least, difference(port, requests, status, count, between));
    }
    return least;
  }

  private String idOf(String dataset) {
    return Workspace.find(new LocalDisk(), folder, null).require(dataset).id().toString();
  }

  private static String sql(String dataset) {
    return "/query?query=" + URLEncoder.encode("select * from " + dataset, StandardCharsets.UTF_8);
  }

  private static String said(String members) {
    return "{\"query\":\"select * from t\",\"datasets\":[{" + members + "}]}";
  }

  @Test
  void T36_TH54_whatACallerMayNotKnowTakesAsLongAsWhatIsNotThere() throws IOException {
    String caller = analyst();
    String json = caller + "Content-Type: application/json\r\n";
    String hidden = idOf("hidden");
    String absent = DatasetId.create(random).toString();
    int count = 1_000;
    int statements = Tier.pick(100, 1_000);
    List<List<byte[]>> pairs =
        List.of(
            List.of(get("/hidden/tail", caller), get("/absent/tail", caller)),
            List.of(get("/datasets/" + hidden, caller), get("/datasets/" + absent, caller)),
            List.of(post("/hidden/ingest", caller, ""), post("/absent/ingest", caller, "")),
            List.of(
                post("/query", json, said("\"alias\":\"hidden\"")),
                post("/query", json, said("\"alias\":\"absent\""))),
            List.of(
                post("/query", json, said("\"alias\":\"t\",\"id\":\"" + hidden + "\"")),
                post("/query", json, said("\"alias\":\"t\",\"id\":\"" + absent + "\""))),
            List.of(get(sql("hidden"), caller), get(sql("absent"), caller)));
    long most = 0;
    try (Served served = serve()) {
      for (int i = 0; i < pairs.size(); i++) {
        List<byte[]> pair = pairs.get(i);
        int asks = i == pairs.size() - 1 ? statements : count;
        long found = leastDifference(served.port(), pair, 404, asks, Duration.ZERO);
        assertThat(found)
            .as(new String(pair.getFirst(), StandardCharsets.US_ASCII))
            .isLessThan(MOST_NANOS);
        most = Math.max(most, found);
      }
    }
    System.out.println(
        "T36 pairs=" + pairs.size() + " asks=" + count + " micros-apart=" + most / 1_000);
  }

  @Test
  void TH1_whateverIsWrongWithATokenItTakesAsLong() throws IOException {
    TokenText expired = TokenText.create(random);
    TokenText revoked = TokenText.create(random);
    tokens.add(token(expired, Duration.ofHours(1), "read"));
    tokens.add(token(revoked, Duration.ofDays(365), "read").revokedAt(clock.instant()));
    for (int i = 0; i < TOKENS; i++) {
      tokens.add(token(TokenText.create(random), Duration.ofDays(365), "read:gps", "append:gps"));
    }
    List<byte[]> wrong =
        List.of(
            get("/gps/tail", ""),
            get("/gps/tail", "Authorization: Bearer cw_garbage\r\n"),
            get("/gps/tail", bearer(expired)),
            get("/gps/tail", bearer(revoked)),
            get("/gps/tail", bearer(TokenText.create(random))));
    try (Served served = serve()) {
      long found = leastDifference(served.port(), wrong, 401, 1_000, BELOW_WHAT_IS_HELD_BACK);
      assertThat(found).isLessThan(MOST_NANOS);
      System.out.println("T36 wrong-tokens=4 asks=1000 micros-apart=" + found / 1_000);
    }
  }

  @Test
  void TH38_oneThatIsBrokenIsAsOneThatIsNotThere() throws IOException {
    String caller = analyst();
    Path data = folder.resolve(".catchwater/datasets/hidden");
    Path backup = folder.resolve("backup");
    SideLogTest.copy(data, backup);
    sandbox.push("hidden", ROW).succeeded();
    SideLogTest.delete(data);
    SideLogTest.copy(backup, data);
    sandbox.run("verify", "hidden").refused().says("rolled back");
    String id = idOf("hidden");
    String json = caller + "Content-Type: application/json\r\n";
    List<byte[]> requests =
        List.of(
            get("/hidden/tail", caller),
            get("/datasets/" + id, caller),
            get(sql("hidden"), caller),
            post("/query", json, said("\"alias\":\"hidden\"")),
            post("/query", json, said("\"alias\":\"t\",\"id\":\"" + id + "\"")));
    try (Served served = serve()) {
      for (byte[] request : requests) {
        Wire.Reply reply = Wire.once(served.port(), request);
        assertThat(reply.status()).as(reply.text()).isEqualTo(404);
      }
    }
  }
}
