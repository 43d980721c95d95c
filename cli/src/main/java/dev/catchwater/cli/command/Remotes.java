package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.cli.config.Setting;
import dev.catchwater.cli.config.Settings;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.storage.Repositories;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.transfer.Replicator;
import java.util.Optional;

/// Addresses of datasets elsewhere as they are typed: a URL, or `repository/dataset`.
final class Remotes {
  private Remotes() {}

  /// Whether a word names a dataset elsewhere.
  static boolean isRemote(Workspace workspace, String reference) {
    // A name has no colon: what has one is an address, if only one that nothing is read from.
    boolean isAddress = reference.indexOf(':') >= 0 && !DatasetId.isDid(reference);
    return isAddress || new Repositories(workspace).resolve(reference).isPresent();
  }

  /// How many files are copied at once.
  static int parallel(Session session) {
    return (int) Math.min(64, new Settings(session).number(Setting.TRANSFER_PARALLEL));
  }

  /// The address, as it is remembered.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `BAD_ARGUMENT` if it is none we can use
  static String address(Workspace workspace, String reference) {
    Optional<String> found = new Repositories(workspace).resolve(reference);
    return Replicator.normalized(found.orElse(reference));
  }
}
