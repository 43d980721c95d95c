package dev.catchwater.ingest.live.receipt;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.ingest.live.receipt.ReceiptPart.Entry;
import dev.catchwater.ingest.live.receipt.ReceiptPart.Head;
import dev.catchwater.ingest.live.receipt.ReceiptPart.Range;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.receipt.MerkleTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The receipts of a dataset in files, each called after the number of its first one. A file never
/// changes; small ones become one, so that there are few. What lies before the first file, or
/// between two, is not known any more.
///
/// Used under the monitor of its owner, but for [#prepare] and [#finish].
final class ReceiptFiles {
  private static final int GROWTH = 4;
  private static final int NAME_DIGITS = 16;
  private static final String NEXT = "next";
  private static final long MERGED_BYTES_MAX = 16 << 20;

  private final Disk disk;
  private final Path folder;
  private final List<Part> parts = new ArrayList<>();

  private record Part(Path file, Head head) {
    long bytes() {
      return head.factsAt() + head.factsBytes();
    }
  }

  private ReceiptFiles(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  /// What is in a folder; nothing where there is none. Changes nothing.
  ///
  /// @throws CatchwaterException `CORRUPT` for a damaged file, with its name
  static ReceiptFiles open(Disk disk, Path folder) throws IOException {
    ReceiptFiles files = new ReceiptFiles(disk, folder);
    for (String name : disk.list(folder)) {
      if (name.length() == NAME_DIGITS) {
        Path file = folder.resolve(name);
        Head head = files.readHead(file);
        // A larger file has it, whose smaller ones were not deleted any more.
        if (head.first() >= files.end()) {
          files.parts.add(new Part(file, head));
        }
      }
    }
    return files;
  }

  private Head readHead(Path file) throws IOException {
    try (DiskFile in = disk.openForRead(file)) {
      byte[] header = new byte[ReceiptPart.HEADER_BYTES];
      in.readFully(header, 0, header.length, 0);
      byte[] head = new byte[ReceiptPart.headBytes(ReceiptPart.blocksOf(header))];
      in.readFully(head, 0, head.length, 0);
      return ReceiptPart.decodeHead(head);
    } catch (RuntimeException e) {
      throw damaged(file, e);
    }
  }

  private static CatchwaterException damaged(Path file, RuntimeException cause) {
    return CatchwaterException.at(
            ErrorCode.CORRUPT, Place.of(file.toString()), "Stored bytes are not what was written")
        .withHint("restore it from a copy, or move it away: its receipts are not found then")
        .withCause(cause);
  }

  /// Behind the last receipt.
  long end() {
    return parts.isEmpty() ? 0 : parts.getLast().head.end();
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /// Behind the last receipt whose root is in a block.
  long sealedEnd() {
    for (int i = parts.size() - 1; i >= 0; i--) {
      List<Range> blocks = parts.get(i).head.blocks();
      if (!blocks.isEmpty()) {
        return blocks.getLast().end();
      }
    }
    return parts.isEmpty() ? 0 : parts.getFirst().head.first();
  }

  private int indexOf(long number) {
    int low = 0;
    int high = parts.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Head head = parts.get(middle).head;
      if (number < head.first()) {
        high = middle - 1;
      } else if (number >= head.end()) {
        low = middle + 1;
      } else {
        return middle;
      }
    }
    return -1;
  }

  /// A receipt, or null where it is not known.
  @Nullable Entry read(long number) throws IOException {
    int index = indexOf(number);
    if (index < 0) {
      return null;
    }
    Part part = parts.get(index);
    Head head = part.head;
    try (DiskFile in = disk.openForRead(part.file)) {
      long place = number - head.first();
      int before = place == 0 ? 0 : ReceiptPart.ENTRY_BYTES;
      byte[] bytes = new byte[before + ReceiptPart.ENTRY_BYTES];
      in.readFully(
          bytes, 0, bytes.length, head.entriesAt() + place * ReceiptPart.ENTRY_BYTES - before);
      ByteBuffer entry = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      long begin = before == 0 ? 0 : entry.getLong(before - 8);
      long end = entry.getLong(bytes.length - 8);
      if (begin < 0 || begin > end || end > head.factsBytes()) {
        throw new IllegalArgumentException("facts from " + begin + " to " + end);
      }
      byte[] facts = new byte[Math.toIntExact(end - begin)];
      in.readFully(facts, 0, facts.length, head.factsAt() + begin);
      byte[] leaf = Arrays.copyOfRange(bytes, before, before + MerkleTree.HASH_BYTES);
      return new Entry(leaf, entry.getInt(before + 32), entry.getInt(before + 36), facts);
    } catch (RuntimeException e) {
      throw damaged(part.file, e);
    }
  }

  /// Puts the leaves of receipts one behind the other.
  ///
  /// @param to at most [#end()]
  /// @return false if one of them is not known
  boolean leaves(long from, long to, byte[] into) throws IOException {
    long next = from;
    for (Part part : parts) {
      Head head = part.head;
      if (next >= to || head.end() <= next) {
        continue;
      }
      if (head.first() > next) {
        return false;
      }
      int count = (int) (Math.min(to, head.end()) - next);
      byte[] bytes = new byte[count * ReceiptPart.ENTRY_BYTES];
      try (DiskFile in = disk.openForRead(part.file)) {
        long at = head.entriesAt() + (next - head.first()) * ReceiptPart.ENTRY_BYTES;
        in.readFully(bytes, 0, bytes.length, at);
      }
      for (int i = 0; i < count; i++) {
        System.arraycopy(
            bytes,
            i * ReceiptPart.ENTRY_BYTES,
            into,
            (int) (next - from + i) * MerkleTree.HASH_BYTES,
            MerkleTree.HASH_BYTES);
      }
      next += count;
    }
    return next >= to;
  }

  /// The block whose root has a receipt; null where it is in none yet, or not known.
  @Nullable Range blockOf(long number) {
    int index = indexOf(number);
    // A receipt that was kept before its block was made is named by a later file.
    for (int i = Math.max(index, 0); index >= 0 && i < parts.size(); i++) {
      for (Range block : parts.get(i).head.blocks()) {
        if (block.end() > number) {
          return block.first() <= number ? block : null;
        }
      }
    }
    return null;
  }

  /// A file that is forced and has no name of its own yet.
  ///
  /// @param keep how many parts stay, from the first on
  record Prepared(Path file, byte[] head, int keep, List<Path> gone) {}

  /// Writes receipts behind the last ones. By the one who writes, without the monitor.
  ///
  /// @param blocks that were made since the last time
  Prepared prepare(long first, List<Entry> entries, List<Range> blocks) throws IOException {
    List<Entry> all = new ArrayList<>(entries);
    List<Range> ranges = new ArrayList<>(blocks);
    long from = first;
    int keep = parts.size();
    long bytes = (long) Math.max(1, entries.size()) * 2 * ReceiptPart.ENTRY_BYTES;
    List<Path> gone = new ArrayList<>();
    while (keep > 0 && isSmall(parts.get(keep - 1), from, bytes)) {
      Part part = parts.get(--keep);
      try {
        all.addAll(0, ReceiptPart.decodeEntries(part.head, disk.readAll(part.file)));
      } catch (RuntimeException e) {
        throw damaged(part.file, e);
      }
      ranges.addAll(0, part.head.blocks());
      from = part.head.first();
      bytes += part.bytes();
      gone.add(part.file);
    }
    if (all.isEmpty()) {
      // Blocks only, and the file before is a large one: they go into it.
      Part part = parts.get(--keep);
      all.addAll(ReceiptPart.decodeEntries(part.head, disk.readAll(part.file)));
      ranges.addAll(0, part.head.blocks());
      from = part.head.first();
      gone.add(part.file);
    }
    byte[] encoded = ReceiptPart.encode(from, all, ranges);
    Path file = file(from);
    write(encoded);
    gone.remove(file);
    byte[] head = Arrays.copyOf(encoded, ReceiptPart.headBytes(ranges.size()));
    return new Prepared(file, head, keep, gone);
  }

  /// Takes in what was prepared: the file gets its name, which another one may have had.
  void take(Prepared prepared) throws IOException {
    disk.rename(folder.resolve(NEXT), prepared.file);
    parts.subList(prepared.keep, parts.size()).clear();
    parts.add(new Part(prepared.file, ReceiptPart.decodeHead(prepared.head)));
  }

  /// Makes durable what was taken in, and removes the files that it replaces. Without the monitor.
  void finish(Prepared prepared) throws IOException {
    disk.syncDirectory(folder);
    for (Path file : prepared.gone) {
      disk.delete(file);
    }
  }

  private static boolean isSmall(Part part, long next, long bytes) {
    return part.head.end() == next
        && part.bytes() < GROWTH * bytes
        && part.bytes() + bytes < MERGED_BYTES_MAX;
  }

  private Path file(long first) {
    String hex = Long.toHexString(first);
    return folder.resolve("0".repeat(NAME_DIGITS - hex.length()) + hex);
  }

  private void write(byte[] bytes) throws IOException {
    Path next = folder.resolve(NEXT);
    if (!disk.exists(folder)) {
      disk.createFolder(folder);
    }
    disk.delete(next); // of a process that died here
    try (DiskFile out = disk.create(next)) {
      out.write(bytes, 0, bytes.length, 0);
      out.force();
    }
  }
}
