package dev.catchwater.ingest.live.receipt;

import dev.catchwater.disk.Disk;
import dev.catchwater.ingest.live.receipt.ReceiptPart.Entry;
import dev.catchwater.ingest.live.receipt.ReceiptPart.Range;
import dev.catchwater.ingest.live.record.FactsCodec;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.receipt.MerkleTree;
import dev.catchwater.odf.receipt.ReceiptFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All receipts of a dataset in the order of their numbers: old ones in files, those whose pushes
/// are still in the journal in memory. A leaf is hashed when somebody first needs it. Thread-safe;
/// [#persist] by one thread at a time.
final class ReceiptLog {
  private final DatasetId dataset;
  private final ReceiptFiles files;
  // Guarded by the monitor, as the files are.
  private final List<Item> tail = new ArrayList<>();
  private final List<Range> blocks = new ArrayList<>();
  private long tailStart;
  private long sealedEnd;

  /// A receipt in memory.
  private static final class Item {
    private final byte[] facts;
    private byte @Nullable [] leaf;
    private int index;
    private int groupSize;

    Item(byte[] facts) {
      this.facts = facts;
    }
  }

  private ReceiptLog(DatasetId dataset, ReceiptFiles files) {
    this.dataset = dataset;
    this.files = files;
    tailStart = files.end();
    sealedEnd = files.sealedEnd();
  }

  static ReceiptLog open(Disk disk, Path folder, DatasetId dataset) throws IOException {
    return new ReceiptLog(dataset, ReceiptFiles.open(disk, folder));
  }

  /// The number of the next receipt.
  synchronized long next() {
    return tailStart + tail.size();
  }

  /// Adds the next receipt.
  synchronized void add(ReceiptFacts facts) {
    if (facts.number() != next()) {
      throw new IllegalStateException("receipt " + facts.number() + " after " + next());
    }
    tail.add(new Item(FactsCodec.encode(facts)));
  }

  /// Adds a receipt that the journal has. One that is in a file is passed over; after files were
  /// lost the numbers go on where the journal has them.
  synchronized void addAgain(ReceiptFacts facts) {
    if (facts.number() < next()) {
      return;
    }
    if (facts.number() > next()) {
      tail.clear();
      tailStart = facts.number();
      sealedEnd = tailStart;
    }
    add(facts);
  }

  /// The receipts from `first` on are a commit group.
  synchronized void group(long first, int size) {
    for (int i = 0; i < size; i++) {
      long at = first + i - tailStart;
      if (at >= 0 && at < tail.size()) {
        Item item = tail.get((int) at);
        item.index = i;
        item.groupSize = size;
      }
    }
  }

  /// A receipt; null for a number that is not known.
  synchronized @Nullable Entry find(long number) throws IOException {
    if (number < tailStart) {
      return checked(number, files.read(number));
    }
    if (number >= next()) {
      return null;
    }
    Item item = tail.get((int) (number - tailStart));
    return new Entry(leaf(item), item.index, item.groupSize, item.facts);
  }

  private @Nullable Entry checked(long number, @Nullable Entry entry) {
    if (entry != null
        && !Arrays.equals(entry.leaf(), FactsCodec.decode(dataset, entry.facts()).leafHash())) {
      throw CatchwaterException.of(
          ErrorCode.CORRUPT, "What is kept of receipt " + number + " is not what was written");
    }
    return entry;
  }

  private byte[] leaf(Item item) {
    byte[] leaf = item.leaf;
    if (leaf == null) {
      leaf = FactsCodec.decode(dataset, item.facts).leafHash();
      item.leaf = leaf;
    }
    return leaf;
  }

  /// The leaves of receipts one behind the other; null if one of them is not known.
  byte @Nullable [] leaves(long from, long to) throws IOException {
    byte[] leaves = new byte[Math.toIntExact((to - from) * MerkleTree.HASH_BYTES)];
    // In steps: whoever takes a push in waits for the monitor meanwhile.
    for (long at = from; at < to; ) {
      synchronized (this) {
        if (at < tailStart) {
          long end = Math.min(to, tailStart);
          byte[] part = new byte[Math.toIntExact((end - at) * MerkleTree.HASH_BYTES)];
          if (!files.leaves(at, end, part)) {
            return null;
          }
          System.arraycopy(part, 0, leaves, (int) (at - from) * MerkleTree.HASH_BYTES, part.length);
          at = end;
        } else if (at >= next()) {
          return null;
        } else {
          byte[] leaf = leaf(tail.get((int) (at - tailStart)));
          System.arraycopy(leaf, 0, leaves, (int) (at - from) * MerkleTree.HASH_BYTES, leaf.length);
          at++;
        }
      }
    }
    return leaves;
  }

  /// The first receipt whose root is in no block.
  synchronized long sealedEnd() {
    return sealedEnd;
  }

  /// The receipts up to `end` have their root in this block.
  synchronized void sealed(long first, long end, Multihash block) {
    if (end > first && first >= sealedEnd) {
      blocks.add(new Range(first, end - first, block));
      sealedEnd = end;
    }
  }

  /// The block whose root has a receipt; null where it is in none.
  synchronized @Nullable Range blockOf(long number) {
    for (Range block : blocks) {
      if (block.first() <= number && number < block.end()) {
        return block;
      }
    }
    return files.blockOf(number);
  }

  /// Makes the receipts up to `end`, and the blocks they are in, durable.
  void persist(long end) throws IOException {
    List<Entry> entries = new ArrayList<>();
    List<Range> made;
    long from;
    synchronized (this) {
      from = tailStart;
      for (long number = from; number < Math.min(end, next()); number++) {
        Item item = tail.get((int) (number - from));
        entries.add(new Entry(leaf(item), item.index, item.groupSize, item.facts));
      }
      made = new ArrayList<>(blocks);
      if (entries.isEmpty() && made.isEmpty()) {
        return;
      }
    }
    // Only the new name is given under the monitor: whoever takes a push in waits for that.
    ReceiptFiles.Prepared prepared = files.prepare(from, entries, made);
    synchronized (this) {
      files.take(prepared);
      tail.subList(0, entries.size()).clear();
      tailStart += entries.size();
      blocks.subList(0, made.size()).clear();
    }
    files.finish(prepared);
  }
}
