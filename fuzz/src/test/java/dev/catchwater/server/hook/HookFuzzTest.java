package dev.catchwater.server.hook;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.catchwater.fuzz.Limits;
import dev.catchwater.odf.identity.Multihash;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Heads of webhooks, and captured requests: whatever they say, a signature holds only where what
/// was signed is what the senders' own examples have, and everything can be explained.
public class HookFuzzTest {
  private static final Instant AT = Instant.ofEpochSecond(1_614_265_330);
  private static final String SLACK =
      "v0:1531420618:token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
          + "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
          + "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com"
          + "%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
          + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

  /// The secrets of the senders' examples.
  private static final Map<HookScheme, String> SECRETS =
      Map.of(
          HookScheme.STANDARD, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
          HookScheme.GITHUB, "It's a Secret to Everybody",
          HookScheme.STRIPE, "whsec_test_secret",
          HookScheme.SLACK, "8f742231b10e8888abcd99yyyzzz85a5");

  private static final Set<String> SIGNED =
      Set.of(
          "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}",
          "Hello, World!",
          "1492774577.{\"id\":\"evt_test\",\"object\":\"event\"}",
          SLACK);

  @FuzzTest
  public void webhook(byte[] input) {
    Limits.hold(
        () -> {
          CapturedRequest request = CapturedRequest.parse("input", input);
          HookHead head = HookHead.of(request::header);
          for (Map.Entry<HookScheme, String> secret : SECRETS.entrySet()) {
            check(secret.getKey(), secret.getValue(), head, request.body());
            HookExplanation explanation =
                HookExplanation.of(request, List.of(secret.getValue()), AT, Duration.ofMinutes(5));
            if (explanation.isRight() != explanation.findings().isEmpty()) {
              throw new AssertionError("right and wrong: " + explanation);
            }
          }
        },
        Set.of());
  }

  private static void check(HookScheme scheme, String secret, HookHead head, byte[] body) {
    try {
      HookSignature signature = HookSignature.of(scheme, head);
      String expected =
          signature.expected(scheme.key(secret), () -> new ByteArrayInputStream(body));
      String signed = signature.before() + new String(body, StandardCharsets.ISO_8859_1);
      if (signature.has(expected) && !SIGNED.contains(signed)) {
        throw new AssertionError("holds, and nobody signed it: " + signed);
      }
      signature.requireFresh(AT, Duration.ofMinutes(5));
      HookMessage message = HookMessage.of("w", signature, Multihash.sha3(body), body);
      if (message.key().length() > 128) {
        throw new AssertionError("a long key: " + message.key());
      }
    } catch (BadSignature e) {
      if (e.getMessage().isEmpty()) {
        throw new AssertionError("refused without a word", e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
