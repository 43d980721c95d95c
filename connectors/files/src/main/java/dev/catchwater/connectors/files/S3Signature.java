package dev.catchwater.connectors.files;

import dev.catchwater.connectors.files.wire.Wire;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Amazon's signature of a request without a body, version 4 ("Authenticating Requests: Using the
/// Authorization Header" in the reference of S3). Stateless.
final class S3Signature {
  private static final String NO_BODY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private S3Signature() {}

  /// The fields of the head that are to be sent, those that were given among them.
  static Map<String, String> sign(
      URI uri, Map<String, String> given, S3Credentials who, String region, Instant now) {
    String time = TIME.format(now);
    String day = time.substring(0, 8);
    Map<String, String> heads = new TreeMap<>();
    for (Map.Entry<String, String> head : given.entrySet()) {
      heads.put(head.getKey().toLowerCase(Locale.ROOT), head.getValue());
    }
    heads.put("x-amz-content-sha256", NO_BODY);
    heads.put("x-amz-date", time);
    if (who.session() != null) {
      heads.put("x-amz-security-token", who.session());
    }
    Map<String, String> seen = new TreeMap<>(heads);
    seen.put("host", Wire.hostOf(uri));
    String names = String.join(";", seen.keySet());
    StringBuilder request = new StringBuilder("GET\n");
    String path = uri.getRawPath();
    request.append(path == null || path.isEmpty() ? "/" : path).append('\n');
    request.append(query(uri)).append('\n');
    for (Map.Entry<String, String> head : seen.entrySet()) {
      request.append(head.getKey()).append(':').append(head.getValue()).append('\n');
    }
    request.append('\n').append(names).append('\n').append(NO_BODY);
    String scope = day + "/" + region + "/s3/aws4_request";
    String text =
        ALGORITHM + "\n" + time + "\n" + scope + "\n" + HexFormat.of().formatHex(sha(request));
    byte[] key = mac(("AWS4" + who.secretKey()).getBytes(StandardCharsets.UTF_8), day);
    byte[] signature = mac(mac(mac(mac(key, region), "s3"), "aws4_request"), text);
    heads.put(
        "Authorization",
        ALGORITHM
            + " Credential="
            + who.accessKey()
            + "/"
            + scope
            + ", SignedHeaders="
            + names
            + ", Signature="
            + HexFormat.of().formatHex(signature));
    return heads;
  }

  private static String query(URI uri) {
    if (uri.getRawQuery() == null) {
      return "";
    }
    String[] parts = uri.getRawQuery().split("&", -1);
    for (int i = 0; i < parts.length; i++) {
      parts[i] = parts[i].indexOf('=') < 0 ? parts[i] + "=" : parts[i];
    }
    Arrays.sort(parts);
    return String.join("&", parts);
  }

  private static byte[] sha(CharSequence text) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(text.toString().getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] mac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
