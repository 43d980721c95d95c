package dev.catchwater.server.hook;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Requests with signatures, among them those that the senders publish.
///
/// @param headers by their names in lower case
record Signed(HookScheme scheme, String secret, Map<String, String> headers, String body, long at) {
  /// The example of Standard Webhooks.
  static final Signed STANDARD =
      new Signed(
          HookScheme.STANDARD,
          "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
          Map.of(
              "webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek",
              "webhook-timestamp", "1614265330",
              "webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
          "{\"test\": 2432232314}",
          1_614_265_330);

  /// The example of GitHub's page on validating deliveries.
  static final Signed GITHUB =
      new Signed(
          HookScheme.GITHUB,
          "It's a Secret to Everybody",
          Map.of(
              "x-github-delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958",
              "x-hub-signature-256",
                  "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"),
          "Hello, World!",
          0);

  /// Stripe publishes no example with its secret; this one was made with Python's hmac.
  static final Signed STRIPE =
      new Signed(
          HookScheme.STRIPE,
          "whsec_test_secret",
          Map.of(
              "stripe-signature",
              "t=1492774577,v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39,"
                  + "v1=691252e266ce41cb94d709c84e9580d4172b117a510bbc81723f657d2cd5d215"),
          "{\"id\":\"evt_test\",\"object\":\"event\"}",
          1_492_774_577);

  /// The example of Slack's page on verifying requests.
  static final Signed SLACK =
      new Signed(
          HookScheme.SLACK,
          "8f742231b10e8888abcd99yyyzzz85a5",
          Map.of(
              "x-slack-request-timestamp", "1531420618",
              "x-slack-signature",
                  "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"),
          "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
              + "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
              + "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com"
              + "%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
              + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
          1_531_420_618);

  static final List<Signed> ALL = List.of(STANDARD, GITHUB, STRIPE, SLACK);

  /// The value of a header that it has.
  String header(String name) {
    return Objects.requireNonNull(headers.get(name));
  }

  Signed withHeader(String name, String value) {
    Map<String, String> changed = new TreeMap<>(headers);
    changed.put(name, value);
    return new Signed(scheme, secret, changed, body, at);
  }

  Signed withoutHeader(String name) {
    Map<String, String> changed = new TreeMap<>(headers);
    changed.remove(name);
    return new Signed(scheme, secret, changed, body, at);
  }

  Signed withBody(String other) {
    return new Signed(scheme, secret, headers, other, at);
  }

  Signed withSecret(String other) {
    return new Signed(scheme, other, headers, body, at);
  }

  HookHead head() {
    return HookHead.of(headers::get);
  }

  /// Checks it as the server does, `late` seconds after it was sent.
  void check(long late) throws BadSignature {
    HookSignature signature = HookSignature.of(scheme, head());
    try {
      byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
      String expected =
          signature.expected(scheme.key(secret), () -> new ByteArrayInputStream(bytes));
      if (!signature.has(expected)) {
        throw new BadSignature("not the signature");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    signature.requireFresh(Instant.ofEpochSecond(at + late), Duration.ofMinutes(5));
  }

  /// What was captured of it.
  CapturedRequest captured() {
    List<CapturedRequest.Header> list = new ArrayList<>();
    headers.forEach((name, value) -> list.add(new CapturedRequest.Header(name, value)));
    return CapturedRequest.of(list, body.getBytes(StandardCharsets.ISO_8859_1));
  }
}
