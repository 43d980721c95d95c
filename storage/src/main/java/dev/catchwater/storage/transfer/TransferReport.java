package dev.catchwater.storage.transfer;

import dev.catchwater.odf.identity.DatasetName;

/// What a pull or push did. Immutable.
///
/// @param name of the dataset in this workspace
/// @param blocks how many blocks were copied; 0 means both sides were the same
/// @param bytes bytes of blocks, slices and checkpoints copied
/// @param isForced whether another history was replaced
public record TransferReport(DatasetName name, long blocks, long bytes, boolean isForced) {
  /// Whether anything changed.
  public boolean isUpdated() {
    return blocks > 0 || isForced;
  }
}
