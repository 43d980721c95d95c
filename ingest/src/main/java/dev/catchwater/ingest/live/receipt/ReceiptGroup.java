package dev.catchwater.ingest.live.receipt;

import dev.catchwater.odf.receipt.MerkleTree;
import dev.catchwater.odf.receipt.Receipt;
import dev.catchwater.odf.receipt.ReceiptFacts;
import dev.catchwater.odf.receipt.TlogProof;

/// The receipts of a commit group.
///
/// @param tree over them
/// @param note its signed checkpoint
record ReceiptGroup(MerkleTree tree, String note) {
  /// The receipt at a place of the group.
  Receipt receipt(ReceiptFacts facts, int index) {
    return new Receipt(
        facts,
        ReceiptFacts.id(facts.number(), tree.leaf(index)),
        TlogProof.text(index, tree.path(index), note),
        null);
  }
}
