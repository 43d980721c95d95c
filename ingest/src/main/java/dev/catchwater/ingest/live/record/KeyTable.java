package dev.catchwater.ingest.live.record;

/// Hashed keys of 128 bits with a position each: open addressing, three longs a slot. Used under
/// the monitor of its owner.
final class KeyTable {
  private static final int WORDS = 3;
  private static final int SLOTS_AT_FIRST = 256;

  // Of each slot: high, low, position + 1; 0 for an empty one.
  private long[] words = new long[WORDS * SLOTS_AT_FIRST];
  private int size;

  int size() {
    return size;
  }

  /// The position of a key, or -1.
  long find(long high, long low) {
    return words[slot(high, low) * WORDS + 2] - 1;
  }

  void put(long high, long low, long position) {
    int at = slot(high, low) * WORDS;
    size += words[at + 2] == 0 ? 1 : 0;
    words[at] = high;
    words[at + 1] = low;
    words[at + 2] = position + 1;
    if (2L * size * WORDS > words.length) {
      grow();
    }
  }

  /// Removes a key, if it stands at this position.
  void remove(long high, long low, long position) {
    int slot = slot(high, low);
    if (words[slot * WORDS + 2] != position + 1) {
      return;
    }
    size--;
    int mask = words.length / WORDS - 1;
    int hole = slot;
    for (int next = (hole + 1) & mask; words[next * WORDS + 2] != 0; next = (next + 1) & mask) {
      int home = (int) words[next * WORDS + 1] & mask;
      // Moves what could not be found any more behind the hole.
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        System.arraycopy(words, next * WORDS, words, hole * WORDS, WORDS);
        hole = next;
      }
    }
    words[hole * WORDS + 2] = 0;
  }

  private int slot(long high, long low) {
    int mask = words.length / WORDS - 1;
    int slot = (int) low & mask;
    while (words[slot * WORDS + 2] != 0
        && (words[slot * WORDS] != high || words[slot * WORDS + 1] != low)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] before = words;
    words = new long[before.length * 2];
    size = 0;
    for (int at = 0; at < before.length; at += WORDS) {
      if (before[at + 2] != 0) {
        put(before[at], before[at + 1], before[at + 2] - 1);
      }
    }
  }
}
