package dev.catchwater.storage.transfer;

import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.storage.Aliases;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.TransferListener;
import dev.catchwater.storage.Workspace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Copies datasets from and to ODF simple repositories.
@SuppressWarnings("DoNotCallSuggester")
public final class Replicator {

  /// How a pull or push goes.
  ///
  /// @param isForced whether a diverged history may be replaced
  /// @param isAliasKept whether the address is remembered for the next time
  public record Options(
      boolean isForced, boolean isAliasKept, LockWait lockWait, TransferListener listener) {}

  /// Copies for one workspace.
  public Replicator(Workspace workspace) {}

  /// Pulls from a `file://` or `http(s)://` address into the dataset of that name, which is made
  /// where it is missing.
  ///
  /// @param as the name here; null takes the dataset that has the address as pull alias, or else
  ///   the address's last segment
  public TransferReport pull(String url, @Nullable DatasetName as, Options options) {
    throw new UnsupportedOperationException("soon");
  }

  /// Pulls an existing dataset from the address remembered for it.
  public TransferReport pull(Dataset dataset, Options options) {
    throw new UnsupportedOperationException("soon");
  }

  /// Pushes to a `file://` address.
  ///
  /// @param url null takes the address remembered for it
  public TransferReport push(Dataset dataset, @Nullable String url, Options options) {
    throw new UnsupportedOperationException("soon");
  }

  /// The addresses a dataset is pulled from, in the order they were added.
  public static List<String> pullAliases(Dataset dataset) {
    return Aliases.of(dataset).pull();
  }

  /// The addresses a dataset is pushed to, in the order they were added.
  public static List<String> pushAliases(Dataset dataset) {
    return Aliases.of(dataset).push();
  }
}
