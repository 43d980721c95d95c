package dev.catchwater.server.hook;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the head of a request says about its signature, read as its scheme has it. Immutable.
///
/// @param id the sender's name for the message, null where the head has none
/// @param timestamp when it was sent, in seconds, null where the scheme has none
/// @param before what is signed in front of the body
/// @param found the signatures as they came, those of a key that is being replaced among them
record HookSignature(
    HookScheme scheme,
    @Nullable String id,
    @Nullable Long timestamp,
    String before,
    List<String> found) {
  private static final int TIMESTAMP_DIGITS_MAX = 18;
  // Seconds are past this in the year 5138; milliseconds were in 1973.
  private static final long SECONDS_MAX = 100_000_000_000L;

  HookSignature {
    found = List.copyOf(found);
  }

  /// Reads a head.
  ///
  /// @throws BadSignature naming what is missing or malformed
  static HookSignature of(HookScheme scheme, HookHead head) throws BadSignature {
    return switch (scheme) {
      case STANDARD -> standard(head);
      case GITHUB -> github(head);
      case STRIPE -> stripe(head);
      case SLACK -> slack(head);
    };
  }

  private static HookSignature standard(HookHead head) throws BadSignature {
    String id = required(head, HookHead.ID);
    String timestamp = required(head, HookHead.TIMESTAMP);
    String signatures = required(head, HookHead.SIGNATURE);
    if (id.isEmpty() || head.hasDottedId()) {
      throw new BadSignature("The header webhook-id is empty or has a '.' in it");
    }
    List<String> found = new ArrayList<>();
    boolean isAsymmetric = false;
    for (String signature : signatures.split(" ", -1)) {
      isAsymmetric |= signature.startsWith("v1a,");
      if (signature.startsWith("v1,")) {
        found.add(signature.substring(3));
      }
    }
    if (found.isEmpty()) {
      throw new BadSignature(
          isAsymmetric
              ? "The header webhook-signature has v1a signatures (Ed25519) only; v1 (HMAC-SHA256)"
                  + " is what is checked"
              : "The header webhook-signature has no v1 signature: v1,<base64>");
    }
    return new HookSignature(
        HookScheme.STANDARD,
        id,
        seconds(HookHead.TIMESTAMP, timestamp),
        id + "." + timestamp + ".",
        found);
  }

  private static HookSignature github(HookHead head) throws BadSignature {
    String signature = required(head, HookHead.GITHUB_SIGNATURE);
    if (!signature.startsWith("sha256=")) {
      throw new BadSignature("The header X-Hub-Signature-256 does not begin with sha256=");
    }
    return new HookSignature(
        HookScheme.GITHUB,
        head.field(HookHead.GITHUB_ID),
        null,
        "",
        List.of(signature.substring(7)));
  }

  private static HookSignature stripe(HookHead head) throws BadSignature {
    String header = required(head, HookHead.STRIPE_SIGNATURE);
    String timestamp = null;
    List<String> found = new ArrayList<>();
    for (String part : header.split(",", -1)) {
      String item = part.strip();
      if (item.startsWith("v1=")) {
        found.add(item.substring(3));
      } else if (item.startsWith("t=")) {
        if (timestamp != null) {
          throw new BadSignature("The header Stripe-Signature has two times");
        }
        timestamp = item.substring(2);
      }
    }
    if (timestamp == null || found.isEmpty()) {
      throw new BadSignature("The header Stripe-Signature has no t= or no v1=");
    }
    return new HookSignature(
        HookScheme.STRIPE, null, seconds("Stripe-Signature", timestamp), timestamp + ".", found);
  }

  private static HookSignature slack(HookHead head) throws BadSignature {
    String timestamp = required(head, HookHead.SLACK_TIMESTAMP);
    String signature = required(head, HookHead.SLACK_SIGNATURE);
    if (!signature.startsWith("v0=")) {
      throw new BadSignature("The header X-Slack-Signature does not begin with v0=");
    }
    return new HookSignature(
        HookScheme.SLACK,
        null,
        seconds(HookHead.SLACK_TIMESTAMP, timestamp),
        "v0:" + timestamp + ":",
        List.of(signature.substring(3)));
  }

  private static String required(HookHead head, String name) throws BadSignature {
    String value = head.field(name);
    if (value == null) {
      throw new BadSignature("The header " + name + " is missing");
    }
    return value;
  }

  private static Long seconds(String header, String text) throws BadSignature {
    boolean isNumber = !text.isEmpty() && text.length() <= TIMESTAMP_DIGITS_MAX;
    for (int i = 0; i < text.length() && isNumber; i++) {
      isNumber = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    if (!isNumber) {
      throw new BadSignature("The time in the header " + header + " is no number of seconds");
    }
    return Long.valueOf(text);
  }

  /// Refuses what was sent too long ago, or will be sent: it may be a replay.
  ///
  /// @param tolerance how far the time may be off, in either direction
  void requireFresh(Instant now, Duration tolerance) throws BadSignature {
    if (timestamp == null) {
      return;
    }
    if (timestamp > SECONDS_MAX) {
      throw new BadSignature(
          "The time of the request, "
              + timestamp
              + ", looks like milliseconds; the scheme has seconds since 1970: the sender is to"
              + " divide by 1000");
    }
    long late = now.getEpochSecond() - timestamp;
    if (Math.abs(late) > tolerance.toSeconds()) {
      throw new BadSignature(
          "The request was sent "
              + Math.abs(late)
              + (late > 0 ? " s ago" : " s in the future")
              + ", by its own time; up to "
              + tolerance.toSeconds()
              + " s are allowed (a replay, or a clock that is wrong)");
    }
  }

  /// The signature that a key makes, as it is written.
  String expected(byte[] key, HookSource body) throws IOException {
    try (InputStream in = body.open()) {
      return scheme.spelled(HookScheme.mac(key, before, in));
    }
  }

  /// Whether a signature that came is the right one. Takes the same time whatever is in it.
  boolean has(String expected) {
    byte[] right = expected.getBytes(StandardCharsets.UTF_8);
    boolean isRight = false;
    for (String signature : found) {
      isRight |= MessageDigest.isEqual(right, signature.getBytes(StandardCharsets.UTF_8));
    }
    return isRight;
  }
}
