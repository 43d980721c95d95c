package dev.catchwater.columnar.encode;

import java.util.Arrays;

/// The distinct numbers of a chunk in the order they came, found by open addressing.
final class NumberDictionary {
  // What the first values are like decides early, before a table is filled for nothing.
  private static final int EARLY = 1_024;
  private static final int EARLY_DISTINCT_MAX = 900;
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  private final int sizeMax;
  private long[] values = new long[4];
  private int[] slots = new int[8];
  private int shift = 64 - 3;
  private int size;

  NumberDictionary(int sizeMax) {
    this.sizeMax = sizeMax;
  }

  int size() {
    return size;
  }

  long[] values() {
    return values;
  }

  /// Finds or adds the numbers and notes their indexes; false if they are too many or too
  /// different, after which [#shrink] takes back what was added.
  boolean addAll(long[] numbers, int count, int[] indexes) {
    int before = size;
    int early = Math.min(count, EARLY);
    for (int i = 0; i < early; i++) {
      indexes[i] = add(numbers[i]);
    }
    if (size - before > EARLY_DISTINCT_MAX) {
      return false;
    }
    for (int i = early; i < count; i++) {
      indexes[i] = add(numbers[i]);
    }
    return size <= sizeMax;
  }

  int add(long number) {
    int mask = slots.length - 1;
    int slot = (int) ((number * SPREAD) >>> shift);
    while (true) {
      int index = slots[slot] - 1;
      if (index < 0) {
        return addNew(number, slot);
      }
      if (values[index] == number) {
        return index;
      }
      slot = slot + 1 & mask;
    }
  }

  private int addNew(long number, int slot) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = number;
    slots[slot] = size;
    if (size * 2 > slots.length) {
      slots = new int[slots.length * 4];
      shift -= 2;
      fillSlots();
    }
    return size - 1;
  }

  private void fillSlots() {
    Arrays.fill(slots, 0);
    int mask = slots.length - 1;
    for (int i = 0; i < size; i++) {
      int slot = (int) ((values[i] * SPREAD) >>> shift);
      while (slots[slot] != 0) {
        slot = slot + 1 & mask;
      }
      slots[slot] = i + 1;
    }
  }

  /// Forgets all but the first numbers.
  void shrink(int to) {
    if (to < size) {
      size = to;
      fillSlots();
    }
  }

  void clear() {
    size = 0;
    Arrays.fill(slots, 0);
  }
}
