package dev.catchwater.ingest.index;

import java.io.IOException;

/// The keys of an index whose last row was not a retraction, in their order. Where the index turns
/// out damaged on the way, it is built anew and the walk goes on where it was. Used by one thread.
final class LiveEntries {
  private final IndexStore store;
  private final IndexStore.Absorber absorber;
  private EntrySource entries;
  private boolean isStarted;
  private long lastHigh;
  private long lastLow;

  LiveEntries(IndexStore store, IndexStore.Absorber absorber) {
    this.store = store;
    this.absorber = absorber;
    entries = store.added().entries(store.history());
  }

  /// The keys behind one.
  LiveEntries(IndexStore store, IndexStore.Absorber absorber, long high, long low)
      throws IOException {
    this.store = store;
    this.absorber = absorber;
    isStarted = true;
    lastHigh = high;
    lastLow = low;
    entries = store.ask(() -> store.added().entriesFrom(store.history(), high, low), absorber);
  }

  /// Moves on; false at the end.
  boolean next() throws IOException {
    boolean isThere;
    try {
      isThere = behindLast();
    } catch (DamagedIndexException | IOException e) {
      store.rebuild(absorber);
      entries = store.added().entries(store.history());
      try {
        isThere = behindLast();
      } catch (DamagedIndexException again) {
        throw IndexStore.lost(again);
      }
    }
    if (isThere) {
      isStarted = true;
      lastHigh = entries.high();
      lastLow = entries.low();
    }
    return isThere;
  }

  private boolean behindLast() throws IOException {
    boolean isThere = advance();
    while (isThere && isStarted && !isBehindLast()) {
      isThere = advance();
    }
    return isThere;
  }

  long high() {
    return lastHigh;
  }

  long low() {
    return lastLow;
  }

  long content() {
    return entries.value(0);
  }

  long time() {
    return entries.value(1);
  }

  private boolean advance() throws IOException {
    while (entries.next()) {
      if (entries.value(2) != EntryForm.RETRACTED) {
        return true;
      }
    }
    return false;
  }

  private boolean isBehindLast() {
    return entries.high() > lastHigh || (entries.high() == lastHigh && entries.low() > lastLow);
  }
}
