package dev.catchwater.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs as senders of webhooks do, by nothing but the JDK.
final class Hooks {
  /// The bytes behind it are those of `KEY`.
  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private static final byte[] KEY = Base64.getDecoder().decode(SECRET.substring(6));

  private Hooks() {}

  static byte[] mac(byte[] key, String signed) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The headers of a request of Standard Webhooks.
  static String[] standard(String id, Object time, String body) {
    return standard(KEY, id, time, body);
  }

  static String[] standard(byte[] key, String id, Object time, String body) {
    String mac = Base64.getEncoder().encodeToString(mac(key, id + "." + time + "." + body));
    return headers(
        "webhook-id", id, "webhook-timestamp", time.toString(), "webhook-signature", "v1," + mac);
  }

  static String[] github(String secret, String id, String body) {
    return headers("X-GitHub-Delivery", id, "X-Hub-Signature-256", "sha256=" + hex(secret, body));
  }

  static String[] stripe(String secret, Object time, String body) {
    return headers("Stripe-Signature", "t=" + time + ",v1=" + hex(secret, time + "." + body));
  }

  static String[] slack(String secret, Object time, String body) {
    return headers(
        "X-Slack-Request-Timestamp",
        time.toString(),
        "X-Slack-Signature",
        "v0=" + hex(secret, "v0:" + time + ":" + body));
  }

  private static String[] headers(String... more) {
    String[] all = new String[more.length + 2];
    all[0] = "Content-Type";
    all[1] = "application/json";
    System.arraycopy(more, 0, all, 2, more.length);
    return all;
  }

  private static String hex(String secret, String signed) {
    return HexFormat.of().formatHex(mac(secret.getBytes(StandardCharsets.UTF_8), signed));
  }

  /// A file with a secret that only its owner may read; returns the reference.
  static String secretFile(Sandbox sandbox, String name, String secret) {
    Path file = sandbox.folder().resolve(sandbox.file(name, secret));
    try {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "file:" + name;
  }
}
