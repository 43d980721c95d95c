package dev.catchwater.odf.receipt;

import dev.catchwater.odf.identity.Multihash;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A receipt with what proves it. Immutable.
///
/// @param id its name, [ReceiptFacts#id]
/// @param proof that it is in the tree of its commit group, [TlogProof#text()]
/// @param block the block that has its rows; null as long as they are in none, and in the answer to
///   a push
public record Receipt(ReceiptFacts facts, String id, String proof, @Nullable Sealed block) {

  /// The block of a receipt.
  ///
  /// @param proof that the receipt is in the tree of that block's receipts, whose root the block
  ///   has
  public record Sealed(Multihash hash, String proof) {}

  /// The same with its block.
  public Receipt withBlock(@Nullable Sealed sealed) {
    return new Receipt(facts, id, proof, sealed);
  }

  /// Makes sure that the receipt is what the holder of one of these keys signed while it was in
  /// use.
  ///
  /// @param keys at least one
  /// @return as [#require(VerifierKey)]
  /// @throws ReceiptException naming what does not hold
  public @Nullable Checkpoint require(List<KnownKey> keys) throws ReceiptException {
    KnownKey known = KnownKey.find(keys, facts.keyId()).orElse(keys.getFirst());
    Checkpoint sealed = require(known.key());
    known.requireInUse(facts.acceptedAt());
    return sealed;
  }

  /// Makes sure that the receipt is what the holder of the key signed.
  ///
  /// @return the tree of the block's receipts, null where the receipt names no block
  /// @throws ReceiptException naming what does not hold
  public @Nullable Checkpoint require(VerifierKey key) throws ReceiptException {
    byte[] leaf = facts.leafHash();
    if (!facts.keyId().equals(key.idText())) {
      throw new ReceiptException(
          "The receipt says to be signed by key "
              + facts.keyId()
              + ", which is not known; known is "
              + key.idText()
              + " ("
              + key.name()
              + ")");
    }
    TlogProof group = TlogProof.parse(proof);
    group.require(
        leaf, ReceiptFacts.groupOrigin(facts.dataset(), facts.number() - group.index()), key);
    if (!id.equals(ReceiptFacts.id(facts.number(), leaf))) {
      throw new ReceiptException("The id of the receipt is not that of what it says");
    }
    if (block == null) {
      return null;
    }
    TlogProof sealed = TlogProof.parse(block.proof);
    sealed.require(leaf, ReceiptFacts.blockOrigin(facts.dataset(), block.hash), key);
    return sealed.checkpoint();
  }
}
