package dev.catchwater.ingest.live;

import dev.catchwater.ingest.PushRequest;
import dev.catchwater.odf.identity.Multihash;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// What makes two pushes the same (design §7.18): the bytes and the parameters that change what
/// becomes of them.
final class Fingerprint {
  private Fingerprint() {}

  static byte[] of(Multihash bodyHash, PushRequest request) {
    MessageDigest digest = Multihash.newSha3();
    digest.update(bodyHash.digest());
    String parameters =
        request.inputFormat()
            + "\0"
            + request.eventTime()
            + '\0'
            + request.isStrict()
            + '\0'
            + request.allowsEmpty();
    digest.update(parameters.getBytes(StandardCharsets.UTF_8));
    return digest.digest();
  }
}
