package dev.catchwater.server.hook;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.secret.SecretRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Checks requests of webhooks. Their definitions and secrets are looked at anew once a second, so
/// that adding, removing and changing of secrets needs no new start. Thread-safe.
public final class HookDesk {
  private static final long LOOK_NANOS = 1_000_000_000L;
  private static final byte[] NO_KEY = "no webhook".getBytes(StandardCharsets.UTF_8);

  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Map<String, String> environment;
  private final Map<DatasetId, Looked> known = new ConcurrentHashMap<>();

  /// The webhooks of a dataset as they were at a time.
  private record Looked(long at, List<Ready> webhooks) {}

  /// A webhook with its keys, or with what is wrong with them.
  private record Ready(Webhook webhook, List<byte[]> keys, String problem) {}

  /// A request that the sender signed.
  ///
  /// @param source the push source for its rows, null for the only one
  /// @param setsAside whether its bad rows are set aside
  /// @param key what the message is called: sent again, it is applied once
  /// @param challenge what Slack wants to have back, null where there are rows
  /// @param isPing whether it is GitHub's greeting, without rows
  public record Approved(
      @Nullable String source,
      boolean setsAside,
      String key,
      @Nullable String challenge,
      boolean isPing) {}

  /// @param nanos a clock that never jumps
  /// @param environment where variables with secrets are looked up
  public HookDesk(InstantSource clock, LongSupplier nanos, Map<String, String> environment) {
    this.clock = clock;
    this.nanos = nanos;
    this.environment = Map.copyOf(environment);
  }

  /// Checks a request. One to a webhook that there is not is treated as one with a bad signature,
  /// with the same work.
  ///
  /// @param dataset null where there is no such dataset
  /// @param name of the webhook, as the path has it
  /// @param bodyHash of the body as it came
  /// @throws BadSignature with the reason for the log
  public Approved approve(
      @Nullable Dataset dataset, String name, HookHead head, HookSource body, Multihash bodyHash)
      throws BadSignature, IOException {
    Ready ready = dataset == null ? null : find(dataset, name);
    if (ready == null) {
      try (InputStream in = body.open()) {
        HookScheme.mac(NO_KEY, "", in);
      }
      throw new BadSignature("There is no such webhook");
    }
    if (ready.keys().isEmpty()) {
      throw new BadSignature(ready.problem());
    }
    Webhook webhook = ready.webhook();
    HookSignature signature = HookSignature.of(webhook.scheme(), head);
    requireRight(signature, ready.keys(), body);
    // Behind the signature: only then the time is the sender's.
    Instant now = clock.instant();
    signature.requireFresh(now, webhook.tolerance());
    HookMessage message = HookMessage.of(webhook.name(), signature, bodyHash, lookedInto(body));
    return new Approved(
        webhook.source(),
        webhook.setsAside(),
        message.key(),
        message.challenge(),
        message.isPing());
  }

  private static void requireRight(HookSignature signature, List<byte[]> keys, HookSource body)
      throws BadSignature, IOException {
    boolean isRight = false;
    for (byte[] key : keys) {
      isRight |= signature.has(signature.expected(key, body));
    }
    if (!isRight) {
      throw new BadSignature(
          "No "
              + signature.scheme().word()
              + " signature of the request is one of "
              + (keys.size() == 1 ? "the secret" : "the " + keys.size() + " secrets")
              + " over its body (webhook explain looks for the reason in a captured request)");
    }
  }

  private static byte[] lookedInto(HookSource body) throws IOException {
    try (InputStream in = body.open()) {
      byte[] bytes = in.readNBytes(HookMessage.LOOKED_INTO_MAX + 1);
      return bytes.length > HookMessage.LOOKED_INTO_MAX ? new byte[0] : bytes;
    }
  }

  private @Nullable Ready find(Dataset dataset, String name) throws BadSignature {
    long now = nanos.getAsLong();
    Looked looked = known.get(dataset.id());
    if (looked == null || now - looked.at() >= LOOK_NANOS) {
      looked = new Looked(now, look(dataset));
      known.put(dataset.id(), looked);
    }
    for (Ready ready : looked.webhooks()) {
      if (ready.webhook().name().equals(name)) {
        return ready;
      }
    }
    return null;
  }

  private List<Ready> look(Dataset dataset) throws BadSignature {
    List<Webhook> defined;
    try {
      defined = new Webhooks(dataset).list();
    } catch (CatchwaterException e) {
      throw new BadSignature("The webhooks cannot be read: " + e.getMessage());
    }
    List<Ready> webhooks = new ArrayList<>();
    for (Webhook webhook : defined) {
      List<byte[]> keys = new ArrayList<>();
      String problem = "";
      for (SecretRef secret : webhook.secrets()) {
        try {
          keys.add(webhook.scheme().key(secret.resolve(environment)));
        } catch (CatchwaterException | BadSignature e) {
          // The others may do; where none does, the log has it.
          problem = String.valueOf(e.getMessage());
        }
      }
      webhooks.add(new Ready(webhook, keys, problem));
    }
    return webhooks;
  }
}
