package dev.catchwater.connectors.files;

import org.jspecify.annotations.Nullable;

/// Who asks S3. Immutable; prints without the secret.
///
/// @param session the token of credentials that end, or null
public record S3Credentials(String accessKey, String secretKey, @Nullable String session) {
  @Override
  public String toString() {
    return "S3Credentials[" + accessKey + "]";
  }
}
