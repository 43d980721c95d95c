package dev.catchwater.ingest.index;

import java.util.Arrays;

/// Hashed keys, each with a fixed number of values (`width`), in arrays. Sorted sets are in the
/// order of `high`, then `low`, both signed. Used by one thread.
///
/// What the values mean is said where a set is made: in an index of keys the one value is the
/// content hash, in an index of states there are three ([StateIndex]).
final class KeySet {
  private final int width;
  // Of each key in turn: high, low, values. Together, because a sort picks them in any order.
  private final int stride;
  private long[] words;
  private int size;

  /// An empty set with one value a key.
  KeySet(int capacity) {
    this(capacity, 1);
  }

  /// An empty set.
  KeySet(int capacity, int width) {
    this.width = width;
    stride = 2 + width;
    words = new long[Math.multiplyExact(capacity, stride)];
  }

  int size() {
    return size;
  }

  /// Values a key.
  int width() {
    return width;
  }

  long high(int index) {
    return words[index * stride];
  }

  long low(int index) {
    return words[index * stride + 1];
  }

  /// The first value.
  long content(int index) {
    return words[index * stride + 2];
  }

  long value(int index, int which) {
    return words[index * stride + 2 + which];
  }

  void add(long keyHigh, long keyLow, long rowContent) {
    int at = room();
    long[] to = words;
    to[at] = keyHigh;
    to[at + 1] = keyLow;
    to[at + 2] = rowContent;
  }

  /// Adds a key to a set of three values.
  void add(long keyHigh, long keyLow, long first, long second, long third) {
    int at = room();
    long[] to = words;
    to[at] = keyHigh;
    to[at + 1] = keyLow;
    to[at + 2] = first;
    to[at + 3] = second;
    to[at + 4] = third;
  }

  /// Adds a key as another set has it.
  void add(KeySet other, int index) {
    int at = room();
    int from = index * stride;
    for (int i = 0; i < stride; i++) {
      words[at + i] = other.words[from + i];
    }
  }

  /// Empties the set, keeping its memory.
  void clear() {
    size = 0;
  }

  private int room() {
    int at = size++ * stride;
    if (at == words.length) {
      int grown = Math.max(16, Math.multiplyExact(size, 2));
      words = Arrays.copyOf(words, Math.multiplyExact(grown, stride));
    }
    return at;
  }

  int compare(int index, long keyHigh, long keyLow) {
    int order = Long.compare(high(index), keyHigh);
    return order != 0 ? order : Long.compare(low(index), keyLow);
  }

  /// Where a key stands in a sorted set, or -1.
  int find(long keyHigh, long keyLow) {
    int from = 0;
    int to = size - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      int order = compare(middle, keyHigh, keyLow);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        from = middle + 1;
      } else {
        to = middle - 1;
      }
    }
    return -1;
  }

  /// Hears of two indexes of one key.
  @FunctionalInterface
  interface TwiceListener {
    void twice(int first, int second);
  }

  /// The keys in order, of equal keys the one that was added last.
  KeySet lastOfEach() {
    return lastOfEach((_, _) -> {});
  }

  /// The same, telling of each key that follows an equal one.
  KeySet lastOfEach(TwiceListener listener) {
    int[] order = order();
    KeySet last = new KeySet(size, width);
    for (int i = 0; i < order.length; i++) {
      int at = order[i];
      int next = i + 1 < order.length ? order[i + 1] : -1;
      if (next >= 0 && high(next) == high(at) && low(next) == low(at)) {
        listener.twice(at, next);
      } else {
        last.add(this, at);
      }
    }
    return last;
  }

  /// The indexes in the order of their keys, equal keys in the order they were added. The keys are
  /// hashes, so as many buckets as keys leave about one key a bucket.
  int[] order() {
    int bits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(size));
    int shift = Long.SIZE - bits;
    int[] ends = new int[(1 << bits) + 1];
    for (int i = 0; i < size; i++) {
      ends[bucket(i, shift) + 1]++;
    }
    for (int b = 1; b < ends.length; b++) {
      ends[b] += ends[b - 1];
    }
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[ends[bucket(i, shift)]++] = i;
    }
    for (int i = 1; i < size; i++) {
      int moved = order[i];
      int at = i;
      long keyHigh = high(moved);
      while (at > 0 && isBehind(order[at - 1], keyHigh, moved)) {
        order[at] = order[at - 1];
        at--;
      }
      order[at] = moved;
    }
    return order;
  }

  private boolean isBehind(int index, long keyHigh, int other) {
    long mine = high(index);
    return mine > keyHigh || (mine == keyHigh && low(index) > low(other));
  }

  private int bucket(int index, int shift) {
    return (int) ((high(index) ^ Long.MIN_VALUE) >>> shift);
  }
}
