package dev.catchwater.query.sql;

import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.Slices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The slices of a chain up to one block. Immutable.
///
/// @param head that block
/// @param folder of the dataset, which its slices are in
/// @param files the slices, the one with the first offsets first
/// @param schemas how often the chain says what columns there are
public record ChainSlices(Multihash head, Path folder, List<Path> files, int schemas) {
  public ChainSlices {
    files = List.copyOf(files);
  }

  /// Reads all blocks.
  static ChainSlices of(Dataset dataset, Multihash head) {
    return of(dataset, head, null);
  }

  // The files that were known before may be gone.
  private static ChainSlices kept(Dataset dataset, Multihash head, long firstKept) {
    long nowKept = head.equals(dataset.head()) ? 0 : Slices.firstKept(dataset.blocks());
    List<Path> files = new ArrayList<>();
    int schemas = 0;
    for (HashedBlock block : dataset.blocksFrom(head)) {
      DataSlice slice = Slices.of(block.block().event());
      schemas += block.block().event() instanceof SetDataSchema ? 1 : 0;
      if (slice != null && slice.offsetEnd() >= firstKept) {
        if (slice.offsetEnd() < nowKept) {
          throw Slices.expired(dataset, slice);
        }
        files.addFirst(dataset.slicePath(slice));
      }
    }
    return new ChainSlices(head, dataset.folder(), files, schemas);
  }

  /// Reads the blocks behind those that are known, or all where the known ones are not among them.
  public static ChainSlices of(Dataset dataset, Multihash head, @Nullable ChainSlices known) {
    long firstKept = Slices.firstKept(dataset.blocksFrom(head));
    if (firstKept > 0) {
      return kept(dataset, head, firstKept);
    }
    ChainSlices before = known != null && known.folder.equals(dataset.folder()) ? known : null;
    if (before != null && before.head.equals(head)) {
      return before;
    }
    List<Path> newer = new ArrayList<>();
    int schemas = 0;
    boolean isKnown = false;
    for (HashedBlock block : dataset.blocksFrom(head)) {
      isKnown = before != null && block.hash().equals(before.head);
      if (isKnown) {
        break;
      }
      DataSlice slice = Slices.of(block.block().event());
      if (slice != null) {
        newer.add(dataset.slicePath(slice));
      }
      schemas += block.block().event() instanceof SetDataSchema ? 1 : 0;
    }
    Collections.reverse(newer);
    if (before == null || !isKnown) {
      return new ChainSlices(head, dataset.folder(), newer, schemas);
    }
    List<Path> all = new ArrayList<>(before.files);
    all.addAll(newer);
    return new ChainSlices(head, dataset.folder(), all, before.schemas + schemas);
  }
}
