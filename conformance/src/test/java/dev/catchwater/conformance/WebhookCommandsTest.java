package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `webhook add|list|remove|explain`.
class WebhookCommandsTest {
  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    Hooks.secretFile(sandbox, "s", Hooks.SECRET + "\n");
  }

  private Outcome add(String... more) {
    String[] words = new String[more.length + 4];
    words[0] = "webhook";
    words[1] = "add";
    words[2] = "gps";
    words[3] = "shop";
    System.arraycopy(more, 0, words, 4, more.length);
    return sandbox.run(words);
  }

  @Test
  void webhooksAreKeptListedAndRemoved() {
    add("--scheme", "standard", "--secret", "file:s").succeeded().says("POST /gps/webhook/shop");
    add("--scheme", "github", "--secret", "file:s").refused().says("has a webhook", "--replace");
    sandbox
        .run(
            "webhook",
            "add",
            "gps",
            "slack",
            "--scheme",
            "slack",
            "--secret",
            "env:NEXT_SECRET",
            "--secret",
            "env:SECRET",
            "--source",
            "default",
            "--tolerance",
            "90s",
            "--on-error",
            "quarantine")
        .succeeded()
        .says("NEXT_SECRET is not set here");
    assertThat(sandbox.run("webhook", "list", "-o", "csv").succeeded().outLines())
        .containsExactly(
            "Dataset,Name,Scheme,Secrets,Source,On error,Tolerance",
            "gps,shop,standard,file:" + folder.resolve("s") + ",,reject,300s",
            "gps,slack,slack,env:NEXT_SECRET env:SECRET,default,quarantine,90s");
    sandbox.run("webhook", "rm", "gps", "shop").succeeded().says("Removed");
    sandbox.run("webhook", "remove", "gps", "shop").refused().says("has no webhook shop");
    assertThat(sandbox.run("webhook", "ls", "gps", "-o", "csv").outLines()).hasSize(2);
  }

  @Test
  void aWebhookOfASourceThatCanSetNothingAsideIsRefusedWhereItIsAdded() throws IOException {
    Sandbox state =
        Sandbox.with(
            Files.createDirectory(folder.resolve("state")),
            BadHttpTest.MANIFEST.replace(
                "kind: Append", "kind: Snapshot\n        primaryKey: [v]"));
    Hooks.secretFile(state, "s", Hooks.SECRET + "\n");
    String[] words = {
      "webhook",
      "add",
      "gps",
      "shop",
      "--scheme",
      "standard",
      "--secret",
      "file:s",
      "--on-error",
      "quarantine"
    };
    state.run(words).refused().says("would be retracted");
    assertThat(state.run("webhook", "list", "-o", "csv").outLines()).hasSize(1);
  }

  @Test
  void aWebhookThatWasAddedBeforeThereWasAChoiceRefusesBadRows() throws IOException {
    add("--scheme", "standard", "--secret", "file:s", "--on-error", "quarantine").succeeded();
    Path kept = null;
    for (String name : sandbox.files(folder.resolve(".catchwater")).keySet()) {
      kept = name.endsWith("/webhooks") ? folder.resolve(".catchwater").resolve(name) : kept;
    }
    String line = Files.readString(kept);
    assertThat(line).contains(",\"onError\":\"quarantine\"");
    Files.writeString(kept, line.replace(",\"onError\":\"quarantine\"", ""));
    assertThat(sandbox.run("webhook", "list", "-o", "csv").outLines().getLast())
        .endsWith(",reject,300s");
  }

  @Test
  void TH50_noSecretIsWrittenDownOrRepeated() throws IOException {
    add("--scheme", "standard", "--secret", "file:s").succeeded();
    add("--scheme", "standard", "--secret", Hooks.SECRET)
        .refused()
        .says("env:NAME")
        .doesNotSay("MfKQ9r8G");
    for (Map.Entry<String, Long> file : sandbox.files(folder.resolve(".catchwater")).entrySet()) {
      byte[] bytes = Files.readAllBytes(folder.resolve(".catchwater").resolve(file.getKey()));
      assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("MfKQ9r8G");
    }
    Files.setPosixFilePermissions(
        folder.resolve("s"), PosixFilePermissions.fromString("rw-r--r--"));
    add("--replace", "--scheme", "standard", "--secret", "file:s").refused().says("chmod 600");
  }

  @Test
  void whatCannotBeIsRefused() {
    add("--secret", "file:s").refused().says("Specify --scheme");
    add("--scheme", "standard").refused().says("Specify --secret");
    add("--scheme", "svix", "--secret", "file:s").misused();
    add("--scheme", "standard", "--secret", "file:nothing").refused().says("There is no file");
    add("--scheme", "standard", "--secret", "file:s", "--source", "x")
        .refused()
        .says("no push source x");
    add("--scheme", "standard", "--secret", "file:s", "--tolerance", "5")
        .refused()
        .says("with its unit");
    add("--scheme", "standard", "--secret", "file:s", "--tolerance", "2h").refused().says("1h");
    Hooks.secretFile(sandbox, "odd", "not base64!");
    add("--scheme", "standard", "--secret", "file:odd")
        .refused()
        .says("no base64")
        .doesNotSay("not base64!");
    sandbox
        .run("webhook", "add", "gps", "a/b", "--scheme", "slack", "--secret", "file:s")
        .refused()
        .says("name of a webhook");
    sandbox.run("webhook").misused().says("signature does not hold");
  }

  @Test
  void aCapturedRequestIsExplained() {
    String request =
        """
        POST /gps/webhook/shop HTTP/1.1
        Host: example.org
        webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek
        webhook-timestamp: 1614265330
        webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=

        {"test": 2432232314}\
        """;
    sandbox.file("r.http", request);
    Outcome right =
        sandbox.run(
            "webhook", "explain", "r.http", "--secret", "file:s", "--at", "2021-02-25T15:04:00Z");
    right.succeeded();
    assertThat(right.out())
        .contains(
            "scheme    standard\n",
            "signed    webhook-id.webhook-timestamp.body\n",
            "that is   msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}\n",
            "expected  g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\n",
            "The signature holds.\n")
        .doesNotContain("MfKQ9r8G");
    Outcome late = sandbox.run("webhook", "explain", "r.http", "--secret", "file:s");
    assertThat(late.exit()).isEqualTo(1);
    assertThat(late.out()).contains("- The signature is right. The request was sent");
    Outcome piped =
        sandbox.pipe(
            request.replace("\": ", "\":"),
            "webhook",
            "explain",
            "-",
            "--secret",
            "file:s",
            "--at",
            "2021-02-25T15:04:00Z");
    assertThat(piped.exit()).isEqualTo(1);
    assertThat(piped.out()).contains("the same JSON written differently");
  }

  @Test
  void aRequestInPartsIsExplained() {
    sandbox.file("body", "Hello, World!");
    Hooks.secretFile(sandbox, "g", "It's a Secret to Everybody");
    String header =
        "X-Hub-Signature-256:"
            + " sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    sandbox
        .run("webhook", "explain", "-H", header, "--body", "body", "--secret", "file:g")
        .succeeded();
    sandbox.run("webhook", "explain", "--secret", "file:g").refused().says("Specify a file");
    sandbox
        .run("webhook", "explain", "x", "--body", "body", "--secret", "file:g")
        .refused()
        .says("Specify a file");
    sandbox.run("webhook", "explain", "nothing", "--secret", "file:g").refused().says("no file");
    sandbox.run("webhook", "explain", "body").refused().says("Specify --secret");
    sandbox.run("webhook", "explain", "body", "--secret", "It's").refused().says("env:NAME");
  }
}
