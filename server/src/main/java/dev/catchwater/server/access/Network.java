package dev.catchwater.server.access;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Addresses with the same first bits, `192.0.2.0/24` or `2001:db8::/32`. Immutable.
public final class Network {
  private final String text;
  private final byte[] prefix;
  private final int bits;

  private Network(String text, byte[] prefix, int bits) {
    this.text = text;
    this.prefix = prefix;
    this.bits = bits;
  }

  /// Reads one; a single address is a network of its own.
  ///
  /// @throws CatchwaterException `BAD_ARGUMENT`
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = bytes(slash < 0 ? text : text.substring(0, slash));
    int bits = address == null || slash < 0 ? -1 : number(text.substring(slash + 1));
    if (address == null || bits > address.length * 8 || (slash >= 0 && bits < 0)) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT, "'" + text + "' is no network of addresses")
          .withHint("such as 192.0.2.0/24, 2001:db8::/32, or one address");
    }
    return new Network(text, address, slash < 0 ? address.length * 8 : bits);
  }

  private static int number(String text) {
    try {
      return text.startsWith("+") ? -1 : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /// The bytes of an address, null for what is none. Asks no name server.
  static byte @Nullable [] bytes(String address) {
    int zone = address.indexOf('%');
    String bare = zone < 0 ? address : address.substring(0, zone);
    String text =
        bare.startsWith("[") && bare.endsWith("]") ? bare.substring(1, bare.length() - 1) : bare;
    try {
      return InetAddress.ofLiteral(text).getAddress();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /// Whether an address is in it; no for what is no address.
  public boolean contains(String address) {
    byte[] given = bytes(address);
    if (given == null || given.length != prefix.length) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >>> (i & 7);
      if (((given[i >> 3] ^ prefix[i >> 3]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return text;
  }
}
