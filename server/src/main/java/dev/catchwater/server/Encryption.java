package dev.catchwater.server;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How a server keeps what is sent from being read on the way. Immutable.
///
/// @param certificates PEM file of TLS, null for plain HTTP
/// @param key PEM file with the key of the certificate, null for plain HTTP
/// @param isPlainAllowed whether plain HTTP may be spoken on an address that is not of this machine
///   alone: somebody in front of the server encrypts
public record Encryption(@Nullable Path certificates, @Nullable Path key, boolean isPlainAllowed) {

  /// Plain HTTP, which never leaves this machine.
  public static Encryption none() {
    return new Encryption(null, null, false);
  }
}
