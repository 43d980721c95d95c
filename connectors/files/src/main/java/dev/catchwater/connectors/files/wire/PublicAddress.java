package dev.catchwater.connectors.files.wire;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which addresses are those of the open internet (the special-purpose registries of IANA, RFC
/// 6890). Stateless.
final class PublicAddress {
  private static final byte[][] CARRIERS = {{0, 0x64, (byte) 0xff, (byte) 0x9b}, {0x20, 0x02}};

  private PublicAddress() {}

  /// Whether anyone may have it: no machine of this network, no test net, no group.
  static boolean isPublic(InetAddress address) {
    return !isNever(address) && !isPrivate(address);
  }

  /// Whether nothing that is asked for files is there: this machine's link, where clouds tell
  /// secrets (169.254.169.254, fd00:ec2::254), every machine at once, none at all.
  static boolean isNever(InetAddress address) {
    InetAddress carried = carried(address);
    if (carried != null) {
      return isNever(carried);
    }
    byte[] bytes = address.getAddress();
    return address.isLinkLocalAddress()
        || address.isMulticastAddress()
        || address.isAnyLocalAddress()
        || isAmazonsOwn(bytes)
        || (bytes.length == 4 && (bytes[0] == 0 || (bytes[0] & 0xff) >= 240))
        || isOracleOrAlibaba(bytes);
  }

  private static boolean isAmazonsOwn(byte[] bytes) {
    return bytes.length == 16
        && bytes[0] == (byte) 0xfd
        && bytes[1] == 0
        && bytes[2] == 0x0e
        && bytes[3] == (byte) 0xc2;
  }

  // 192.0.0.192 and 100.100.100.200 answer as 169.254.169.254 does.
  private static boolean isOracleOrAlibaba(byte[] bytes) {
    return Arrays.equals(bytes, new byte[] {(byte) 192, 0, 0, (byte) 192})
        || Arrays.equals(bytes, new byte[] {100, 100, 100, (byte) 200});
  }

  private static boolean isPrivate(InetAddress address) {
    InetAddress carried = carried(address);
    if (carried != null) {
      return isPrivate(carried);
    }
    if (address.isLoopbackAddress() || address.isSiteLocalAddress()) {
      return true;
    }
    byte[] bytes = address.getAddress();
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    if (address instanceof Inet4Address) {
      int third = bytes[2] & 0xff;
      return (first == 100 && (second & 0xc0) == 64)
          || (first == 192 && second == 0 && (third == 0 || third == 2))
          || (first == 198 && ((second & 0xfe) == 18 || (second == 51 && third == 100)))
          || (first == 203 && second == 0 && third == 113);
    }
    // Unique local ones have no test in the JDK; of the rest only 2000::/3 is given out.
    boolean isDocumentation =
        first == 0x20 && second == 1 && bytes[2] == 0x0d && bytes[3] == (byte) 0xb8;
    return (first & 0xe0) != 0x20 || isDocumentation;
  }

  /// The IPv4 address inside one of IPv6 that leads to it (NAT64, 6to4, compatible), or null.
  private static @Nullable InetAddress carried(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length != 16) {
      return null;
    }
    int at = -1;
    if (startsWith(bytes, CARRIERS[0])) {
      at = 12;
    } else if (startsWith(bytes, CARRIERS[1])) {
      at = 2;
    } else if (isZero(bytes, 12) && !isZero(bytes, 15)) {
      at = 12;
    }
    try {
      return at < 0 ? null : InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] prefix) {
    return Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static boolean isZero(byte[] bytes, int end) {
    for (int i = 0; i < end; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
