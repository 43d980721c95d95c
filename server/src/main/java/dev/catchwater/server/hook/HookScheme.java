package dev.catchwater.server.hook;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// How a sender signs: all of them by HMAC-SHA256 over the bytes of the body as they are sent, with
/// other words in front, other spellings and other headers. Stateless.
///
/// The rules are those that the senders publish: the specification of Standard Webhooks 1.0, and
/// the pages on verifying signatures of GitHub, Stripe and Slack.
public enum HookScheme {
  /// `webhook-signature: v1,<base64>` over `id.timestamp.body`; secrets are base64 behind `whsec_`.
  STANDARD(HookHead.SIGNATURE),
  /// `X-Hub-Signature-256: sha256=<hex>` over the body alone.
  GITHUB(HookHead.GITHUB_SIGNATURE),
  /// `Stripe-Signature: t=…,v1=<hex>` over `timestamp.body`; `whsec_` is part of the secret.
  STRIPE(HookHead.STRIPE_SIGNATURE),
  /// `X-Slack-Signature: v0=<hex>` over `v0:timestamp:body`.
  SLACK(HookHead.SLACK_SIGNATURE);

  static final String SECRET_PREFIX = "whsec_";

  private final String header;

  HookScheme(String header) {
    this.header = header;
  }

  /// The word for it in commands and files.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The scheme of a word, or null.
  public static @Nullable HookScheme find(String word) {
    for (HookScheme scheme : values()) {
      if (scheme.word().equals(word)) {
        return scheme;
      }
    }
    return null;
  }

  /// The header that its signatures are in, lower case.
  String header() {
    return header;
  }

  /// Whether a request says when it was sent, so that an old one can be refused.
  public boolean hasTimestamp() {
    return this != GITHUB;
  }

  /// The key that a secret stands for.
  ///
  /// @throws BadSignature where a secret of Standard Webhooks is none
  public byte[] key(String secret) throws BadSignature {
    if (this != STANDARD) {
      return secret.getBytes(StandardCharsets.UTF_8);
    }
    String text =
        secret.startsWith(SECRET_PREFIX) ? secret.substring(SECRET_PREFIX.length()) : secret;
    if (secret.startsWith("whpk_") || secret.startsWith("whsk_")) {
      throw new BadSignature(
          "The secret is a key of v1a signatures (Ed25519); only v1 signatures (HMAC-SHA256) are"
              + " checked, their secrets begin with whsec_");
    }
    try {
      byte[] key = Base64.getDecoder().decode(text);
      if (key.length > 0) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      // Said below, as for one that is empty.
    }
    throw new BadSignature(
        "The secret is no base64: those of Standard Webhooks are whsec_ and base64 behind it");
  }

  /// How a signature is written.
  String spelled(byte[] mac) {
    return this == STANDARD
        ? Base64.getEncoder().encodeToString(mac)
        : HexFormat.of().formatHex(mac);
  }

  /// The HMAC-SHA256 of what is signed.
  ///
  /// @param before what stands in front of the body
  static byte[] mac(byte[] key, String before, InputStream body) throws IOException {
    Mac mac = mac("HmacSHA256", key);
    mac.update(before.getBytes(StandardCharsets.UTF_8));
    byte[] buffer = new byte[16 << 10];
    for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
      mac.update(buffer, 0, count);
    }
    return mac.doFinal();
  }

  static Mac mac(String algorithm, byte[] key) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key, algorithm));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(algorithm + " is in every Java", e);
    }
  }
}
