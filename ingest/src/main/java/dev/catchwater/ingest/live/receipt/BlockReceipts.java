package dev.catchwater.ingest.live.receipt;

import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.receipt.ReceiptRoot;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import java.util.ArrayList;
import java.util.List;

/// A block of the chain that has the root of receipts.
///
/// @param hash of the block
record BlockReceipts(Multihash hash, ReceiptRoot root) {

  /// The blocks whose receipts are `number` or later ones, oldest first.
  ///
  /// @param firstOffset blocks whose rows all lie before it are not looked at, nor those before
  static List<BlockReceipts> since(Dataset chain, long number, long firstOffset) {
    List<BlockReceipts> found = new ArrayList<>();
    for (HashedBlock block : chain.blocks()) {
      if (!(block.block().event() instanceof AddData data)) {
        continue;
      }
      DataSlice slice = data.newData();
      ReceiptRoot root = ReceiptRoot.of(data.extra());
      if (root != null && root.first() >= number) {
        found.addFirst(new BlockReceipts(block.hash(), root));
      } else if (root != null || (slice != null && slice.offsetEnd() < firstOffset)) {
        break;
      }
    }
    return found;
  }

  /// Whether a block is in the chain that ends in the head.
  static boolean isInChain(Dataset chain, HashedBlock wanted) {
    long number = wanted.block().sequenceNumber();
    for (HashedBlock block : chain.blocks()) {
      if (block.block().sequenceNumber() <= number) {
        return block.hash().equals(wanted.hash());
      }
    }
    return false;
  }
}
