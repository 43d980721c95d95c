package dev.catchwater.connectors.files.wire;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/// Which machines may be connected to. A person at a command line reaches what the machine reaches;
/// a server reaches the hosts that its owner listed, for whoever may push there could else read
/// through it what only the server can see (reliability TH31). Immutable.
public final class Reach {
  private final boolean isLimited;
  private final List<String> hosts;
  private final boolean isPrivateAllowed;

  private Reach(boolean isLimited, List<String> hosts, boolean isPrivateAllowed) {
    this.isLimited = isLimited;
    this.hosts = List.copyOf(hosts);
    this.isPrivateAllowed = isPrivateAllowed;
  }

  /// Every machine.
  public static Reach everywhere() {
    return new Reach(false, List.of(), true);
  }

  /// The listed hosts, each as it stands in an address.
  ///
  /// @param isPrivateAllowed whether they may lie in this network; the addresses where clouds keep
  ///   the secrets of a machine are refused all the same
  public static Reach only(List<String> hosts, boolean isPrivateAllowed) {
    return new Reach(true, hosts, isPrivateAllowed);
  }

  /// Whether an answer may send us elsewhere.
  boolean followsRedirects() {
    return !isLimited;
  }

  /// The addresses of a host, each of them looked at. The caller connects to these and does not ask
  /// for the name again.
  ///
  /// @throws CatchwaterException `TARGET_NOT_ALLOWED`, `REMOTE_UNAVAILABLE`
  InetAddress[] resolve(String host) {
    if (isLimited && !isListed(host)) {
      throw CatchwaterException.of(
              ErrorCode.TARGET_NOT_ALLOWED, "This server takes no files from " + host)
          .withHint("its owner lists hosts in the setting connectors.hosts");
    }
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      throw CatchwaterException.of(ErrorCode.REMOTE_UNAVAILABLE, "There is no host " + host)
          .withCause(e);
    }
    for (InetAddress address : addresses) {
      if (isLimited && !isAllowed(address)) {
        throw CatchwaterException.of(
                ErrorCode.TARGET_NOT_ALLOWED, "The host " + host + " lies where no files are taken")
            .withHint("connectors.private-addresses allows those of private networks");
      }
    }
    return addresses;
  }

  private boolean isListed(String host) {
    String asked = host.toLowerCase(Locale.ROOT);
    for (String listed : hosts) {
      if (listed.toLowerCase(Locale.ROOT).equals(asked)) {
        return true;
      }
    }
    return false;
  }

  private boolean isAllowed(InetAddress address) {
    return isPrivateAllowed ? !PublicAddress.isNever(address) : PublicAddress.isPublic(address);
  }
}
