package dev.catchwater.storage.compact;

import dev.catchwater.columnar.hash.LogicalHasher;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.HashedBlock;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes a history anew with fewer, larger slices. Rows keep their offsets, operation types and
/// times; every other event stays where it was among them. From the first change on all blocks get
/// new hashes, so that copies elsewhere part from this history.
///
/// Neighbouring data blocks are put together as long as their slices stay within the limits; one
/// that carries annotations of its own stays alone. Blocks before the first change keep their
/// hashes. A slice is checked against its physical hash before its rows are taken over, so that
/// damage is never written anew under a good hash.
///
/// For one writer and one thread. The old slices and blocks stay on the disk until garbage is
/// collected.
public final class Compaction {
  private final DatasetWriter writer;
  private final Limits limits;
  private final SliceOptions options;

  /// What may be put together.
  ///
  /// @param sliceBytesMax of the slices that go into one
  /// @param sliceRowsMax of a slice
  public record Limits(long sliceBytesMax, long sliceRowsMax) {
    /// kamu's: 300 MB and 10,000 rows.
    public static final Limits STANDARD = new Limits(300_000_000, 10_000);
  }

  /// What a compaction did or would do.
  ///
  /// @param isChanged whether there is anything to put together or to drop
  public record Report(
      boolean isChanged,
      long blocksBefore,
      long blocksAfter,
      long slicesBefore,
      long slicesAfter) {}

  /// Data blocks that become one, in their order, or one other block.
  private record Group(List<HashedBlock> blocks) {
    HashedBlock only() {
      return blocks.getFirst();
    }
  }

  /// @param writer of the dataset, with nothing added yet
  public Compaction(DatasetWriter writer, Limits limits, SliceOptions options) {
    this.writer = writer;
    this.limits = limits;
    this.options = options;
  }

  /// Puts slices together; nothing is visible before the writer commits.
  ///
  /// @throws CatchwaterException `CORRUPT` if a slice is not what the chain says, `BAD_ARGUMENT`
  ///   for a derivative, `UNSUPPORTED` while rows are not sealed
  public Report run() throws IOException {
    requireRoot();
    ChainState before = writer.state();
    List<Group> groups = groups();
    int first = 0;
    while (first < groups.size() && groups.get(first).blocks().size() == 1) {
      first++;
    }
    if (first == groups.size()) {
      return report(false, before);
    }
    ChainState state = ChainState.EMPTY;
    for (Group group : groups.subList(0, first)) {
      state = state.append(group.only().hash(), group.only().block());
    }
    writer.rewind(state);
    for (Group group : groups.subList(first, groups.size())) {
      rewrite(group);
    }
    return report(true, before);
  }

  /// Drops all rows and keeps everything else.
  ///
  /// @throws CatchwaterException as [#run()]
  public Report keepMetadataOnly() {
    requireRoot();
    ChainState before = writer.state();
    ChainState state = ChainState.EMPTY;
    List<HashedBlock> kept = new ArrayList<>();
    boolean isChanged = false;
    for (HashedBlock block : oldestFirst()) {
      if (block.block().event() instanceof AddData) {
        isChanged = true;
      } else if (isChanged) {
        kept.add(block);
      } else {
        state = state.append(block.hash(), block.block());
      }
    }
    if (isChanged) {
      writer.rewind(state);
      for (HashedBlock block : kept) {
        add(block, block.block().event());
      }
    }
    return report(isChanged, before);
  }

  private void requireRoot() {
    ChainState state = writer.state();
    if (state.seed().datasetKind() != DatasetKind.ROOT) {
      throw CatchwaterException.of(
          ErrorCode.BAD_ARGUMENT,
          "Dataset " + writer.dataset().name() + " is derived, only root datasets are compacted");
    }
    if (writer.dataset().hasUnsealedRows()) {
      throw CatchwaterException.of(
          ErrorCode.UNSUPPORTED,
          "Dataset " + writer.dataset().name() + " has rows that are in no slice yet");
    }
  }

  private Report report(boolean isChanged, ChainState before) {
    ChainState after = writer.state();
    return new Report(
        isChanged,
        before.blockCount(),
        after.blockCount(),
        before.sliceCount(),
        after.sliceCount());
  }

  private Deque<HashedBlock> oldestFirst() {
    Deque<HashedBlock> blocks = new ArrayDeque<>();
    for (HashedBlock block : writer.dataset().blocks()) {
      blocks.push(block);
    }
    return blocks;
  }

  private List<Group> groups() throws IOException {
    List<Group> groups = new ArrayList<>();
    List<HashedBlock> open = new ArrayList<>();
    DataSchema schema = null;
    ChainState state = ChainState.EMPTY;
    long rows = 0;
    long bytes = 0;
    for (HashedBlock block : oldestFirst()) {
      state = state.append(block.hash(), block.block());
      DataSchema current = state.schema();
      AddData data = mergeable(block.block().event(), current);
      DataSlice slice = data == null ? null : data.newData();
      long moreRows = slice == null ? 0 : slice.rowCount();
      long moreBytes = slice == null ? 0 : slice.size();
      boolean fits =
          data != null
              && rows + moreRows <= limits.sliceRowsMax()
              && bytes + moreBytes <= limits.sliceBytesMax()
              && Objects.equals(schema, current);
      if (!fits && !open.isEmpty()) {
        groups.add(new Group(List.copyOf(open)));
        open.clear();
        rows = 0;
        bytes = 0;
      }
      schema = current;
      rows += moreRows;
      bytes += moreBytes;
      open.add(block);
      if (data == null) {
        groups.add(new Group(List.copyOf(open)));
        open.clear();
      }
    }
    if (!open.isEmpty()) {
      groups.add(new Group(List.copyOf(open)));
    }
    return groups;
  }

  /// The event if it may be put together with its neighbours.
  private @Nullable AddData mergeable(MetadataEvent event, @Nullable DataSchema schema)
      throws IOException {
    if (!(event instanceof AddData data) || data.extra() != null) {
      return null;
    }
    DataSlice slice = data.newData();
    boolean isReadable =
        slice == null
            || (schema != null
                && LogicalHasher.isCheckable(schema)
                && SliceMerge.hasColumns(writer, slice, schema));
    return isReadable ? data : null;
  }

  private void rewrite(Group group) throws IOException {
    if (group.blocks().size() == 1) {
      add(group.only(), group.only().block().event());
      return;
    }
    List<DataSlice> slices = new ArrayList<>();
    AddData last = null;
    for (HashedBlock block : group.blocks()) {
      last = (AddData) block.block().event();
      if (last.newData() != null) {
        slices.add(last.newData());
      }
    }
    ChainState state = writer.state();
    AddData merged =
        new AddData(
            state.lastCheckpoint(),
            state.lastOffset(),
            slice(slices),
            Objects.requireNonNull(last).newCheckpoint(),
            last.newWatermark(),
            last.newSourceState(),
            null);
    if (changesAnything(state, merged)) {
      add(group.blocks().getLast(), merged);
    }
  }

  /// Positions that went forth and back again leave nothing to say.
  private static boolean changesAnything(ChainState state, AddData event) {
    return event.newData() != null
        || event.newCheckpoint() != null
        || !Objects.equals(event.newWatermark(), state.watermark())
        || !Objects.equals(event.newSourceState(), state.lastSourceState());
  }

  private @Nullable DataSlice slice(List<DataSlice> slices) throws IOException {
    if (slices.size() < 2) {
      return slices.isEmpty() ? null : slices.getFirst();
    }
    DataSchema schema = Objects.requireNonNull(writer.state().schema());
    return new SliceMerge(writer, schema, options).run(slices);
  }

  private void add(HashedBlock old, MetadataEvent event) {
    writer.add(old.block().systemTime(), event);
  }
}
