package dev.catchwater.server.hook;

import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a request with a right signature is: which message, and whether there are rows in it.
/// Immutable.
///
/// @param key the message's name among those of its webhook: a message that is sent again is
///   applied once
/// @param challenge what Slack wants to have back before it sends messages, null for a message
/// @param isPing whether it is GitHub's greeting, which has no event in it
record HookMessage(String key, @Nullable String challenge, boolean isPing) {
  /// Bodies up to here are looked into for the sender's id of the event.
  static final int LOOKED_INTO_MAX = 1 << 20;

  private static final int KEY_LENGTH_MAX = 128;

  /// @param webhook the name of the webhook
  /// @param bodyHash of the whole body
  /// @param body empty where it is larger than [#LOOKED_INTO_MAX]
  static HookMessage of(String webhook, HookSignature signature, Multihash bodyHash, byte[] body) {
    return switch (signature.scheme()) {
      case STANDARD ->
          new HookMessage(key(webhook, signature, bodyHash, signature.id()), null, false);
      case GITHUB ->
          new HookMessage(key(webhook, signature, bodyHash, signature.id()), null, isPing(body));
      case STRIPE ->
          new HookMessage(key(webhook, signature, bodyHash, text(fields(body), "id")), null, false);
      case SLACK -> {
        Tree.Fields fields = fields(body);
        boolean isChallenge = "url_verification".equals(text(fields, "type"));
        yield new HookMessage(
            key(webhook, signature, bodyHash, text(fields, "event_id")),
            isChallenge ? text(fields, "challenge") : null,
            false);
      }
    };
  }

  // By its own members, which are signed; the header X-GitHub-Event is not.
  private static boolean isPing(byte[] body) {
    Tree.Fields fields = fields(body);
    return fields != null
        && fields.fields().containsKey("zen")
        && fields.fields().containsKey("hook_id");
  }

  // Without an id of the sender's all that was signed is the name: the time and the body. Not the
  // signature, which a replay may put behind others.
  private static String key(
      String webhook, HookSignature signature, Multihash bodyHash, @Nullable String id) {
    String name = id == null || id.isEmpty() ? "signed:" + signature.before() + bodyHash : id;
    String key = "webhook:" + webhook + ":" + name;
    return isShortAndVisible(key)
        ? key
        : "webhook:" + Multihash.sha3(key.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isShortAndVisible(String key) {
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) <= ' ' || key.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return key.length() <= KEY_LENGTH_MAX;
  }

  private static Tree.@Nullable Fields fields(byte[] body) {
    return JsonTree.read(new String(body, StandardCharsets.UTF_8)) instanceof Tree.Fields fields
        ? fields
        : null;
  }

  private static @Nullable String text(Tree.@Nullable Fields fields, String name) {
    Tree value = fields == null ? null : fields.fields().get(name);
    return value instanceof Tree.Text text ? text.value() : null;
  }
}
