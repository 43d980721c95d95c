package dev.catchwater.server.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is said about requests with the mistakes that are common.
class HookExplanationTest {
  private static final String ID = "msg_1";
  private static final String TIME = "1614265330";

  private static HookExplanation explained(Signed signed) {
    return HookExplanation.of(
        signed.captured(),
        List.of(signed.secret()),
        Instant.ofEpochSecond(signed.at()),
        Duration.ofMinutes(5));
  }

  private static byte[] mac(byte[] key, String signed) {
    return HookScheme.mac("HmacSHA256", key).doFinal(signed.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] key() {
    return Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  }

  /// A request of Standard Webhooks with this signature.
  private static Signed standard(String signature, String body) {
    return new Signed(
        HookScheme.STANDARD,
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        Map.of("webhook-id", ID, "webhook-timestamp", TIME, "webhook-signature", signature),
        body,
        1_614_265_330);
  }

  private static String v1(byte[] mac) {
    return "v1," + Base64.getEncoder().encodeToString(mac);
  }

  private static String said(Signed signed) {
    HookExplanation explanation = explained(signed);
    assertThat(explanation.isRight()).isFalse();
    return String.join("\n", explanation.findings());
  }

  @Test
  void theExamplesOfTheSendersAreRight() {
    for (Signed signed : Signed.ALL) {
      HookExplanation explanation = explained(signed);
      assertThat(explanation.isRight()).as("%s %s", signed, explanation).isTrue();
      assertThat(explanation.facts().getFirst().value()).isEqualTo(signed.scheme().word());
    }
    assertThat(explained(Signed.STANDARD).facts())
        .contains(
            new HookExplanation.Fact(
                "that is", "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}"),
            new HookExplanation.Fact("expected", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
  }

  @Test
  void BAD100_jsonThatWasWrittenAnewIsRecognized() {
    String front = ID + "." + TIME + ".";
    String came = "{\"a\":1,\"b\":[\"é\",null]}";
    assertThat(
            said(
                standard(
                    v1(mac(key(), front + "{\"a\": 1, \"b\": [\"\\u00e9\", null]}")), utf(came))))
        .contains("written differently (with spaces behind , and :)", "hand on the bytes");
    String pretty = "{\n  \"a\": 1,\n  \"b\": [\n    \"é\",\n    null\n  ]\n}";
    assertThat(said(standard(v1(mac(key(), front + pretty)), utf(came)))).contains("indented by 2");
    assertThat(said(standard(v1(mac(key(), front + came)), utf(pretty))))
        .contains("without spaces");
  }

  // As the bytes come over the wire.
  private static String utf(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  @Test
  void BAD100_otherSpellingsAreRecognized() {
    byte[] mac = mac(key(), ID + "." + TIME + ".{}");
    assertThat(said(standard("v1," + HexFormat.of().formatHex(mac), "{}")))
        .contains("spelled in hex; the scheme has base64");
    String url = Base64.getUrlEncoder().encodeToString(mac);
    String plain = Base64.getEncoder().encodeToString(mac);
    assertThat(said(standard("v1," + plain.replace("=", ""), "{}"))).contains("without its =");
    if (!url.equals(plain)) {
      assertThat(said(standard("v1," + url, "{}"))).contains("base64url");
    }
    assertThat(said(standard(plain, "{}")))
        .contains("has no v1 signature", "The signature itself, in the header webhook-signature");
    String github = Signed.GITHUB.header("x-hub-signature-256").substring(7);
    assertThat(
            said(
                Signed.GITHUB.withHeader(
                    "x-hub-signature-256", "sha256=" + github.toUpperCase(java.util.Locale.ROOT))))
        .contains("hex in capitals");
    assertThat(said(Signed.GITHUB.withHeader("x-hub-signature-256", github)))
        .contains("does not begin with sha256=", "is right");
  }

  @Test
  void BAD100_otherFormsOfTheSecretAreRecognized() {
    String signed = ID + "." + TIME + ".{}";
    byte[] text = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".getBytes(StandardCharsets.UTF_8);
    assertThat(said(standard(v1(mac(text, signed)), "{}"))).contains("was the text of the secret");
    byte[] bare = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".getBytes(StandardCharsets.UTF_8);
    assertThat(said(standard(v1(mac(bare, signed)), "{}"))).contains("without whsec_ in front");
    byte[] line = "It's a Secret to Everybody\n".getBytes(StandardCharsets.UTF_8);
    String hex = "sha256=" + HexFormat.of().formatHex(mac(line, "Hello, World!"));
    assertThat(said(Signed.GITHUB.withHeader("x-hub-signature-256", hex)))
        .contains("has an end of line behind it");
  }

  @Test
  void anEndOfLineTooManyIsRecognized() {
    assertThat(said(Signed.GITHUB.withBody("Hello, World!\n")))
        .contains("has no end of line behind it; this one has");
    String hex =
        HexFormat.of()
            .formatHex(mac(Signed.GITHUB.secret().getBytes(StandardCharsets.UTF_8), "x\r\n\n"));
    assertThat(
            said(
                Signed.GITHUB.withBody("x\n\n").withHeader("x-hub-signature-256", "sha256=" + hex)))
        .contains("No way of signing that is known here");
  }

  @Test
  void BAD100_timesThatAreOffAreNamed() {
    String millis = TIME + "000";
    Signed signed =
        new Signed(
            HookScheme.STANDARD,
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            Map.of(
                "webhook-id",
                ID,
                "webhook-timestamp",
                millis,
                "webhook-signature",
                v1(mac(key(), ID + "." + millis + ".{}"))),
            "{}",
            1_614_265_330);
    assertThat(said(signed)).contains("The signature is right", "looks like milliseconds");
    Signed seconds = standard(v1(mac(key(), ID + "." + millis + ".{}")), "{}");
    assertThat(said(seconds)).contains("id.timestamp.body, with msg_1 and 1614265330000");
    HookExplanation late =
        HookExplanation.of(
            Signed.SLACK.captured(),
            List.of(Signed.SLACK.secret()),
            Instant.ofEpochSecond(Signed.SLACK.at() + 3600),
            Duration.ofMinutes(5));
    assertThat(late.isRight()).isFalse();
    assertThat(late.findings()).singleElement().asString().contains("is right", "3600 s ago");
  }

  @Test
  void partsThatWereLeftOutAreNamed() {
    assertThat(said(standard(v1(mac(key(), TIME + ".{}")), "{}"))).contains("timestamp.body");
    assertThat(said(standard(v1(mac(key(), "{}")), "{}"))).contains("the body alone");
    assertThat(said(Signed.STANDARD.withoutHeader("webhook-id"))).contains("webhook-id is missing");
    assertThat(said(Signed.STANDARD.withHeader("webhook-id", "a.b"))).contains("'.'");
  }

  @Test
  void aSchemeOfTheSendersOwnIsDescribed() {
    byte[] key = "hush".getBytes(StandardCharsets.UTF_8);
    String mac = Base64.getEncoder().encodeToString(mac(key, "{\"id\":1}"));
    Signed shopify =
        new Signed(
            HookScheme.GITHUB, "hush", Map.of("x-shopify-hmac-sha256", mac), "{\"id\":1}", 0);
    assertThat(said(shopify))
        .contains("x-shopify-hmac-sha256 has the HMAC-SHA256 of the body alone", "does not check");
    byte[] sha1 =
        HookScheme.mac("HmacSHA1", key).doFinal("{\"id\":1}".getBytes(StandardCharsets.UTF_8));
    Signed old =
        new Signed(
            HookScheme.GITHUB,
            "hush",
            Map.of("x-hub-signature", "sha1=" + HexFormat.of().formatHex(sha1)),
            "{\"id\":1}",
            0);
    assertThat(said(old)).contains("It was made with HMAC-SHA1");
    Signed none = new Signed(HookScheme.GITHUB, "hush", Map.of("host", "x"), "{}", 0);
    assertThat(said(none)).contains("no other has a signature made with this secret");
  }

  @Test
  void anotherSecretIsTheLastThingThatIsSaid() {
    assertThat(said(Signed.STANDARD.withSecret("whsec_c2VjcmV0")))
        .contains("the secret is that of another webhook");
    assertThat(said(Signed.STRIPE.withSecret("x"))).doesNotContain("whsec_test_secret");
  }
}
