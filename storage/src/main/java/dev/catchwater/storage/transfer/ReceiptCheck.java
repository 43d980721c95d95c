package dev.catchwater.storage.transfer;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.codec.MetadataBlockCodec;
import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.Seed;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.receipt.Checkpoint;
import dev.catchwater.odf.receipt.KnownKey;
import dev.catchwater.odf.receipt.Receipt;
import dev.catchwater.odf.receipt.ReceiptException;
import dev.catchwater.odf.receipt.ReceiptFacts;
import dev.catchwater.odf.receipt.ReceiptRoot;
import dev.catchwater.storage.FolderRepository;
import java.io.IOException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Compares a receipt with a history: a folder or an address that has an ODF simple repository.
/// Believes nothing but the key: every block is hashed anew.
public final class ReceiptCheck {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Remote history;
  private final @Nullable FolderRepository files;

  private ReceiptCheck(Remote history, @Nullable FolderRepository files) {
    this.history = history;
    this.files = files;
  }

  /// What a check found that holds.
  public enum Finding {
    /// The rows are in the block that the receipt names.
    SEALED,
    /// The rows are in a block; the receipt is from before it was made.
    IN_A_BLOCK,
    /// The rows are in no block of this history yet.
    NOT_SEALED
  }

  /// A block of the history with its hash.
  private record Link(Multihash hash, MetadataBlock block) {}

  /// The history in a folder.
  public static ReceiptCheck ofFolder(Disk disk, Path folder) {
    FolderRepository repository = new FolderRepository(disk, folder);
    return new ReceiptCheck(new FolderRemote(folder + "/", repository), repository);
  }

  /// The history at an address that ends with a slash. Slices are not fetched.
  ///
  /// @param token for a server that asks for one, null for none
  public static ReceiptCheck ofAddress(URI base, @Nullable String token) {
    return new ReceiptCheck(new HttpRemote(base, token), null);
  }

  /// What says that a receipt holds and the history does not.
  public static ReceiptException rewritten(Receipt receipt, String why) {
    return new ReceiptException("HISTORY-REWRITTEN receipt " + receipt.id() + ": " + why);
  }

  /// Makes sure that the receipt was signed with one of the keys and that the history has what it
  /// says.
  ///
  /// @throws ReceiptException naming what does not hold; `HISTORY-REWRITTEN` where the receipt
  ///   holds and the history does not
  public Finding require(Receipt receipt, List<KnownKey> keys)
      throws ReceiptException, IOException {
    Checkpoint sealed = receipt.require(keys);
    ReceiptFacts facts = receipt.facts();
    List<Link> later = blocksSince(receipt);
    Receipt.Sealed named = receipt.block();
    if (named == null || sealed == null) {
      return withoutBlock(facts, later);
    }
    int at = 0;
    while (at < later.size() && !later.get(at).hash.equals(named.hash())) {
      at++;
    }
    if (at == later.size()) {
      throw rewritten(
          receipt, "block " + named.hash() + ", which the server signed for, is not in it");
    }
    MetadataBlock block = later.get(at).block;
    ReceiptRoot root = block.event() instanceof AddData data ? ReceiptRoot.of(data.extra()) : null;
    if (root == null
        || root.size() != sealed.size()
        || !Arrays.equals(root.root(), sealed.root())) {
      throw new ReceiptException(
          "Block " + named.hash() + " has another root of receipts than the server signed");
    }
    if (facts.number() < root.first() || facts.number() >= root.first() + root.size()) {
      throw new ReceiptException(
          "Block " + named.hash() + " has no receipt of number " + facts.number());
    }
    requireRows(facts, later.subList(at, later.size()));
    return Finding.SEALED;
  }

  /// The blocks from the head down to the one that was the head when the push was taken.
  private List<Link> blocksSince(Receipt receipt) throws ReceiptException {
    ReceiptFacts facts = receipt.facts();
    Optional<Multihash> head = history.head();
    if (head.isEmpty()) {
      throw new ReceiptException("There is no dataset at " + history.url());
    }
    List<Link> found = new ArrayList<>();
    Multihash next = head.get();
    while (next != null && !next.equals(facts.head())) {
      MetadataBlock block = MetadataBlockCodec.decode(history.block(next));
      found.add(new Link(next, block));
      if (block.event() instanceof Seed seed && !seed.datasetId().equals(facts.dataset())) {
        throw new ReceiptException(
            "The receipt is of dataset " + facts.dataset() + ", this is " + seed.datasetId());
      }
      next = block.prevBlockHash();
    }
    if (next == null) {
      throw rewritten(
          receipt, "block " + facts.head() + ", the head when the push was taken, is not in it");
    }
    return found;
  }

  private Finding withoutBlock(ReceiptFacts facts, List<Link> later)
      throws ReceiptException, IOException {
    ReceiptFacts.Offsets offsets = facts.offsets();
    if (offsets == null) {
      return Finding.NOT_SEALED;
    }
    for (int i = 0; i < later.size(); i++) {
      DataSlice slice = slice(later.get(i));
      if (slice != null && slice.offsetEnd() >= offsets.end()) {
        requireRows(facts, later.subList(i, later.size()));
        return Finding.IN_A_BLOCK;
      }
    }
    return Finding.NOT_SEALED;
  }

  private static @Nullable DataSlice slice(Link link) {
    return link.block.event() instanceof AddData data ? data.newData() : null;
  }

  /// The offsets lie in the slices of these blocks, newest first, and the slices are there.
  private void requireRows(ReceiptFacts facts, List<Link> blocks)
      throws ReceiptException, IOException {
    ReceiptFacts.Offsets offsets = facts.offsets();
    if (offsets == null) {
      return;
    }
    long missingEnd = offsets.end();
    for (Link link : blocks) {
      DataSlice slice = slice(link);
      if (slice != null && slice.offsetStart() <= missingEnd && slice.offsetEnd() >= missingEnd) {
        requireSlice(slice, link.hash);
        missingEnd = slice.offsetStart() - 1;
      }
      if (missingEnd < offsets.start()) {
        return;
      }
    }
    throw new ReceiptException(
        "Offsets "
            + offsets.start()
            + " to "
            + offsets.end()
            + " do not lie in the block of the receipt");
  }

  private void requireSlice(DataSlice slice, Multihash block) throws ReceiptException, IOException {
    FolderRepository repository = files;
    if (repository == null) {
      return;
    }
    try (DiskFile file = repository.disk().openForRead(repository.data(slice.physicalHash()))) {
      MessageDigest digest = Multihash.newSha3();
      byte[] buffer = new byte[BUFFER_BYTES];
      long at = 0;
      for (int n = file.read(buffer, 0, buffer.length, at); n > 0; ) {
        digest.update(buffer, 0, n);
        at += n;
        n = file.read(buffer, 0, buffer.length, at);
      }
      if (!Arrays.equals(digest.digest(), slice.physicalHash().digest())) {
        throw new ReceiptException("The slice of block " + block + " was changed");
      }
    } catch (NoSuchFileException e) {
      throw new ReceiptException("The slice of block " + block + " is missing");
    }
  }
}
