package dev.catchwater.storage;

import java.nio.file.Path;
import java.util.List;

/// What collecting garbage in a dataset's folder did. Immutable.
///
/// @param deleted objects that nothing in the chain refers to, leftovers of a writer that died
/// @param unknown names that are not ours; they are never touched
public record GarbageReport(List<Path> deleted, List<Path> unknown) {
  public GarbageReport {
    deleted = List.copyOf(deleted);
    unknown = List.copyOf(unknown);
  }
}
