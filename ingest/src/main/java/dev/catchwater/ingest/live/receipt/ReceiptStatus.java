package dev.catchwater.ingest.live.receipt;

import dev.catchwater.odf.receipt.Receipt;
import java.util.Locale;

/// A receipt as it stands now.
///
/// @param receipt with the block its rows are in, where they are in one
public record ReceiptStatus(Receipt receipt, State state) {

  /// What became of the rows.
  public enum State {
    /// They are durable, and in no block yet.
    ACKNOWLEDGED,
    /// They are in a block of the chain.
    SEALED,
    /// The chain does not have them any more: it was reset, compacted or replaced.
    HISTORY_REWRITTEN;

    /// The name on the wire.
    public String slug() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
