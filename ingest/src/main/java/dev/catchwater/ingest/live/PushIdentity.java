package dev.catchwater.ingest.live;

import dev.catchwater.odf.identity.Multihash;
import org.jspecify.annotations.Nullable;

/// What makes a push that is sent again the same push. Immutable.
///
/// @param idempotencyKey the caller's name for this push, or null; scoped to the dataset and the
///   source
/// @param producer where it stands in the sequence of its producer, or null
/// @param bodyHash SHA3-256 of the bytes as they were received
public record PushIdentity(
    @Nullable String idempotencyKey, @Nullable Producer producer, Multihash bodyHash) {

  /// A push that nobody will recognize when it comes again.
  public static PushIdentity of(Multihash bodyHash) {
    return new PushIdentity(null, null, bodyHash);
  }
}
