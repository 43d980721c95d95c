package dev.catchwater.storage;

import java.nio.file.Path;
import java.util.List;

/// What in a dataset's folder belongs to no chain. Immutable.
///
/// @param objects blocks, slices and checkpoints that nothing in the chain refers to: leftovers of
///   a writer that died, or what a reset or a compaction cut off
/// @param unknown names that are not ours; they are never touched
/// @param bytes the size of all objects
public record GarbageReport(List<Path> objects, List<Path> unknown, long bytes) {
  public GarbageReport {
    objects = List.copyOf(objects);
    unknown = List.copyOf(unknown);
  }
}
