package dev.catchwater.connectors.files;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/// What may be told of the address of a file. Stateless.
public final class FileAddress {
  private static final int HASH_DIGITS = 16;

  private FileAddress() {}

  /// The address without what stands behind a `?` where it is one of the web: its end is the name
  /// of the file.
  public static String name(String address) {
    int query = query(address);
    return query < 0 ? address : address.substring(0, query);
  }

  /// The address as it is remembered and told: what stands behind a `?` may be a secret, as in
  /// addresses that are signed, so that a part of its hash stands there.
  static String shown(String address) {
    int query = query(address);
    if (query < 0) {
      return address;
    }
    byte[] hash = sha256().digest(address.substring(query).getBytes(StandardCharsets.UTF_8));
    return name(address) + "?" + HexFormat.of().formatHex(hash).substring(0, HASH_DIGITS);
  }

  // Keys of S3 and names of HDFS may have a question mark.
  private static int query(String address) {
    String scheme = address.substring(0, Math.min(address.length(), 8)).toLowerCase(Locale.ROOT);
    boolean isWeb = scheme.startsWith("http://") || scheme.startsWith("https://");
    return isWeb ? address.indexOf('?') : -1;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
