package dev.catchwater.ingest.live.receipt;

import dev.catchwater.ingest.PushCounts;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.ingest.live.Producer;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.live.receipt.ReceiptPart.Entry;
import dev.catchwater.ingest.live.receipt.ReceiptPart.Range;
import dev.catchwater.ingest.live.record.FactsCodec;
import dev.catchwater.journal.JournalListener;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.receipt.Checkpoint;
import dev.catchwater.odf.receipt.MerkleTree;
import dev.catchwater.odf.receipt.Receipt;
import dev.catchwater.odf.receipt.ReceiptFacts;
import dev.catchwater.odf.receipt.ReceiptRoot;
import dev.catchwater.odf.receipt.TlogProof;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.key.ReceiptKeys;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// The receipts of an open dataset. A push gets its number when it is queued for the journal; what
/// the journal writes in one go is a group, whose tree is built and signed while the disk is at
/// work; a block gets the root over all receipts since the block before it that had one.
///
/// Everything follows from what is in the journal or in files, and Ed25519 is deterministic: after
/// a crash, and for a push that comes again, a receipt is the one it was, byte for byte.
///
/// [#facts], [#add], [#cut] and [#sealed] are called under *pushing* (see the open dataset),
/// [#persist] by one thread at a time; the rest by anyone. Thread-safe.
public final class Receipts implements JournalListener {
  private static final int GROUPS_MAX = 1_024;
  private static final long NONE = Long.MIN_VALUE;

  private final DatasetId dataset;
  private final ReceiptLog log;
  private final ReceiptKeys keys;
  // Guarded by the monitor.
  private final Map<Long, CompletableFuture<ReceiptGroup>> groups = new LinkedHashMap<>();
  private long formedEnd;
  private long replayedGroup = NONE;
  private final List<Long> replayed = new ArrayList<>();
  private @Nullable BlockTree lastTree;
  private final Queue<Ticket> unformed = new ConcurrentLinkedQueue<>();

  private record BlockTree(Range block, MerkleTree tree) {}

  private Receipts(DatasetId dataset, ReceiptLog log, ReceiptKeys keys) {
    this.dataset = dataset;
    this.log = log;
    this.keys = keys;
    formedEnd = log.next();
  }

  /// The receipts that are in files.
  ///
  /// @throws CatchwaterException `CORRUPT` for a damaged file, with its name
  public static Receipts open(Dataset dataset, ReceiptKeys keys) throws IOException {
    ReceiptLog log = ReceiptLog.open(dataset.disk(), dataset.receiptsFolder(), dataset.id());
    return new Receipts(dataset.id(), log, keys);
  }

  /// What the receipt of the next push says.
  ///
  /// @param head of the dataset when the push is taken
  public ReceiptFacts facts(
      PushIdentity identity,
      String source,
      PushReport.@Nullable Offsets offsets,
      PushCounts counts,
      Instant systemTime,
      Multihash head) {
    Producer producer = identity.producer();
    return new ReceiptFacts(
        log.next(),
        dataset,
        source,
        offsets == null ? null : new ReceiptFacts.Offsets(offsets.start(), offsets.end()),
        new ReceiptFacts.Rows(
            counts.added(),
            counts.corrected(),
            counts.retracted(),
            counts.duplicate(),
            counts.conflicting(),
            counts.ignored(),
            counts.quarantined()),
        identity.bodyHash(),
        systemTime.truncatedTo(ChronoUnit.MILLIS),
        head,
        identity.idempotencyKey(),
        producer == null
            ? null
            : new ReceiptFacts.Position(producer.id(), producer.epoch(), producer.sequence()),
        keys.signing().verifier().idText());
  }

  /// Adds the next receipt. Its record is queued for the journal right after that, or the dataset
  /// is given up.
  public Ticket add(ReceiptFacts facts) {
    Ticket ticket = new Ticket(facts.number(), facts);
    log.add(facts);
    unformed.add(ticket);
    return ticket;
  }

  /// Adds a receipt that the journal has.
  ///
  /// @param group the same for all records of a commit group, and for them only
  public void replay(ReceiptFacts facts, long group) {
    if (group != replayedGroup) {
      endReplayedGroup();
      replayedGroup = group;
    }
    replayed.add(facts.number());
    log.addAgain(facts);
  }

  private void endReplayedGroup() {
    if (!replayed.isEmpty()) {
      log.group(replayed.getFirst(), replayed.size());
      replayed.clear();
    }
  }

  /// All of the journal was replayed. Blocks that were committed before their receipts were in a
  /// file are found again in the chain.
  ///
  /// @param firstOffset the first row of the journal: blocks before it are not looked at
  public void replayed(Dataset chain, long firstOffset) {
    endReplayedGroup();
    synchronized (this) {
      formedEnd = log.next();
    }
    List<BlockReceipts> found = BlockReceipts.since(chain, log.sealedEnd(), firstOffset);
    for (BlockReceipts block : found) {
      log.sealed(block.root().first(), block.root().first() + block.root().size(), block.hash());
    }
  }

  // --- groups ------------------------------------------------------------------------------------

  /// The journal begins to write a group: its tree is built and signed meanwhile.
  @Override
  public void forming(int records) {
    long first;
    synchronized (this) {
      first = formedEnd;
      formedEnd += records;
    }
    log.group(first, records);
    CompletableFuture<ReceiptGroup> group = new CompletableFuture<>();
    remember(first, group);
    // Not from the log: who closes the dataset meanwhile may put its files in other places.
    List<ReceiptFacts> facts = new ArrayList<>(records);
    for (int i = 0; i < records; i++) {
      Ticket ticket = unformed.poll();
      ReceiptFacts says = ticket == null ? null : ticket.facts();
      if (ticket == null || says == null || says.number() != first + i) {
        throw new IllegalStateException("no push waits for receipt " + (first + i));
      }
      facts.add(says);
      ticket.isIn(group, i);
    }
    Thread.startVirtualThread(() -> complete(group, first, facts));
  }

  private synchronized void remember(long first, CompletableFuture<ReceiptGroup> group) {
    groups.put(first, group);
    if (groups.size() > GROUPS_MAX) {
      groups.remove(groups.keySet().iterator().next()); // made again when somebody asks
    }
  }

  private void complete(
      CompletableFuture<ReceiptGroup> group, long first, List<ReceiptFacts> facts) {
    try {
      byte[] leaves = new byte[facts.size() * MerkleTree.HASH_BYTES];
      for (int i = 0; i < facts.size(); i++) {
        byte[] leaf = facts.get(i).leafHash();
        System.arraycopy(leaf, 0, leaves, i * MerkleTree.HASH_BYTES, leaf.length);
      }
      group.complete(sign(first, leaves, keyIds(facts)));
    } catch (RuntimeException e) {
      group.completeExceptionally(e);
    }
  }

  @Override
  public void durable(long through) {
    // Whoever waits for a receipt waits for the disk first.
  }

  /// @param keyIds of the keys that the receipts name; more than one where the key was replaced
  ///   between two pushes of the group
  private ReceiptGroup sign(long first, byte[] leaves, Set<String> keyIds) {
    MerkleTree tree = MerkleTree.of(leaves);
    Checkpoint checkpoint =
        new Checkpoint(ReceiptFacts.groupOrigin(dataset, first), tree.size(), tree.root());
    String note = "";
    for (String keyId : keyIds) {
      String signed = keys.signing(keyId).sign(checkpoint);
      note = note.isEmpty() ? signed : note + signed.substring(checkpoint.text().length() + 1);
    }
    return new ReceiptGroup(tree, note);
  }

  private static Set<String> keyIds(List<ReceiptFacts> facts) {
    Set<String> keyIds = new LinkedHashSet<>();
    for (ReceiptFacts says : facts) {
      keyIds.add(says.keyId());
    }
    return keyIds;
  }

  private Set<String> keyIds(long first, int size) throws IOException {
    if (!keys.wereReplaced()) {
      return Set.of(keys.signing().verifier().idText());
    }
    List<ReceiptFacts> facts = new ArrayList<>(size);
    for (long number = first; number < first + size; number++) {
      Entry entry = log.find(number);
      if (entry != null) {
        facts.add(FactsCodec.decode(dataset, entry.facts()));
      }
    }
    return keyIds(facts);
  }

  // --- receipts ----------------------------------------------------------------------------------

  /// What the receipt of a push that was applied before is had by.
  public static Ticket ticket(long number) {
    return new Ticket(number, null);
  }

  /// The receipt of a push whose record is durable. Waits for the signature of its group.
  ///
  /// @throws CatchwaterException `OBJECT_NOT_FOUND` if it is not known any more
  public Receipt receipt(Ticket ticket) {
    try {
      ReceiptFacts facts = ticket.facts();
      CompletableFuture<ReceiptGroup> group = ticket.group();
      if (facts != null && group != null) {
        return group.join().receipt(facts, ticket.index());
      }
      Entry entry = log.find(ticket.number());
      if (entry == null) {
        throw CatchwaterException.of(
            ErrorCode.OBJECT_NOT_FOUND, "Receipt " + ticket.number() + " is not known any more");
      }
      return receipt(ticket.number(), entry);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private Receipt receipt(long number, Entry entry) throws IOException {
    return group(number - entry.index(), entry.groupSize())
        .receipt(FactsCodec.decode(dataset, entry.facts()), entry.index());
  }

  private ReceiptGroup group(long first, int size) throws IOException {
    CompletableFuture<ReceiptGroup> group;
    synchronized (this) {
      group = groups.get(first);
    }
    if (group != null) {
      try {
        return group.join();
      } catch (CompletionException e) {
        // Made anew below, where whoever asks hears why it cannot be.
      }
    }
    byte[] leaves = log.leaves(first, first + size);
    if (leaves == null) {
      throw CatchwaterException.of(
          ErrorCode.OBJECT_NOT_FOUND, "Receipts from " + first + " on are not known any more");
    }
    ReceiptGroup made = sign(first, leaves, keyIds(first, size));
    remember(first, CompletableFuture.completedFuture(made));
    return made;
  }

  /// A receipt as it stands now; null for an id that none has.
  ///
  /// @param nextOffset behind all durable rows
  public @Nullable ReceiptStatus current(String id, Dataset chain, long nextOffset) {
    long number = ReceiptFacts.numberOf(id);
    try {
      Entry entry = number < 0 ? null : log.find(number);
      if (entry == null
          || entry.groupSize() == 0
          || !id.equals(ReceiptFacts.id(number, entry.leaf()))) {
        return null;
      }
      Receipt receipt = receipt(number, entry);
      Range range = log.blockOf(number);
      if (range == null) {
        ReceiptFacts.Offsets offsets = receipt.facts().offsets();
        boolean isThere = offsets == null || offsets.end() < nextOffset;
        return new ReceiptStatus(
            receipt,
            isThere ? ReceiptStatus.State.ACKNOWLEDGED : ReceiptStatus.State.HISTORY_REWRITTEN);
      }
      Receipt.Sealed sealed = sealed(number, range, receipt.facts().keyId());
      return new ReceiptStatus(
          receipt.withBlock(sealed),
          isInChain(chain, range.block())
              ? ReceiptStatus.State.SEALED
              : ReceiptStatus.State.HISTORY_REWRITTEN);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private static boolean isInChain(Dataset chain, Multihash block) {
    try {
      return BlockReceipts.isInChain(chain, chain.block(block));
    } catch (CatchwaterException e) {
      if (e.code() == ErrorCode.OBJECT_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  private Receipt.Sealed sealed(long number, Range range, String keyId) throws IOException {
    MerkleTree tree = tree(range);
    Checkpoint checkpoint =
        new Checkpoint(ReceiptFacts.blockOrigin(dataset, range.block()), range.size(), tree.root());
    long index = number - range.first();
    String note = keys.signing(keyId).sign(checkpoint);
    return new Receipt.Sealed(range.block(), TlogProof.text(index, tree.path(index), note));
  }

  /// Receipts of one block are often asked for one after the other.
  private MerkleTree tree(Range range) throws IOException {
    synchronized (this) {
      if (lastTree != null && lastTree.block.equals(range)) {
        return lastTree.tree;
      }
    }
    byte[] leaves = log.leaves(range.first(), range.end());
    if (leaves == null) {
      throw CatchwaterException.of(
          ErrorCode.OBJECT_NOT_FOUND,
          "Receipts of block " + range.block() + " are not known any more");
    }
    MerkleTree tree = MerkleTree.of(leaves);
    synchronized (this) {
      lastTree = new BlockTree(range, tree);
    }
    return tree;
  }

  // --- blocks ------------------------------------------------------------------------------------

  /// Receipts whose root goes into the next block.
  ///
  /// @param end behind the last of them
  public record Mark(long first, long end) {}

  /// The receipts so far that are in no block.
  public Mark cut() {
    return new Mark(log.sealedEnd(), log.next());
  }

  /// The root of the receipts up to a mark, for the block they go into; null where there are none.
  public @Nullable ExtraAttributes root(Mark mark) throws IOException {
    return mark.first == mark.end ? null : root(mark.first, mark.end, null);
  }

  /// The root of all receipts that are in no block and of one that is yet to be added.
  public ExtraAttributes rootWith(ReceiptFacts next) throws IOException {
    return root(log.sealedEnd(), log.next(), next);
  }

  private ExtraAttributes root(long first, long end, @Nullable ReceiptFacts more)
      throws IOException {
    byte[] leaves = log.leaves(first, end);
    if (leaves == null) {
      throw new IllegalStateException("no receipts " + first + " to " + end);
    }
    long size = end - first;
    String keyId;
    if (more == null) {
      Entry last = log.find(end - 1);
      if (last == null) {
        throw new IllegalStateException("no receipt " + (end - 1));
      }
      keyId = FactsCodec.decode(dataset, last.facts()).keyId();
    } else {
      leaves = Arrays.copyOf(leaves, leaves.length + MerkleTree.HASH_BYTES);
      System.arraycopy(
          more.leafHash(), 0, leaves, leaves.length - MerkleTree.HASH_BYTES, MerkleTree.HASH_BYTES);
      keyId = more.keyId();
      size++;
    }
    return new ReceiptRoot(first, size, MerkleTree.of(leaves).root(), keyId).toExtra();
  }

  /// The root of the receipts up to a mark is in this block.
  public void sealed(Mark mark, Multihash block) {
    log.sealed(mark.first, mark.end, block);
  }

  /// Makes the receipts up to a mark durable, and what is known of blocks.
  public void persist(Mark mark) throws IOException {
    log.persist(mark.end);
  }

  private static CatchwaterException failure(IOException e) {
    return CatchwaterException.of(
            ErrorCode.STORAGE_FAILED, "A receipt cannot be read: " + e.getMessage())
        .withCause(e);
  }
}
