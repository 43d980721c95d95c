package dev.catchwater.server.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The schemes of signatures against what their senders publish.
class HookSignatureTest {
  @Test
  void theExamplesOfTheSendersHold() throws BadSignature {
    for (Signed signed : Signed.ALL) {
      signed.check(0);
    }
  }

  /// Every text with one character changed to others: its bits, one at a time.
  private static List<String> flips(String text) {
    List<String> flips = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      for (int bit = 0; bit < 7; bit++) {
        char[] chars = text.toCharArray();
        chars[i] ^= (char) (1 << bit);
        flips.add(new String(chars));
      }
    }
    return flips;
  }

  @Test
  void TH11_noByteOfTheBodyMayChange() {
    for (Signed signed : Signed.ALL) {
      for (String body : flips(signed.body())) {
        assertRefused(signed.withBody(body));
      }
      assertRefused(signed.withBody(signed.body() + "\n"));
      assertRefused(signed.withBody(""));
    }
  }

  @Test
  void TH11_noByteOfWhatIsSignedInTheHeadersMayChange() {
    for (Signed signed : Signed.ALL) {
      for (Map.Entry<String, String> header : signed.headers().entrySet()) {
        // GitHub does not sign its id, and Stripe's v0 is a scheme that nobody checks.
        if (!header.getKey().equals("x-github-delivery")) {
          for (String value : flips(header.getValue())) {
            boolean isOfV0 =
                signed.scheme() == HookScheme.STRIPE
                    && value.startsWith("t=1492774577,")
                    && value.endsWith(header.getValue().substring(80));
            if (!isOfV0) {
              assertRefused(signed.withHeader(header.getKey(), value));
            }
          }
        }
      }
    }
  }

  @Test
  void TH11_aMissingHeaderOrAnotherSecretIsRefused() {
    for (Signed signed : Signed.ALL) {
      for (String name : signed.headers().keySet()) {
        if (!name.equals("x-github-delivery")) {
          assertRefused(signed.withoutHeader(name));
        }
      }
      assertRefused(signed.withSecret("whsec_c2VjcmV0LW9mLXNvbWVib2R5LWVsc2U="));
    }
  }

  private static void assertRefused(Signed signed) {
    assertThatThrownBy(() -> signed.check(0)).as("%s", signed).isInstanceOf(BadSignature.class);
  }

  @Test
  void TH11_theTimeMayBeFiveMinutesOffInEitherDirection() throws BadSignature {
    for (Signed signed : List.of(Signed.STANDARD, Signed.STRIPE, Signed.SLACK)) {
      signed.check(300);
      signed.check(-300);
      assertThatThrownBy(() -> signed.check(301)).hasMessageContaining("301 s ago");
      assertThatThrownBy(() -> signed.check(-301)).hasMessageContaining("301 s in the future");
    }
    Signed.GITHUB.check(1_000_000_000);
  }

  @Test
  void TH13_aDotInAnIdIsSeenAndAsymmetricSignaturesAreRefused() {
    Signed dotted = Signed.STANDARD.withHeader("webhook-id", "msg_1.1614265330");
    assertThat(dotted.head().hasDottedId()).isTrue();
    assertThat(Signed.STANDARD.head().hasDottedId()).isFalse();
    assertRefused(dotted);
    String right = Signed.STANDARD.header("webhook-signature").substring(3);
    assertThatThrownBy(
            () -> Signed.STANDARD.withHeader("webhook-signature", "v1a," + right).check(0))
        .hasMessageContaining("v1a");
    assertThatThrownBy(() -> Signed.STANDARD.withSecret("whpk_AAAA").check(0))
        .hasMessageContaining("Ed25519");
  }

  @Test
  void BAD100_oneRightSignatureOfSeveralIsEnough() throws BadSignature {
    String right = Signed.STANDARD.header("webhook-signature");
    String wrong = "v1," + "A".repeat(43) + "=";
    Signed.STANDARD.withHeader("webhook-signature", wrong + " " + right).check(0);
    Signed.STANDARD.withHeader("webhook-signature", right + " v1a,xx " + wrong).check(0);
    assertRefused(Signed.STANDARD.withHeader("webhook-signature", wrong + " " + wrong));
    String stripe = Signed.STRIPE.header("stripe-signature");
    Signed.STRIPE.withHeader("stripe-signature", stripe + ",v1=" + "0".repeat(64)).check(0);
  }

  @Test
  void BAD100_aSignatureInAnotherSpellingIsRefused() {
    String right = Signed.STANDARD.header("webhook-signature");
    String url = right.replace('+', '-').replace('/', '_');
    assertRefused(Signed.STANDARD.withHeader("webhook-signature", url));
    assertRefused(Signed.STANDARD.withHeader("webhook-signature", right.replace("=", "")));
    String hex = "834" + "0".repeat(61);
    assertRefused(Signed.STANDARD.withHeader("webhook-signature", "v1," + hex));
    String github = Signed.GITHUB.header("x-hub-signature-256");
    String capitals = "sha256=" + github.substring(7).toUpperCase(java.util.Locale.ROOT);
    assertRefused(Signed.GITHUB.withHeader("x-hub-signature-256", capitals));
  }

  @Test
  void BAD100_millisecondsAreNamed() {
    Signed signed = Signed.STANDARD.withHeader("webhook-timestamp", "1614265330000");
    assertThatThrownBy(() ->
            HookSignature.of(HookScheme.STANDARD, signed.head())
                .requireFresh(
                    java.time.Instant.ofEpochSecond(1_614_265_330),
                    java.time.Duration.ofMinutes(5)))
        .hasMessageContaining("milliseconds");
    for (String odd : new String[] {"", "+1614265330", "1614265330.0", "1".repeat(19), "١٢"}) {
      assertRefused(Signed.STANDARD.withHeader("webhook-timestamp", odd));
    }
  }

  @Test
  void svixIsTheSameUnderItsOwnNames() throws BadSignature {
    Signed svix = Signed.STANDARD;
    for (String name : List.of("id", "timestamp", "signature")) {
      svix =
          svix.withoutHeader("webhook-" + name)
              .withHeader("svix-" + name, Signed.STANDARD.header("webhook-" + name));
    }
    svix.check(0);
    assertThat(svix.withHeader("svix-id", "a.b").head().hasDottedId()).isTrue();
  }

  @Test
  void aSecretOfStandardWebhooksMayLackItsPrefix() throws BadSignature {
    Signed.STANDARD.withSecret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").check(0);
    assertThatThrownBy(() -> Signed.STANDARD.withSecret("no base64!").check(0))
        .hasMessageContaining("no base64")
        .hasMessageNotContaining("no base64!");
    assertRefused(Signed.STANDARD.withSecret("whsec_"));
  }
}
