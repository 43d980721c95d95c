package dev.catchwater.ingest.quarantine;

import dev.catchwater.odf.receipt.ReceiptFacts;
import java.util.HexFormat;

/// A push that is applied, and the rows that it set aside. Immutable.
///
/// Its receipt names it, and the rows by their order: an id says the same whenever the record of
/// the push is read again, so that a row is never there twice.
public record RefusedPush(ReceiptFacts facts, AsideRows aside) {
  private static final int ID_DIGITS = 16;

  /// The id of the push's receipt.
  public String receipt() {
    return ReceiptFacts.id(facts.number(), facts.leafHash());
  }

  /// The id of a row: `17-0b1c2d3e4f506172.1` is the first of the push with receipt 17.
  ///
  /// @param index in the rows, from 0
  public String rowId(int index) {
    String hash = HexFormat.of().formatHex(facts.leafHash()).substring(0, ID_DIGITS);
    return facts.number() + "-" + hash + "." + (index + 1);
  }
}
