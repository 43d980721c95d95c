package dev.catchwater.query.transform;

import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.event.MetadataEvent.TransformInputRange;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.query.sql.ChainSlices;
import dev.catchwater.query.sql.DatasetView;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.Slices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What one run sees of an input: everything up to a block, of which the part behind an earlier
/// block is new. Immutable.
///
/// @param alias the name in the query
/// @param prevBlock the last block that the run before saw, null before the first run
/// @param prevOffset the last row that it saw, null for none
/// @param now the chain of the input up to the last block that this run sees
record InputSpan(
    String alias,
    Dataset dataset,
    @Nullable Multihash prevBlock,
    @Nullable Long prevOffset,
    ChainState now) {

  /// What is to be seen next.
  ///
  /// @param last what the last run said, null before the first
  static InputSpan next(
      String alias, Dataset dataset, @Nullable TransformInputRange last, ChainState now) {
    return new InputSpan(
        alias, dataset, last == null ? null : block(last), last == null ? null : offset(last), now);
  }

  /// The last block of a range.
  static @Nullable Multihash block(TransformInputRange range) {
    Multihash block = range.newBlockHash();
    return block == null ? range.prevBlockHash() : block;
  }

  private static @Nullable Long offset(TransformInputRange range) {
    Long offset = range.newOffset();
    return offset == null ? range.prevOffset() : offset;
  }

  /// Whether there is a block that was not seen.
  boolean hasNewBlocks() {
    return !now.head().equals(prevBlock);
  }

  /// Whether there is a row that was not seen.
  boolean hasNewRows() {
    return !Objects.equals(now.lastOffset(), prevOffset);
  }

  /// What the run says it saw.
  TransformInputRange range() {
    return new TransformInputRange(
        dataset.id(),
        prevBlock,
        hasNewBlocks() ? now.head() : null,
        prevOffset,
        hasNewRows() ? now.lastOffset() : null);
  }

  /// The columns, null before there are any.
  @Nullable DataSchema schema() {
    return now.schema();
  }

  /// The rows that are new.
  ///
  /// @param derivative whose run it is, for messages
  /// @throws CatchwaterException `DIVERGED` where the chain has not the block that was seen last
  DatasetView newRows(DatasetName derivative) {
    List<Path> files = new ArrayList<>();
    int schemas = prevBlock == null ? 0 : 1;
    boolean isFound = prevBlock == null;
    long kept = Slices.firstKept(dataset.blocksFrom(now.head()));
    long nowKept = now.head().equals(dataset.head()) ? 0 : Slices.firstKept(dataset.blocks());
    for (HashedBlock block : dataset.blocksFrom(now.head())) {
      if (block.hash().equals(prevBlock)) {
        isFound = true;
        break;
      }
      DataSlice slice = Slices.of(block.block().event());
      if (slice != null && slice.offsetEnd() >= kept) {
        if (slice.offsetEnd() < nowKept) {
          throw Slices.expired(dataset, slice);
        }
        files.add(dataset.slicePath(slice));
      }
      schemas += block.block().event() instanceof SetDataSchema ? 1 : 0;
    }
    if (!isFound) {
      throw diverged(derivative);
    }
    Collections.reverse(files);
    ChainSlices slices = new ChainSlices(now.head(), dataset.folder(), files, schemas);
    return DatasetView.of(dataset, now.schema(), slices, List.of());
  }

  /// All rows.
  DatasetView allRows() {
    ChainSlices slices = ChainSlices.of(dataset, now.head(), null);
    return DatasetView.of(dataset, now.schema(), slices, List.of());
  }

  private CatchwaterException diverged(DatasetName derivative) {
    return CatchwaterException.of(
            ErrorCode.DIVERGED,
            "The history of "
                + dataset.name()
                + " has not the block any more that "
                + derivative
                + " saw last, "
                + prevBlock)
        .withHint(
            "somebody reset, compacted or replaced it; pull "
                + derivative
                + " --reset-derivatives-on-diverged-input makes the result anew");
  }
}
