package dev.catchwater.ingest.index;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The keys that have a state, in their order: those of the index, with what rows in memory say of
/// them later. Used by one thread.
final class StateWalk {
  private final LiveEntries sealed;
  private final List<LiveStates.KeyedState> hot;
  private int hotAt;
  private boolean isStarted;
  private boolean isSealedThere;
  private LiveStates.@Nullable KeyedState present;

  /// @param states the rows in memory; null where there are none
  StateWalk(LiveEntries sealed, @Nullable LiveStates states) {
    this.sealed = sealed;
    hot = states == null ? List.of() : states.sorted();
  }

  /// The keys behind one.
  ///
  /// @param sealed those behind it
  StateWalk(LiveEntries sealed, LiveStates states, long high, long low) {
    this.sealed = sealed;
    hot = states.sorted();
    while (hotAt < hot.size() && hot.get(hotAt).compare(high, low) <= 0) {
      hotAt++;
    }
  }

  /// Moves on; false at the end.
  boolean next() throws IOException {
    if (!isStarted) {
      isStarted = true;
      isSealedThere = sealed.next();
    } else if (present == null) {
      isSealedThere = sealed.next();
    }
    present = null;
    while (hotAt < hot.size()) {
      LiveStates.KeyedState first = hot.get(hotAt);
      int order = isSealedThere ? first.compare(sealed.high(), sealed.low()) : -1;
      if (order > 0) {
        return true;
      }
      hotAt++;
      if (order == 0) {
        isSealedThere = sealed.next();
      }
      if (!first.state().isRetracted()) {
        present = first;
        return true;
      }
    }
    return isSealedThere;
  }

  long high() {
    LiveStates.KeyedState known = present;
    return known == null ? sealed.high() : known.high();
  }

  long low() {
    LiveStates.KeyedState known = present;
    return known == null ? sealed.low() : known.low();
  }

  long content() {
    LiveStates.KeyedState known = present;
    return known == null ? sealed.content() : known.state().content();
  }

  long time() {
    LiveStates.KeyedState known = present;
    return known == null ? sealed.time() : known.state().time();
  }
}
