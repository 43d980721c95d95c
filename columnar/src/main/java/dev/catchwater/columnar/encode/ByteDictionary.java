package dev.catchwater.columnar.encode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The distinct byte strings of a chunk in the order they came, found by open addressing. What is
/// looked up must have eight more bytes behind it in its array.
final class ByteDictionary {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int EARLY = 1_024;
  private static final int EARLY_DISTINCT_MAX = 900;
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  private byte[] data = new byte[16];
  private int[] offsets = new int[5];
  private int[] hashes = new int[4];
  private int[] slots = new int[8];
  private int size;

  int size() {
    return size;
  }

  byte[] data() {
    return data;
  }

  int[] offsets() {
    return offsets;
  }

  /// Bytes of the entries, each behind its length in four bytes.
  int plainSize() {
    return offsets[size] + 4 * size;
  }

  /// Finds or adds the values and notes their indexes; false if they are too different, after which
  /// [#shrink] takes back what was added.
  boolean addAll(byte[] from, int[] ends, int count, int[] indexes) {
    int before = size;
    int early = Math.min(count, EARLY);
    for (int i = 0; i < early; i++) {
      indexes[i] = add(from, ends[i], ends[i + 1] - ends[i]);
    }
    if (size - before > EARLY_DISTINCT_MAX) {
      return false;
    }
    for (int i = early; i < count; i++) {
      indexes[i] = add(from, ends[i], ends[i + 1] - ends[i]);
    }
    return true;
  }

  private int add(byte[] from, int start, int length) {
    int hash = hash(from, start, length);
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (true) {
      int index = slots[slot] - 1;
      if (index < 0) {
        return addNew(from, start, length, hash, slot);
      }
      if (hashes[index] == hash && isAt(index, from, start, length)) {
        return index;
      }
      slot = slot + 1 & mask;
    }
  }

  private static int hash(byte[] bytes, int start, int length) {
    long hash = length;
    int at = start;
    int rest = length;
    while (rest > 8) {
      hash = (hash ^ (long) LONG.get(bytes, at)) * SPREAD;
      hash ^= hash >>> 29;
      at += 8;
      rest -= 8;
    }
    if (rest > 0) {
      hash = (hash ^ (long) LONG.get(bytes, at) << (64 - 8 * rest)) * SPREAD;
    }
    hash ^= hash >>> 32;
    hash *= SPREAD;
    return (int) (hash >>> 32);
  }

  private boolean isAt(int index, byte[] from, int start, int length) {
    int at = offsets[index];
    if (offsets[index + 1] - at != length) {
      return false;
    }
    if (length <= 8) {
      long difference = (long) LONG.get(data, at) ^ (long) LONG.get(from, start);
      return length == 0 || difference << (64 - 8 * length) == 0;
    }
    return Arrays.equals(data, at, at + length, from, start, start + length);
  }

  private int addNew(byte[] from, int start, int length, int hash, int slot) {
    if (size == hashes.length) {
      hashes = Arrays.copyOf(hashes, size * 2);
      offsets = Arrays.copyOf(offsets, size * 2 + 1);
    }
    int at = offsets[size];
    if (data.length < at + length + 8) {
      data = Arrays.copyOf(data, Math.max(at + length + 8, data.length * 2));
    }
    System.arraycopy(from, start, data, at, length);
    hashes[size] = hash;
    offsets[++size] = at + length;
    slots[slot] = size;
    if (size * 2 > slots.length) {
      slots = new int[slots.length * 4];
      fillSlots();
    }
    return size - 1;
  }

  private void fillSlots() {
    Arrays.fill(slots, 0);
    int mask = slots.length - 1;
    for (int i = 0; i < size; i++) {
      int slot = hashes[i] & mask;
      while (slots[slot] != 0) {
        slot = slot + 1 & mask;
      }
      slots[slot] = i + 1;
    }
  }

  /// Forgets all but the first entries.
  void shrink(int to) {
    if (to < size) {
      size = to;
      fillSlots();
    }
  }
}
