package dev.catchwater.server;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.server.access.AccessSettings;
import dev.catchwater.server.access.Tokens;
import dev.catchwater.server.http.Tls;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where a server may listen: on this machine without more; elsewhere only with tokens, and with
/// TLS unless somebody in front of it has that. Stateless.
final class Listening {
  private static final String LOOPBACK = "127.0.0.1";

  private Listening() {}

  /// Whom a server asks for a token: elsewhere than on this machine, everybody.
  ///
  /// @throws CatchwaterException `BAD_ARGUMENT` for an address that this machine has not, or one
  ///   that is reached from elsewhere where nothing encrypts
  static AccessSettings access(ServerSettings settings) {
    boolean isHere = isLoopback(settings.address());
    Encryption encryption = settings.encryption();
    if (!isHere && encryption.certificates() == null && !encryption.isPlainAllowed()) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT,
              "The server does not listen on "
                  + settings.address()
                  + " without TLS: tokens and rows could be read on the way")
          .withHint(
              "--tls-cert and --tls-key; or --insecure-http, where a proxy in front encrypts");
    }
    AccessSettings access = settings.access();
    return new AccessSettings(access.isRequired() || !isHere, access.publicNames());
  }

  /// Refuses to serve others where nobody could be told apart.
  ///
  /// @throws CatchwaterException `BAD_ARGUMENT`
  static void requireTokens(ServerSettings settings, Tokens tokens) {
    if (!isLoopback(settings.address()) && !tokens.hasAny()) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT,
              "The server would ask everyone on "
                  + settings.address()
                  + " for a token, and there is none that is valid")
          .withHint("catchwater token create NAME --scope append:DATASET");
    }
  }

  /// Where the figures are: nobody is asked for a token there, so never elsewhere.
  static String metricsAddress(ServerSettings settings) {
    return isLoopback(settings.address()) ? settings.address() : LOOPBACK;
  }

  private static boolean isLoopback(String address) {
    try {
      return InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT, "There is no address '" + address + "' on this machine")
          .withCause(e);
    }
  }

  /// The names that requests may be addressed to.
  static Set<String> hosts(ServerSettings settings, @Nullable Tls tls) {
    Set<String> hosts = new HashSet<>(settings.hosts());
    hosts.add("localhost");
    hosts.add(LOOPBACK);
    hosts.add("[::1]");
    hosts.add(inAddress(settings.address()));
    if (tls != null) {
      hosts.addAll(tls.names());
    }
    return hosts;
  }

  /// An address as it stands in a URL.
  static String inAddress(String address) {
    return address.indexOf(':') >= 0 ? "[" + address + "]" : address;
  }
}
