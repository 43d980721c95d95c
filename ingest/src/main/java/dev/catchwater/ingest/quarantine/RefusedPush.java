package dev.catchwater.ingest.quarantine;

import dev.catchwater.odf.receipt.ReceiptFacts;

/// A push that is applied, and the rows that it set aside. Immutable.
///
/// Its receipt names it, and the rows by their order: an id says the same whenever the record of
/// the push is read again, so that a row is never there twice.
///
/// @param receipt the id of the push's receipt, which is a hash of the facts: worked out once
record RefusedPush(ReceiptFacts facts, String receipt, AsideRows aside) {
  static RefusedPush of(ReceiptFacts facts, AsideRows aside) {
    return new RefusedPush(facts, ReceiptFacts.id(facts.number(), facts.leafHash()), aside);
  }

  /// The id of a row: `17-0b1c2d3e4f506172.1` is the first of the push with receipt 17.
  ///
  /// @param index in the rows, from 0
  String rowId(int index) {
    return receipt + "." + (index + 1);
  }
}
