package dev.catchwater.storage;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.Checkpoint;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.ExecuteTransform;
import dev.catchwater.odf.identity.Multihash;
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
