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
import org.jspecify.annotations.Nullable;

/// What there is to say about the signature of a captured request. Immutable.
///
/// @param isRight whether a server would take it
/// @param facts what was found, in the order to be read: which scheme, what was signed, which
///   signature was expected, which came
/// @param findings what is wrong, with the smallest fix; empty where nothing is
public record HookExplanation(boolean isRight, List<Fact> facts, List<String> findings) {
  private static final int BODY_SHOWN_MAX = 200;

  private static final Map<HookScheme, String> SIGNED =
      Map.of(
          HookScheme.STANDARD, "webhook-id.webhook-timestamp.body",
          HookScheme.GITHUB, "the body alone",
          HookScheme.STRIPE, "the time of Stripe-Signature, a dot, the body",
          HookScheme.SLACK, "v0:X-Slack-Request-Timestamp:body");

  public HookExplanation {
    facts = List.copyOf(facts);
    findings = List.copyOf(findings);
  }

  /// Something that was found.
  public record Fact(String name, String value) {}

  /// Explains a request.
  ///
  /// @param secrets those that the webhook would be checked with
  /// @param at when it came in
  public static HookExplanation of(
      CapturedRequest request, List<String> secrets, Instant at, Duration tolerance) {
    return new Draft(request, secrets, at, tolerance).explain();
  }

  private static final class Draft {
    private final CapturedRequest request;
    private final List<String> secrets;
    private final Instant at;
    private final Duration tolerance;
    private final HookHead head;
    private final List<Fact> facts = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();

    Draft(CapturedRequest request, List<String> secrets, Instant at, Duration tolerance) {
      this.request = request;
      this.secrets = secrets;
      this.at = at;
      this.tolerance = tolerance;
      this.head = HookHead.of(request::header);
    }

    HookExplanation explain() {
      HookScheme scheme = scheme();
      if (scheme == null) {
        return withoutScheme();
      }
      facts.add(new Fact("scheme", scheme.word()));
      HookSignature signature;
      try {
        signature = HookSignature.of(scheme, head);
      } catch (BadSignature e) {
        findings.add(e.getMessage());
        search(scheme, before(scheme));
        return new HookExplanation(false, facts, findings);
      }
      boolean isRight = compare(signature);
      if (!isRight) {
        search(scheme, signature.before());
      }
      try {
        signature.requireFresh(at, tolerance);
      } catch (BadSignature e) {
        findings.add(isRight ? "The signature is right. " + e.getMessage() : e.getMessage());
      }
      return new HookExplanation(isRight && findings.isEmpty(), facts, findings);
    }

    private @Nullable HookScheme scheme() {
      for (HookScheme scheme : HookScheme.values()) {
        if (head.field(scheme.header()) != null) {
          return scheme;
        }
      }
      return null;
    }

    private boolean compare(HookSignature signature) {
      HookScheme scheme = signature.scheme();
      facts.add(new Fact("signed", String.valueOf(SIGNED.get(scheme))));
      facts.add(new Fact("that is", signature.before() + shownBody()));
      boolean isRight = false;
      for (String secret : secrets) {
        try {
          String expected =
              signature.expected(
                  scheme.key(secret), () -> new ByteArrayInputStream(request.body()));
          facts.add(new Fact("expected", expected));
          isRight |= signature.has(expected);
        } catch (BadSignature e) {
          findings.add(e.getMessage());
        } catch (IOException e) {
          throw new UncheckedIOException("bytes in memory cannot fail", e);
        }
      }
      for (String found : signature.found()) {
        facts.add(new Fact("found", found));
      }
      if (isRight) {
        findings.clear();
      }
      return isRight;
    }

    // As far as the head has it.
    private String before(HookScheme scheme) {
      return switch (scheme) {
        case STANDARD -> field(HookHead.ID) + "." + field(HookHead.TIMESTAMP) + ".";
        case GITHUB, STRIPE -> "";
        case SLACK -> "v0:" + field(HookHead.SLACK_TIMESTAMP) + ":";
      };
    }

    private String field(String name) {
      String value = head.field(name);
      return value == null ? "" : value;
    }

    private void search(HookScheme scheme, String before) {
      SignatureSearch search = new SignatureSearch(request);
      SignatureSearch.Made made = search.find(scheme, before, secrets);
      if (made != null) {
        findings.addAll(made.differences());
        if (made.differences().isEmpty()) {
          findings.add("The signature itself, in the header " + made.header() + ", is right");
        }
        return;
      }
      findings.addAll(request.notes());
      findings.add(
          search.hasAny()
              ? "No way of signing that is known here makes this signature with this secret. Most"
                  + " likely the secret is that of another webhook, or of before it was changed; or"
                  + " the body is not what was sent, byte for byte"
              : "Nothing in the headers looks like a signature");
    }

    private HookExplanation withoutScheme() {
      SignatureSearch search = new SignatureSearch(request);
      SignatureSearch.Made made = search.find(null, "", secrets);
      facts.add(new Fact("scheme", "none that is known here"));
      if (made == null) {
        findings.add(
            "None of the headers webhook-signature, X-Hub-Signature-256, Stripe-Signature and"
                + " X-Slack-Signature came, and no other has a signature made with this secret");
      } else {
        facts.add(new Fact("found", "in the header " + made.header() + ", as " + made.spelling()));
        findings.addAll(made.differences());
        findings.add(
            "The header "
                + made.header()
                + " has the "
                + made.algorithm().replace("Hmac", "HMAC-")
                + (made.differences().isEmpty() ? " of the body alone" : "")
                + ": a scheme of the sender's own, which the server does not check. Ask whether it"
                + " can send Standard Webhooks, or put something in front that signs so");
      }
      return new HookExplanation(false, facts, findings);
    }

    private String shownBody() {
      byte[] body = request.body();
      String text =
          new String(body, 0, Math.min(body.length, BODY_SHOWN_MAX), StandardCharsets.UTF_8);
      StringBuilder shown = new StringBuilder();
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        switch (c) {
          case '\n' -> shown.append("\\n");
          case '\r' -> shown.append("\\r");
          case '\t' -> shown.append("\\t");
          default -> shown.append(Character.isISOControl(c) ? '?' : c);
        }
      }
      return body.length <= BODY_SHOWN_MAX
          ? shown.toString()
          : shown + "… (" + body.length + " bytes in all)";
    }
  }
}
