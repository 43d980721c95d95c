package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.server.ServerSettings;
import dev.catchwater.server.access.AccessSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who tries what with which token (reliability §6, TH1 to TH10; §7.7).
class AccessThreatsTest {
  private static final String ROW = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1}";
  private static final String LEDGER =
      BadHttpTest.MANIFEST
          .replace("name: gps", "name: bank")
          .replace("kind: Append", "kind: Ledger\n        primaryKey: [v]");

  @TempDir Path folder;
  private final MovingClock clock = new MovingClock(Sandbox.SYSTEM_TIME);
  private Sandbox sandbox;
  private Served served;

  @BeforeEach
  void open() {
    sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    sandbox.pipe(LEDGER, "add", "--stdin").succeeded();
    ServerSettings settings =
        ServerSettings.standard(0, "kamu-server").withAccess(new AccessSettings(true, Set.of()));
    served = Served.of(sandbox, settings, clock);
  }

  @AfterEach
  void close() {
    served.close();
  }

  private String token(String name, String... scopes) {
    List<String> words = new ArrayList<>(List.of("token", "create", name));
    for (String scope : scopes) {
      words.addAll(List.of("--scope", scope));
    }
    return sandbox.run(words.toArray(String[]::new)).succeeded().out().strip();
  }

  private Served.Reply tail(String token) {
    return served.get("/gps/tail", "Authorization", "Bearer " + token);
  }

  // All that a client sees, but the id of the request and the time.
  private static String shape(Served.Reply reply) {
    return reply.status()
        + reply.header("WWW-Authenticate")
        + reply.header("Content-Length").length()
        + reply.body().replaceAll("\"requestId\":\"[^\"]*\"", "");
  }

  @Test
  void TH1_noneGarbageExpiredAndRevokedAreAnsweredAlike() {
    Served.Reply none = served.get("/gps/tail");
    assertThat(none.status()).isEqualTo(401);
    assertThat(none.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(none.body()).startsWith("{\"type\":\"unauthorized\"");
    String revoked = token("revoked", "read");
    sandbox.run("token", "revoke", "revoked").succeeded();
    sandbox.at("2049-01-01T00:00:00Z");
    String expired = token("expired", "read");
    for (String token : List.of("garbage", revoked, expired)) {
      assertThat(shape(tail(token))).isEqualTo(shape(none));
    }
  }

  @Test
  void TH1_aRevokedTokenIsRefusedWithinASecond() throws InterruptedException {
    String token = token("reader", "read");
    awaitStatus(token, 200);
    sandbox.run("token", "revoke", "reader").succeeded();
    long revoked = System.nanoTime();
    awaitStatus(token, 401);
    assertThat(Duration.ofNanos(System.nanoTime() - revoked)).isLessThan(Duration.ofSeconds(1));
  }

  private void awaitStatus(String token, int status) throws InterruptedException {
    for (int i = 0; i < 100 && tail(token).status() != status; i++) {
      Thread.sleep(20);
      clock.pass(Duration.ofSeconds(4)); // below what is held against an address
    }
    assertThat(tail(token).status()).isEqualTo(status);
  }

  @Test
  void TH3_TH5_aTokenThatPushesDoesNothingElse() {
    String device = "Bearer " + token("device", "append:gps");
    for (String path :
        List.of("tail", "events", "metadata", "refs/head", "sources", "receipts/x")) {
      Served.Reply reply = served.get("/gps/" + path, "Authorization", device);
      assertThat(reply.status()).as(path).isEqualTo(403);
      assertThat(reply.body()).startsWith("{\"type\":\"scope\"").contains("read:gps");
      assertThat(served.get("/bank/" + path, "Authorization", device).status()).isEqualTo(404);
    }
    Served.Reply change = served.post("/gps/sources", "kind: x", "Authorization", device);
    assertThat(change.status()).isEqualTo(403);
    assertThat(change.body()).contains("manage:gps");
  }

  @Test
  void TH4_aTokenOfOneSourceDoesNotPushIntoAnother() {
    String device = "Bearer " + token("device", "append:gps/mobile");
    for (String path : List.of("/gps/ingest", "/gps/ingest?sourceName=default")) {
      Served.Reply reply = served.post(path, ROW, "Authorization", device);
      assertThat(reply.status()).isEqualTo(403);
      assertThat(reply.body()).startsWith("{\"type\":\"scope\"").contains("append:gps/default");
      assertThat(reply.header("Ingest-Outcome")).isEqualTo("not-applied");
    }
    String other = "Bearer " + token("other", "append:gps/default");
    assertThat(served.post("/gps/ingest", ROW, "Authorization", other).status()).isEqualTo(200);
  }

  @Test
  void TH6_whoMayNotReadIsNotToldWhichKeysThereWere() {
    String device = "Bearer " + token("device", "append");
    String first = served.post("/bank/ingest", ROW, "Authorization", device).body();
    String second = served.post("/bank/ingest", ROW, "Authorization", device).body();
    for (String body : List.of(first, second)) {
      assertThat(body)
          .contains("\"outcome\":\"applied\"", "\"offsets\":null", "\"added\":null")
          .contains("\"duplicate\":null", "\"conflicting\":null", "\"receipt\":{\"id\":\"")
          .doesNotContain("\"head\"", "bodyHash");
    }
    String both = "Bearer " + token("both", "append", "read");
    assertThat(served.post("/bank/ingest", ROW, "Authorization", both).body())
        .contains("\"duplicate\":1", "\"head\"", "bodyHash");
    assertThat(served.post("/gps/ingest", ROW, "Authorization", device).body())
        .contains("\"added\":1", "bodyHash");
  }

  @Test
  void TH6_aRetractionDoesNotTellWhetherItsKeyWasThere() {
    sandbox
        .pipe(
            LEDGER
                .replace("name: bank", "name: doors")
                .replace("[t TIMESTAMP", "[op INT, t TIMESTAMP")
                .replace("kind: Ledger", "kind: UpsertStream"),
            "add",
            "--stdin")
        .succeeded();
    String device = "Bearer " + token("device", "append");
    String row = "{\"op\":0,\"t\":\"2020-01-01T00:00:00Z\",\"v\":1}";
    assertThat(served.post("/doors/ingest", row, "Authorization", device).status()).isEqualTo(200);
    List<String> answers = new ArrayList<>();
    for (int key = 1; key < 3; key++) {
      String gone = row.replace("\"op\":0", "\"op\":1").replace("\"v\":1", "\"v\":" + key);
      String body = served.post("/doors/ingest", gone, "Authorization", device).body();
      assertThat(body).contains("\"ignored\":null");
      answers.add(body.replaceAll("\"id\":\"[^\"]*\"", ""));
    }
    assertThat(answers.getFirst()).isEqualTo(answers.getLast());
  }

  @Test
  void TH6_aWebhookTellsItsSenderNoMoreThanATokenThatPushes() {
    Hooks.secretFile(sandbox, "s", Hooks.SECRET);
    for (String dataset : List.of("bank", "gps")) {
      sandbox
          .run("webhook", "add", dataset, "shop", "--scheme", "standard", "--secret", "file:s")
          .succeeded();
    }
    long now = Instant.parse(Sandbox.SYSTEM_TIME).getEpochSecond();
    List<String> answers = new ArrayList<>();
    for (String id : List.of("m1", "m2")) {
      Served.Reply reply = served.post("/bank/webhook/shop", ROW, Hooks.standard(id, now, ROW));
      assertThat(reply.status()).as(reply.body()).isEqualTo(200);
      answers.add(reply.body().replaceAll("\"id\":\"[^\"]*\"", ""));
    }
    assertThat(answers.getFirst())
        .isEqualTo(answers.getLast())
        .contains("\"added\":null", "\"duplicate\":null", "\"quarantined\":0")
        .doesNotContain("\"head\"", "bodyHash");
    // Where there is no key he is told, and so is who may read besides.
    assertThat(served.post("/gps/webhook/shop", ROW, Hooks.standard("m1", now, ROW)).body())
        .contains("\"added\":1", "bodyHash");
    String[] signed = Hooks.standard("m3", now, ROW);
    String[] reader = Arrays.copyOf(signed, signed.length + 2);
    reader[signed.length] = "Authorization";
    reader[signed.length + 1] = "Bearer " + token("reader", "read");
    assertThat(served.post("/bank/webhook/shop", ROW, reader).body())
        .contains("\"duplicate\":1", "\"head\"");
  }

  @Test
  void TH7_aKeyOfAnotherSourceOrDatasetIsNotFound() {
    String one = "Bearer " + token("one", "append:gps", "read:gps");
    String other = "Bearer " + token("other", "append:bank", "read:bank");
    String[] first = {"Authorization", one, "Idempotency-Key", "guessed"};
    String[] second = {"Authorization", other, "Idempotency-Key", "guessed"};
    assertThat(served.push("gps", ROW, first).status()).isEqualTo(200);
    Served.Reply reply = served.push("bank", ROW.replace(":1}", ":2}"), second);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("Idempotency-Replayed")).isEmpty();
  }

  @Test
  void TH8_whoGuessesIsHeldBackAndWhoHasATokenIsNot() {
    String good = token("good", "read");
    String late = token("late", "read");
    assertThat(tail(good).status()).isEqualTo(200);
    for (int i = 0; i < 20; i++) {
      assertThat(tail("cw_guess" + i).status()).isEqualTo(401);
    }
    Served.Reply held = tail("cw_guess");
    assertThat(held.status()).isEqualTo(429);
    assertThat(held.header("Retry-After")).isEqualTo("60");
    assertThat(tail(good).status()).as("it was right before").isEqualTo(200);
    assertThat(tail(late).status()).as("it may be a guess").isEqualTo(429);
    clock.pass(Duration.ofSeconds(61));
    assertThat(tail("cw_guess").status()).isEqualTo(401);
    assertThat(tail(late).status()).isEqualTo(200);
  }

  @Test
  void TH9_aTokenInTheAddressIsRefusedAndNotRepeated() {
    String token = token("reader", "read");
    for (String path :
        List.of(
            "/gps/tail?token=" + token,
            "/gps/tail?access_token=x",
            "/gps/tail?limit=" + token,
            "/" + token + "/tail")) {
      Served.Reply reply = served.get(path, "Authorization", "Bearer " + token);
      assertThat(reply.status()).as(path).isEqualTo(400);
      assertThat(reply.body()).startsWith("{\"type\":\"token-in-url\"").doesNotContain(token);
    }
    served.get("/none/" + token + "/none");
    assertThat(served.log()).contains("stands in the address").doesNotContain(token);
  }

  @Test
  void TH10_aSignedTokenOfAnotherKindIsNone() {
    String none = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJvd25lciJ9.";
    String swapped = "eyJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLy4uL2tleXMifQ.eyJleHAiOjk5OTk5OTk5OTl9.c2ln";
    assertThat(tail(none).status()).isEqualTo(401);
    assertThat(tail(swapped).status()).isEqualTo(401);
  }

  @Test
  void BAD84_onlyATokenAsItWasShownIsOne() throws IOException {
    String token = token("reader", "read");
    char last = token.charAt(30) == 'a' ? 'b' : 'a';
    for (String value :
        List.of(
            "Bearer " + token.toUpperCase(Locale.ROOT),
            "Bearer",
            "Bearer ",
            "Basic " + token,
            token,
            "Bearer " + token.substring(0, 20) + " " + token.substring(20),
            "Bearer " + token.substring(0, 30) + last + token.substring(31),
            "Bearer kw_" + token.substring(3),
            "Bearer " + token + token,
            "Bearer " + "x".repeat(8000))) {
      clock.pass(Duration.ofSeconds(10));
      assertThat(served.get("/gps/tail", "Authorization", value).status()).as(value).isEqualTo(401);
    }
    assertThat(served.get("/gps/tail", "Authorization", "bEARER " + token).status()).isEqualTo(200);
    String twice = ("Authorization: Bearer " + token + "\r\n").repeat(2);
    assertThat(served.raw("GET /gps/tail HTTP/1.1", twice, "")).startsWith("HTTP/1.1 401");
    String broken = "Authorization: Bearer " + token + "\n\r\n";
    assertThat(served.raw("GET /gps/tail HTTP/1.1", broken, "")).startsWith("HTTP/1.1 400");
  }

  @Test
  void BAD85_aTokenEndsInItsSecond() {
    String token =
        sandbox
            .run("token", "create", "short", "--scope", "read", "--expires", "60s")
            .succeeded()
            .out()
            .strip();
    assertThat(tail(token).status()).isEqualTo(200);
    clock.pass(Duration.ofSeconds(59));
    assertThat(tail(token).status()).isEqualTo(200);
    clock.pass(Duration.ofSeconds(1));
    assertThat(tail(token).status()).isEqualTo(401);
  }

  @Test
  void BAD86_aTokenThatIsRevokedWhileABodyComesInCommitsNothing() throws Exception {
    String token = token("device", "append:gps");
    String reader = token("reader", "read:gps");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), served.port())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /gps/ingest HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                  + ROW.length()
                  + "\r\nAuthorization: Bearer "
                  + token
                  + "\r\n\r\n"
                  + ROW.substring(0, 5))
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      Thread.sleep(200);
      sandbox.run("token", "revoke", "device").succeeded();
      Thread.sleep(500);
      out.write(ROW.substring(5).getBytes(StandardCharsets.US_ASCII));
      out.flush();
      InputStream in = socket.getInputStream();
      String answer = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(answer).startsWith("HTTP/1.1 401").contains("Ingest-Outcome: not-applied");
    }
    assertThat(tail(reader).body()).startsWith("{\"data\":[]");
  }

  @Test
  void TH1_aConnectionThatStaysEndsWithItsToken() throws Exception {
    String token = token("follower", "read:gps");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), served.port())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              ("GET /gps/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                      + "Authorization: Bearer "
                      + token
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      assertThat(in.read()).isPositive();
      sandbox.run("token", "revoke", "follower").succeeded();
      long revoked = System.nanoTime();
      in.readAllBytes();
      assertThat(Duration.ofNanos(System.nanoTime() - revoked)).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void aTokenIsGoodFromItsNetworkOnly() {
    String here = network("here", "127.0.0.0/8");
    String there = network("there", "192.0.2.0/24");
    assertThat(tail(here).status()).isEqualTo(200);
    assertThat(tail(there).status()).isEqualTo(401);
  }

  private String network(String name, String network) {
    return sandbox
        .run("token", "create", name, "--scope", "read", "--network", network)
        .succeeded()
        .out()
        .strip();
  }

  @Test
  void anUploadIsItsOwners() {
    String one = "Bearer " + token("one", "append:gps");
    String other = "Bearer " + token("other", "append:bank");
    String prepared =
        served
            .post(
                "/platform/file/upload/prepare?fileName=a.ndjson&contentLength=5",
                "",
                "Authorization",
                one)
            .body();
    String upload = prepared.replaceAll(".*\"uploadToken\":\"([^\"]*)\".*", "$1");
    String path = "/platform/file/upload/" + upload;
    assertThat(served.call("DELETE", path, "", "Authorization", other).status()).isEqualTo(404);
    assertThat(served.call("DELETE", path, "", "Authorization", one).status()).isEqualTo(204);
    String reader = "Bearer " + token("reader", "read");
    assertThat(
            served
                .post(
                    "/platform/file/upload/prepare?fileName=a.ndjson&contentLength=5",
                    "",
                    "Authorization",
                    reader)
                .status())
        .isEqualTo(403);
  }
}
