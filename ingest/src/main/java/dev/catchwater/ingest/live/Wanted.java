package dev.catchwater.ingest.live;

import dev.catchwater.ingest.PushRequest;
import org.jspecify.annotations.Nullable;

/// What recognizes the push at hand.
///
/// @param fingerprint SHA3-256 of body and effective parameters; null where nothing recognizes it
record Wanted(PushIdentity identity, byte @Nullable [] fingerprint) {
  static Wanted of(PushIdentity identity, PushRequest request) {
    boolean isKnown = identity.idempotencyKey() != null || identity.producer() != null;
    return new Wanted(
        identity,
        isKnown && !request.isDryRun() ? Fingerprint.of(identity.bodyHash(), request) : null);
  }
}
