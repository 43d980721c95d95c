package dev.catchwater.ingest.live;

import dev.catchwater.ingest.PushRequest;
import dev.catchwater.odf.identity.Multihash;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// What recognizes the push at hand.
///
/// @param fingerprint what makes two pushes the same (design §7.18): SHA3-256 of the body and of
///   the parameters that change what becomes of it; null where nothing recognizes it
record Wanted(PushIdentity identity, byte @Nullable [] fingerprint) {
  static Wanted of(PushIdentity identity, PushRequest request) {
    boolean isKnown = identity.idempotencyKey() != null || identity.producer() != null;
    return new Wanted(
        identity,
        isKnown && !request.isDryRun() ? fingerprint(identity.bodyHash(), request) : null);
  }

  private static byte[] fingerprint(Multihash bodyHash, PushRequest request) {
    MessageDigest digest = Multihash.newSha3();
    digest.update(bodyHash.digest());
    String parameters =
        request.inputFormat()
            + "\0"
            + request.eventTime()
            + '\0'
            + request.isStrict()
            + '\0'
            + request.allowsEmpty()
            + (request.quarantine() == null ? "" : "\0quarantine");
    digest.update(parameters.getBytes(StandardCharsets.UTF_8));
    return digest.digest();
  }
}
