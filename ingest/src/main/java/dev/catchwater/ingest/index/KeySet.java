package dev.catchwater.ingest.index;

import java.util.Arrays;

/// Hashed keys with the hash of the row each stands for, in one array each. Sorted sets are in the
/// order of `high`, then `low`, both signed. Used by one thread.
final class KeySet {
  private long[] high;
  private long[] low;
  private long[] content;
  private int size;

  KeySet(int capacity) {
    high = new long[capacity];
    low = new long[capacity];
    content = new long[capacity];
  }

  int size() {
    return size;
  }

  long high(int index) {
    return high[index];
  }

  long low(int index) {
    return low[index];
  }

  long content(int index) {
    return content[index];
  }

  void add(long keyHigh, long keyLow, long rowContent) {
    if (size == high.length) {
      int grown = Math.max(16, Math.multiplyExact(size, 2));
      high = Arrays.copyOf(high, grown);
      low = Arrays.copyOf(low, grown);
      content = Arrays.copyOf(content, grown);
    }
    high[size] = keyHigh;
    low[size] = keyLow;
    content[size++] = rowContent;
  }

  int compare(int index, long keyHigh, long keyLow) {
    int order = Long.compare(high[index], keyHigh);
    return order != 0 ? order : Long.compare(low[index], keyLow);
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
      while (at > 0 && compare(order[at - 1], high[moved], low[moved]) > 0) {
        order[at] = order[at - 1];
        at--;
      }
      order[at] = moved;
    }
    return order;
  }

  private int bucket(int index, int shift) {
    return (int) ((high[index] ^ Long.MIN_VALUE) >>> shift);
  }
}
