package dev.catchwater.server.hook;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The headers of a request that any scheme looks at. All of them are read of every request, so
/// that an answer does not tell which scheme a webhook has, or whether there is one. Immutable.
public final class HookHead {
  static final String ID = "webhook-id";
  static final String TIMESTAMP = "webhook-timestamp";
  static final String SIGNATURE = "webhook-signature";
  static final String GITHUB_SIGNATURE = "x-hub-signature-256";
  static final String GITHUB_ID = "x-github-delivery";
  static final String STRIPE_SIGNATURE = "stripe-signature";
  static final String SLACK_SIGNATURE = "x-slack-signature";
  static final String SLACK_TIMESTAMP = "x-slack-request-timestamp";

  // Svix, which Standard Webhooks came from, says svix- where the standard says webhook-.
  private static final String[] NAMES = {
    ID,
    TIMESTAMP,
    SIGNATURE,
    "svix-id",
    "svix-timestamp",
    "svix-signature",
    GITHUB_SIGNATURE,
    GITHUB_ID,
    STRIPE_SIGNATURE,
    SLACK_SIGNATURE,
    SLACK_TIMESTAMP
  };

  private final Map<String, String> fields;

  private HookHead(Map<String, String> fields) {
    this.fields = fields;
  }

  /// The head of a request.
  ///
  /// @param headers the value of a header by its name in lower case, null where it did not come;
  ///   what it throws for one that came twice is thrown on
  public static HookHead of(Function<String, @Nullable String> headers) {
    Map<String, String> fields = new TreeMap<>();
    for (String name : NAMES) {
      String value = headers.apply(name);
      if (value != null) {
        fields.put(name, value);
      }
    }
    for (String name : new String[] {ID, TIMESTAMP, SIGNATURE}) {
      String other = fields.remove(name.replace("webhook", "svix"));
      if (other != null) {
        fields.putIfAbsent(name, other);
      }
    }
    return new HookHead(Map.copyOf(fields));
  }

  /// The value of a header by its name in lower case, null where it did not come.
  @Nullable String field(String name) {
    return fields.get(name.toLowerCase(Locale.ROOT));
  }

  /// The same with another value of a header.
  HookHead with(String name, String value) {
    Map<String, String> changed = new TreeMap<>(fields);
    changed.put(name, value);
    return new HookHead(Map.copyOf(changed));
  }

  /// Whether the id of a message has the character that stands between the parts of what is signed:
  /// two requests could then have the same signature (reliability TH13).
  public boolean hasDottedId() {
    String id = fields.get(ID);
    return id != null && id.indexOf('.') >= 0;
  }
}
