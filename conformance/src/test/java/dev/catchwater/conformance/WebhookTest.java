package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `POST /{dataset}/webhook/{name}` at a real server.
class WebhookTest {
  private static final String BODY = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1}";
  private static final String OTHER = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":2}";
  private static final String ADDRESS = "/gps/webhook/shop";
  private static final long NOW = Instant.parse(Sandbox.SYSTEM_TIME).getEpochSecond();

  @TempDir Path folder;
  private Sandbox sandbox;
  private Served served;

  @BeforeEach
  void open() {
    sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    add("shop", "standard", Hooks.secretFile(sandbox, "shop.secret", Hooks.SECRET + "\n"));
    add("github", "github", "env:HOOK_SECRET");
    add("stripe", "stripe", "env:HOOK_SECRET");
    add("slack", "slack", "env:HOOK_SECRET");
    served = Served.of(sandbox);
  }

  private void add(String name, String scheme, String... secrets) {
    List<String> words = new ArrayList<>(List.of("webhook", "add", "gps", name, "--replace"));
    words.addAll(List.of("--scheme", scheme));
    for (String secret : secrets) {
      words.addAll(List.of("--secret", secret));
    }
    sandbox.run(words.toArray(String[]::new)).succeeded();
  }

  @AfterEach
  void close() {
    served.close();
  }

  private long rows() {
    String body = served.get("/gps/tail?limit=1000").body();
    return body.split("\"offset\"", -1).length - 1L;
  }

  private static void applied(Served.Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("Ingest-Outcome")).isEqualTo("applied");
    assertThat(reply.body()).contains("\"receipt\":");
  }

  /// The answer to whoever has no right signature, without what is new in each.
  private static String unauthorized(Served.Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(401);
    assertThat(reply.header("Ingest-Outcome")).isEqualTo("not-applied");
    assertThat(reply.body()).contains("\"type\":\"bad-signature\"");
    assertThat(reply.header("WWW-Authenticate")).isNotEmpty();
    return reply
        .body()
        .replaceAll("\"requestId\":\"[^\"]*\"", "")
        .replaceAll("\"instance\":\"[^\"]*\"", "");
  }

  @Test
  void eachSchemePushesAndGetsAReceipt() {
    applied(served.post(ADDRESS, BODY, Hooks.standard("msg_1", NOW, BODY)));
    applied(served.post("/gps/webhook/github", BODY, Hooks.github("s3cret", "d-1", BODY)));
    String event = "{\n  \"id\": \"evt_1\",\n  \"t\": \"2020-01-01T00:00:00Z\"\n}";
    applied(served.post("/gps/webhook/stripe", event, Hooks.stripe("s3cret", NOW, event)));
    String message = "{\"event_id\":\"Ev1\",\"type\":\"event_callback\",\"v\":4}";
    applied(served.post("/gps/webhook/slack", message, Hooks.slack("s3cret", NOW, message)));
    assertThat(rows()).isEqualTo(4);
    String several = "[" + BODY + "," + OTHER + "]";
    applied(
        served.post(
            "/kamu-server/gps/webhook/shop", several, Hooks.standard("msg_2", NOW, several)));
    assertThat(rows()).isEqualTo(6);
  }

  @Test
  void TH12_aReplayInsideTheWindowGetsTheFirstAnswer() {
    String[] headers = Hooks.standard("msg_1", NOW - 299, BODY);
    Served.Reply first = served.post(ADDRESS, BODY, headers);
    applied(first);
    Served.Reply again = served.post(ADDRESS, BODY, headers);
    applied(again);
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(again.body()).isEqualTo(first.body());
    // What the sender tries again has another time, and is the same message.
    Served.Reply retried = served.post(ADDRESS, BODY, Hooks.standard("msg_1", NOW, BODY));
    assertThat(retried.body()).isEqualTo(first.body());
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void BAD100_anIdWithAnotherBodyIs422() {
    applied(served.post(ADDRESS, BODY, Hooks.standard("msg_1", NOW, BODY)));
    Served.Reply other = served.post(ADDRESS, OTHER, Hooks.standard("msg_1", NOW, OTHER));
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.body()).contains("idempotency-mismatch");
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void TH12_replaysOfTheOtherSchemesAreRecognized() {
    String event = "{\"id\":\"evt_1\",\"v\":3}";
    String unnamed = "{\"v\":3}";
    for (int time = 0; time < 3; time++) {
      applied(served.post("/gps/webhook/github", BODY, Hooks.github("s3cret", "d-1", BODY)));
      long at = NOW - time;
      applied(served.post("/gps/webhook/stripe", event, Hooks.stripe("s3cret", at, event)));
      applied(served.post("/gps/webhook/stripe", unnamed, Hooks.stripe("s3cret", NOW, unnamed)));
      String slack = "{\"event_id\":\"Ev1\",\"v\":4}";
      applied(served.post("/gps/webhook/slack", slack, Hooks.slack("s3cret", at, slack)));
    }
    assertThat(rows()).isEqualTo(4);
    // A signature in front does not make another message of it.
    String[] headers = Hooks.stripe("s3cret", NOW, unnamed);
    headers[3] = headers[3].replace("v1=", "v1=" + "0".repeat(64) + ",v1=");
    applied(served.post("/gps/webhook/stripe", unnamed, headers));
    assertThat(rows()).isEqualTo(4);
  }

  @Test
  void TH11_whatIsNotSignedRightIsAnsweredLikeWhatIsNotThere() {
    String[] right = Hooks.standard("msg_1", NOW, BODY);
    List<String> answers = new ArrayList<>();
    answers.add(unauthorized(served.post(ADDRESS, OTHER, right)));
    answers.add(unauthorized(served.post(ADDRESS, BODY, Hooks.standard("msg_2", NOW - 301, BODY))));
    answers.add(unauthorized(served.post(ADDRESS, BODY, Hooks.standard("msg_2", NOW + 301, BODY))));
    answers.add(unauthorized(served.post(ADDRESS, BODY)));
    byte[] key = "another".getBytes(StandardCharsets.UTF_8);
    answers.add(unauthorized(served.post(ADDRESS, BODY, Hooks.standard(key, "m", NOW, BODY))));
    answers.add(unauthorized(served.post("/gps/webhook/nothing", BODY, right)));
    answers.add(unauthorized(served.post("/nothing/webhook/shop", BODY, right)));
    answers.add(unauthorized(served.post("/no_name!/webhook/shop", BODY, right)));
    answers.add(unauthorized(served.post("/gps/webhook/github", BODY, right)));
    answers.add(unauthorized(served.post("/gps/webhook/stripe", BODY, right)));
    for (int part = 3; part < right.length; part += 2) {
      String[] changed = right.clone();
      changed[part] = flipped(changed[part]);
      answers.add(unauthorized(served.post(ADDRESS, BODY, changed)));
    }
    assertThat(answers).containsOnly(answers.getFirst());
    assertThat(rows()).isZero();
    applied(served.post(ADDRESS, BODY, right));
  }

  // The log is written behind the answer.
  private void logged(String words) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!served.log().contains(words) && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertThat(served.log()).contains(words);
  }

  private static String flipped(String text) {
    int last = text.length() - 2;
    char c = text.charAt(last) == 'A' ? 'B' : 'A';
    return text.substring(0, last) + c + text.substring(last + 1);
  }

  @Test
  void TH11_noByteMayChange() {
    String[] right = Hooks.standard("m1", NOW, BODY);
    for (int part = 3; part < right.length; part += 2) {
      for (int i = 0; i < right[part].length(); i++) {
        String[] changed = right.clone();
        char c = right[part].charAt(i) == '1' ? '2' : '1';
        changed[part] = right[part].substring(0, i) + c + right[part].substring(i + 1);
        unauthorized(served.post(ADDRESS, BODY, changed));
      }
    }
    for (int i = 0; i < BODY.length(); i++) {
      byte[] body = BODY.getBytes(StandardCharsets.UTF_8);
      body[i] ^= 1;
      unauthorized(served.post(ADDRESS, body, right));
    }
    assertThat(rows()).isZero();
  }

  @Test
  void TH13_aDotInTheIdIs400AndAsymmetricSignaturesAre401() throws InterruptedException {
    Served.Reply dotted = served.post(ADDRESS, BODY, Hooks.standard("msg.1", NOW, BODY));
    assertThat(dotted.status()).isEqualTo(400);
    assertThat(dotted.body()).contains("webhook-id");
    Served.Reply nowhere =
        served.post("/gps/webhook/nothing", BODY, Hooks.standard("msg.1", NOW, BODY));
    assertThat(nowhere.status()).isEqualTo(400);
    String[] asymmetric = Hooks.standard("msg_1", NOW, BODY);
    asymmetric[7] = asymmetric[7].replace("v1,", "v1a,");
    unauthorized(served.post(ADDRESS, BODY, asymmetric));
    logged("v1a");
    assertThat(rows()).isZero();
  }

  @Test
  void BAD100_millisecondsAreToldToTheOperatorOnly() throws InterruptedException {
    Served.Reply reply = served.post(ADDRESS, BODY, Hooks.standard("m", NOW * 1000, BODY));
    assertThat(unauthorized(reply)).doesNotContain("millisecond");
    logged("looks like milliseconds");
    assertThat(served.log()).doesNotContain(Hooks.SECRET);
  }

  @Test
  void BAD100_severalSignaturesAndSeveralSecretsAreForRotation() throws InterruptedException {
    String[] two = Hooks.standard("msg_1", NOW, BODY);
    two[7] = "v1," + "A".repeat(43) + "= " + two[7];
    applied(served.post(ADDRESS, BODY, two));
    byte[] next = "the secret that comes next".getBytes(StandardCharsets.UTF_8);
    String encoded = java.util.Base64.getEncoder().encodeToString(next);
    unauthorized(served.post(ADDRESS, BODY, Hooks.standard(next, "msg_2", NOW, BODY)));
    add(
        "shop",
        "standard",
        Hooks.secretFile(sandbox, "next.secret", "whsec_" + encoded),
        "file:shop.secret");
    untilApplied(Hooks.standard(next, "msg_2", NOW, BODY));
    applied(served.post(ADDRESS, OTHER, Hooks.standard("msg_3", NOW, OTHER)));
    add("shop", "standard", "file:next.secret");
    untilRefused(4);
  }

  private void untilApplied(String[] headers) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (served.post(ADDRESS, BODY, headers).status() != 200) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(50);
    }
  }

  private void untilRefused(int from) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    int id = from;
    while (served.post(ADDRESS, BODY, Hooks.standard("msg_" + id++, NOW, BODY)).status() == 200) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(50);
    }
  }

  @Test
  void aSecretThatCannotBeReadIsInTheLogOnly() throws Exception {
    java.nio.file.Files.setPosixFilePermissions(
        folder.resolve("shop.secret"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    unauthorized(served.post(ADDRESS, BODY, Hooks.standard("m", NOW, BODY)));
    logged("chmod 600");
    assertThat(rows()).isZero();
  }

  @Test
  void slacksChallengeAndGithubsPingAreAnsweredAndNotStored() {
    String challenge = "{\"token\":\"x\",\"challenge\":\"3eZbrw\",\"type\":\"url_verification\"}";
    Served.Reply reply =
        served.post("/gps/webhook/slack", challenge, Hooks.slack("s3cret", NOW, challenge));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("{\"challenge\":\"3eZbrw\"}");
    assertThat(reply.header("Ingest-Outcome")).isEqualTo("not-applied");
    unauthorized(served.post("/gps/webhook/slack", challenge));
    String ping = "{\"zen\":\"Keep it logically awesome.\",\"hook_id\":1,\"hook\":{}}";
    Served.Reply greeted =
        served.post("/gps/webhook/github", ping, Hooks.github("s3cret", "d", ping));
    assertThat(greeted.status()).isEqualTo(200);
    assertThat(greeted.body()).contains("\"ping\":true");
    assertThat(rows()).isZero();
  }

  @Test
  void whatTheSourceDoesNotTakeIsSaidAsInAPush() {
    String bad = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1.5}";
    Served.Reply reply = served.post(ADDRESS, bad, Hooks.standard("msg_1", NOW, bad));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body()).contains("\"errors\":", "\"field\":\"v\"");
    // Put right by the sender, it is the same message with other bytes, of which nothing was kept.
    applied(served.post(ADDRESS, BODY, Hooks.standard("msg_1", NOW, BODY)));
    Served.Reply form =
        served.post(
            "/gps/webhook/github",
            "payload=x",
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(form.status()).isEqualTo(415);
    assertThat(form.body()).contains("application/json");
    Served.Reply packed = served.post(ADDRESS, BODY, "Content-Encoding", "gzip");
    assertThat(packed.status()).isEqualTo(415);
    assertThat(served.get(ADDRESS).status()).isEqualTo(405);
    assertThat(served.post(ADDRESS + "?x=1", BODY).status()).isEqualTo(400);
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void badRowsOfAnEventAreSetAsideWhereTheWebhookSaysSo() {
    add("lax", "standard", "file:shop.secret");
    String bad = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1.5}";
    String events = "[" + BODY + "," + bad + "," + OTHER + "]";
    String address = "/gps/webhook/lax";
    Served.Reply refused = served.post(address, events, Hooks.standard("msg_1", NOW, events));
    assertThat(refused.status()).as("before").isEqualTo(400);
    served.close();
    sandbox
        .run(
            "webhook",
            "add",
            "gps",
            "lax",
            "--replace",
            "--scheme",
            "standard",
            "--secret",
            "file:shop.secret",
            "--on-error",
            "quarantine")
        .succeeded();
    served = Served.of(sandbox);
    Served.Reply taken = served.post(address, events, Hooks.standard("msg_1", NOW, events));
    applied(taken);
    assertThat(taken.body())
        .contains("\"added\":2", "\"quarantined\":1", "\"causes\":[{", "\"field\":\"v\"");
    Served.Reply again = served.post(address, events, Hooks.standard("msg_1", NOW - 1, events));
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(again.body()).isEqualTo(taken.body());
    // An event that is one bad row is taken too, or its sender would try it for days.
    applied(served.post(address, bad, Hooks.standard("msg_2", NOW, bad)));
    assertThat(rows()).isEqualTo(2);
    assertThat(served.get("/gps/quarantine").body())
        .contains("\"counts\":{\"open\":2", "\"idempotencyKey\":");
    // A body that is no JSON has no rows: nobody could say what is to be kept of it.
    String broken = "[" + BODY;
    assertThat(served.post(address, broken, Hooks.standard("msg_3", NOW, broken)).status())
        .isEqualTo(400);
    unauthorized(served.post(address, bad, Hooks.standard("msg_1", NOW, events)));
    assertThat(served.get("/gps/quarantine").body()).contains("\"counts\":{\"open\":2");
  }

  @Test
  void aWebhookThatWasRemovedIsGoneAndADatasetThatWasRenamedKeepsItsOwn() throws Exception {
    applied(served.post(ADDRESS, BODY, Hooks.standard("msg_1", NOW, BODY)));
    sandbox.run("webhook", "remove", "gps", "shop").succeeded();
    untilRefused(2);
    served.close();
    sandbox.run("rename", "gps", "trips").succeeded();
    served = Served.of(sandbox);
    assertThat(
            served
                .post("/trips/webhook/github", BODY, Hooks.github("s3cret", "d-9", BODY))
                .status())
        .isEqualTo(200);
  }
}
