package dev.catchwater.server.access;

import dev.catchwater.odf.identity.DatasetName;
import java.util.Set;

/// Whom a server asks for a token. Immutable.
///
/// @param isRequired whether a caller without a token may do nothing but read what is public
/// @param publicNames of datasets that everyone may read
public record AccessSettings(boolean isRequired, Set<DatasetName> publicNames) {

  public AccessSettings {
    publicNames = Set.copyOf(publicNames);
  }

  /// Whoever reaches the server may do everything: right on this machine alone.
  public static AccessSettings open() {
    return new AccessSettings(false, Set.of());
  }
}
