package dev.catchwater.ingest.live.receipt;

import dev.catchwater.odf.receipt.ReceiptFacts;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What a push holds until it gets its receipt. That of a push at hand has all that the receipt is
/// made of, so that it can be had also if the dataset was closed meanwhile.
public final class Ticket {
  private final long number;
  private final @Nullable ReceiptFacts facts;
  private int index;
  private volatile @Nullable CompletableFuture<ReceiptGroup> group;

  Ticket(long number, @Nullable ReceiptFacts facts) {
    this.number = number;
    this.facts = facts;
  }

  /// The number of the receipt.
  public long number() {
    return number;
  }

  @Nullable ReceiptFacts facts() {
    return facts;
  }

  int index() {
    return index;
  }

  @Nullable CompletableFuture<ReceiptGroup> group() {
    return group;
  }

  void isIn(CompletableFuture<ReceiptGroup> formed, int place) {
    index = place;
    group = formed;
  }
}
