package dev.catchwater.storage;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.Checkpoint;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.ExecuteTransform;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.storage.retention.RetentionMark;
import org.jspecify.annotations.Nullable;

/// The objects an event points to.
public final class Slices {
  private Slices() {}

  /// The slice an event adds, or null.
  public static @Nullable DataSlice of(MetadataEvent event) {
    if (event instanceof AddData add) {
      return add.newData();
    }
    return event instanceof ExecuteTransform execute ? execute.newData() : null;
  }

  /// The first offset whose row is kept, as the newest block with data says, see package
  /// `retention`.
  ///
  /// @param blocks from a head down; none is read behind that block
  public static long firstKept(Iterable<HashedBlock> blocks) {
    for (HashedBlock block : blocks) {
      if (block.block().event() instanceof AddData add) {
        return firstKept(add);
      }
    }
    return 0;
  }

  /// The same of the newest block with data.
  public static long firstKept(AddData newest) {
    ExtraAttributes extra = newest.extra();
    if (extra == null || !extra.json().contains(RetentionMark.KEY)) {
      return 0;
    }
    RetentionMark mark = RetentionMark.of(extra);
    return mark == null ? 0 : mark.firstOffset();
  }

  /// What to say of a slice that is not there: it may have expired.
  static CatchwaterException missing(Dataset dataset, DataSlice slice, CatchwaterException e) {
    return e.code() == ErrorCode.OBJECT_NOT_FOUND && slice.offsetEnd() < firstKept(dataset.blocks())
        ? expired(dataset, slice)
        : e;
  }

  /// Rows that are not kept any more are asked for.
  public static CatchwaterException expired(Dataset dataset, DataSlice slice) {
    return CatchwaterException.of(
            ErrorCode.OBJECT_NOT_FOUND,
            "The rows "
                + slice.offsetStart()
                + " to "
                + slice.offsetEnd()
                + " of "
                + dataset.name()
                + " have expired")
        .withHint("its retention keeps the rows behind them; blocks and hashes of all stay");
  }

  /// The block whose slice has a row. The newest blocks are looked at first.
  ///
  /// @throws CatchwaterException `OBJECT_NOT_FOUND` if no block has it (any more)
  public static Multihash blockOf(Dataset dataset, long offset) {
    for (HashedBlock block : dataset.blocks()) {
      DataSlice slice = of(block.block().event());
      if (slice != null && slice.offsetStart() <= offset) {
        if (slice.offsetEnd() >= offset) {
          return block.hash();
        }
        break;
      }
    }
    throw CatchwaterException.of(
        ErrorCode.OBJECT_NOT_FOUND, "No block of " + dataset.name() + " has offset " + offset);
  }

  /// The checkpoint an event adds, or null.
  static @Nullable Checkpoint checkpointOf(MetadataEvent event) {
    if (event instanceof AddData add) {
      return add.newCheckpoint();
    }
    return event instanceof ExecuteTransform execute ? execute.newCheckpoint() : null;
  }
}
