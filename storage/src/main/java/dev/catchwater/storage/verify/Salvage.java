package dev.catchwater.storage.verify;

import dev.catchwater.odf.codec.MetadataBlockCodec;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.ExecuteTransform;
import dev.catchwater.odf.event.MetadataEvent.Seed;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DiskFailure;
import dev.catchwater.storage.HashedBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the block to which a damaged dataset can be reset: the last one whose chain is whole down
/// to the first block and whose slices have the bytes that the chain promises.
///
/// Where several histories are there, because one was cut off before, the one that the cache beside
/// the dataset knows as the last head is taken, otherwise the longest. Reads every block and every
/// slice of that history; changes nothing.
public final class Salvage {
  private final Dataset dataset;
  private final Map<Multihash, MetadataBlock> blocks = new HashMap<>();

  private Salvage(Dataset dataset) {
    this.dataset = dataset;
  }

  /// The last block that verifies; empty if there is none.
  public static Optional<HashedBlock> lastSoundBlock(Dataset dataset) {
    Salvage salvage = new Salvage(dataset);
    salvage.readBlocks();
    HashedBlock end = salvage.end();
    return end == null ? Optional.empty() : salvage.lastWithSlices(end);
  }

  private void readBlocks() {
    Path folder = dataset.folder().resolve("blocks");
    try {
      for (String name : dataset.disk().list(folder)) {
        try {
          Multihash hash = Multihash.parse(name);
          byte[] bytes = dataset.disk().readAll(folder.resolve(name));
          if (Multihash.sha3(bytes).equals(hash)) {
            blocks.put(hash, MetadataBlockCodec.decode(bytes));
          }
        } catch (CatchwaterException e) {
          // No block of ours: it cannot be the one that is looked for.
        }
      }
    } catch (IOException e) {
      throw DiskFailure.of(folder, e);
    }
  }

  /// The end of the history that is meant.
  private @Nullable HashedBlock end() {
    Optional<Multihash> known = dataset.lastKnownHead();
    if (known.isPresent() && isWhole(known.get())) {
      return block(known.get());
    }
    HashedBlock best = null;
    for (Multihash hash : blocks.keySet()) {
      if (isWhole(hash) && (best == null || isLater(block(hash), best))) {
        best = block(hash);
      }
    }
    return best;
  }

  private static boolean isLater(HashedBlock one, HashedBlock other) {
    long difference = one.block().sequenceNumber() - other.block().sequenceNumber();
    return difference > 0
        || (difference == 0 && one.block().systemTime().isAfter(other.block().systemTime()));
  }

  private HashedBlock block(Multihash hash) {
    MetadataBlock block = blocks.get(hash);
    if (block == null) {
      throw new IllegalStateException("block " + hash + " was not read");
    }
    return new HashedBlock(hash, block);
  }

  /// Whether the chain leads from a block down to the dataset's own seed.
  private boolean isWhole(Multihash hash) {
    Multihash next = hash;
    MetadataBlock first = null;
    for (int i = 0; next != null && i <= blocks.size(); i++) {
      first = blocks.get(next);
      if (first == null) {
        return false;
      }
      next = first.prevBlockHash();
    }
    return first != null
        && first.event() instanceof Seed seed
        && seed.datasetId().equals(dataset.id());
  }

  private Optional<HashedBlock> lastWithSlices(HashedBlock end) {
    Deque<HashedBlock> chain = new ArrayDeque<>();
    Multihash next = end.hash();
    while (next != null) {
      HashedBlock block = block(next);
      chain.push(block);
      next = block.block().prevBlockHash();
    }
    HashedBlock sound = null;
    for (HashedBlock block : chain) {
      DataSlice slice =
          switch (block.block().event()) {
            case AddData data -> data.newData();
            case ExecuteTransform run -> run.newData();
            default -> null;
          };
      boolean isSound =
          slice == null
              || Verifier.checkBytes(dataset.disk(), dataset.slicePath(slice), slice).isEmpty();
      if (!isSound) {
        break;
      }
      sound = block;
    }
    return Optional.ofNullable(sound);
  }
}
