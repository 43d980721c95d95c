package dev.catchwater.storage;

import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.Checkpoint;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.ExecuteTransform;
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

  /// The checkpoint an event adds, or null.
  static @Nullable Checkpoint checkpointOf(MetadataEvent event) {
    if (event instanceof AddData add) {
      return add.newCheckpoint();
    }
    return event instanceof ExecuteTransform execute ? execute.newCheckpoint() : null;
  }
}
