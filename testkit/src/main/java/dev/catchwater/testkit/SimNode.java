package dev.catchwater.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A file or folder of a [SimDisk]: what is seen now and what a power cut cannot take away.
sealed interface SimNode {

  /// A folder. Its durable names change only through the disk's list of pending changes.
  final class Folder implements SimNode {
    final TreeMap<String, SimNode> names = new TreeMap<>();
    final Map<String, SimNode> durable = new HashMap<>();
    final Map<String, Long> durableSince = new HashMap<>();

    void put(String name, @Nullable SimNode node) {
      apply(names, name, node);
    }

    /// Lets a change of a name last, unless a later change of that name already does.
    void makeDurable(String name, @Nullable SimNode node, long order) {
      if (durableSince.getOrDefault(name, -1L) < order) {
        durableSince.put(name, order);
        apply(durable, name, node);
      }
    }

    private static void apply(Map<String, SimNode> map, String name, @Nullable SimNode node) {
      if (node == null) {
        map.remove(name);
      } else {
        map.put(name, node);
      }
    }
  }

  /// A file: its content, the durable part of it, and the writes between the two.
  final class File implements SimNode {
    static final int SECTOR = 512;

    private byte[] bytes = new byte[0];
    private int size;
    private byte[] durable = new byte[0];
    private final List<Write> pending = new ArrayList<>();

    /// A write of `bytes` at `position`, or a truncation to `position` if they are null.
    private record Write(int position, byte @Nullable [] bytes) {
      int end() {
        return bytes == null ? position : position + bytes.length;
      }
    }

    int size() {
      return size;
    }

    int read(byte[] into, int offset, int length, int position) {
      int count = Math.min(length, size - position);
      System.arraycopy(bytes, position, into, offset, count);
      return count;
    }

    void write(byte[] from, int offset, int length, int position) {
      byte[] copy = Arrays.copyOfRange(from, offset, offset + length);
      pending.add(new Write(position, copy));
      ensure(position + length);
      System.arraycopy(copy, 0, bytes, position, length);
      size = Math.max(size, position + length);
    }

    void truncate(int newSize) {
      pending.add(new Write(newSize, null));
      ensure(newSize);
      if (newSize < size) {
        Arrays.fill(bytes, newSize, size, (byte) 0);
      }
      size = newSize;
    }

    private void ensure(int capacity) {
      if (bytes.length < capacity) {
        bytes = Arrays.copyOf(bytes, Math.max(capacity, 2 * bytes.length));
      }
    }

    void force() {
      for (Write write : pending) {
        durable = applied(durable, write);
      }
      pending.clear();
    }

    /// What a failed force leaves: the pages look written and never will be.
    void loseForce() {
      pending.clear();
    }

    private static byte[] applied(byte[] content, Write write) {
      byte[] data = write.bytes();
      if (data == null) {
        return Arrays.copyOf(content, write.position());
      }
      byte[] result = content.length < write.end() ? Arrays.copyOf(content, write.end()) : content;
      System.arraycopy(data, 0, result, write.position(), data.length);
      return result;
    }

    /// The file after the process ended and the machine went on.
    File survivor() {
      File file = new File();
      file.bytes = Arrays.copyOf(bytes, size);
      file.size = size;
      file.durable = durable.clone();
      file.pending.addAll(pending);
      return file;
    }

    /// The file after a power cut: the durable part, and of each later write, sector by sector,
    /// nothing, all, a part of a sequence or garbage.
    File damaged(RandomGenerator random) {
      byte[] after = durable.clone();
      if (!pending.isEmpty()) {
        after = pickLength(after, random);
        for (int at = 0; at < after.length; at += SECTOR) {
          replaySector(after, at, random);
        }
        if (after.length > durable.length && random.nextInt(4) == 0) {
          int from = Math.max(durable.length, (after.length - 1) / SECTOR * SECTOR);
          byte[] garbage = new byte[after.length - from];
          random.nextBytes(garbage);
          System.arraycopy(garbage, 0, after, from, garbage.length);
        }
      }
      File file = new File();
      file.bytes = after;
      file.size = after.length;
      file.durable = after.clone();
      return file;
    }

    private byte[] pickLength(byte[] content, RandomGenerator random) {
      int least = content.length;
      int most = content.length;
      for (Write write : pending) {
        least = Math.min(least, write.end());
        most = Math.max(most, write.end());
      }
      least = Math.min(least, size);
      int length =
          switch (random.nextInt(4)) {
            case 0 -> content.length;
            case 1, 2 -> size;
            default -> least + random.nextInt(most - least + 1);
          };
      return Arrays.copyOf(content, length);
    }

    private void replaySector(byte[] content, int at, RandomGenerator random) {
      List<Write> touching = new ArrayList<>();
      for (Write write : pending) {
        byte[] data = write.bytes();
        if (data != null && write.position() < at + SECTOR && write.end() > at) {
          touching.add(write);
        }
      }
      int kept = random.nextBoolean() ? touching.size() : random.nextInt(touching.size() + 1);
      for (Write write : touching.subList(0, kept)) {
        byte[] data = write.bytes();
        int from = Math.max(at, write.position());
        int to = Math.min(Math.min(at + SECTOR, write.end()), content.length);
        if (data != null && from < to) {
          System.arraycopy(data, from - write.position(), content, from, to - from);
        }
      }
    }
  }
}
