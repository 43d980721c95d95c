package dev.catchwater.ingest.live;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.Slices;

/// Finds the block whose slice has a row.
final class BlockOfRow {
  private BlockOfRow() {}

  /// The newest blocks are looked at first.
  ///
  /// @throws CatchwaterException `OBJECT_NOT_FOUND` if no block has it (any more)
  static Multihash find(Dataset dataset, long offset) {
    for (HashedBlock block : dataset.blocks()) {
      DataSlice slice = Slices.of(block.block().event());
      if (slice != null && slice.offsetStart() <= offset) {
        if (slice.offsetEnd() >= offset) {
          return block.hash();
        }
        break;
      }
    }
    throw CatchwaterException.of(
        ErrorCode.OBJECT_NOT_FOUND, "No block of " + dataset.name() + " has offset " + offset);
  }
}
