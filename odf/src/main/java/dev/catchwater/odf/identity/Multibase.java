package dev.catchwater.odf.identity;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.math.BigInteger;
import java.util.Base64;
import java.util.HexFormat;

/// Multibase text to bytes and back: base16, base64url and base58btc, the three that ODF readers
/// take.
final class Multibase {
  private static final String BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final int LENGTH_MAX = 256;

  private Multibase() {}

  static byte[] decode(String text) {
    if (text.isEmpty() || text.length() > LENGTH_MAX) {
      throw bad(text);
    }
    String body = text.substring(1);
    try {
      return switch (text.charAt(0)) {
        case 'f', 'F' -> HexFormat.of().parseHex(body);
        case 'u' -> Base64.getUrlDecoder().decode(body);
        case 'z' -> base58(body);
        default -> throw bad(text);
      };
    } catch (IllegalArgumentException e) {
      throw bad(text).withCause(e);
    }
  }

  private static byte[] base58(String body) {
    BigInteger value = BigInteger.ZERO;
    int zeros = 0;
    for (int i = 0; i < body.length(); i++) {
      int digit = BASE58.indexOf(body.charAt(i));
      if (digit < 0) {
        throw new IllegalArgumentException("not base58: " + body.charAt(i));
      }
      value = value.multiply(BigInteger.valueOf(58)).add(BigInteger.valueOf(digit));
      if (digit == 0 && value.signum() == 0) {
        zeros++;
      }
    }
    byte[] bytes = value.signum() == 0 ? new byte[0] : value.toByteArray();
    int skip = bytes.length > 0 && bytes[0] == 0 ? 1 : 0;
    byte[] result = new byte[zeros + bytes.length - skip];
    System.arraycopy(bytes, skip, result, zeros, bytes.length - skip);
    return result;
  }

  /// Bytes as base58btc without its prefix.
  static String toBase58(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    BigInteger value = new BigInteger(1, bytes);
    while (value.signum() > 0) {
      BigInteger[] parts = value.divideAndRemainder(BigInteger.valueOf(58));
      text.append(BASE58.charAt(parts[1].intValue()));
      value = parts[0];
    }
    for (int i = 0; i < bytes.length && bytes[i] == 0; i++) {
      text.append(BASE58.charAt(0));
    }
    return text.reverse().toString();
  }

  private static CatchwaterException bad(String text) {
    return CatchwaterException.of(
            ErrorCode.BAD_NAME,
            "Value '" + text.substring(0, Math.min(80, text.length())) + "' is not multibase")
        .withHint("base16 with prefix f, base64url with u or base58btc with z");
  }
}
