package dev.catchwater.storage.transfer;

import dev.catchwater.odf.identity.DatasetName;

/// What a pull or push did. Immutable.
///
/// @param name of the dataset in this workspace
/// @param blocks how many blocks were copied; 0 means both sides were the same
/// @param bytes bytes of blocks, slices and checkpoints copied
/// @param isForced whether another history was replaced
/// @param mended objects that both sides' history has and that were missing or damaged here
public record TransferReport(
    DatasetName name, long blocks, long bytes, boolean isForced, long mended) {
  /// Whether anything changed.
  public boolean isUpdated() {
    return blocks > 0 || isForced || mended > 0;
  }
}
