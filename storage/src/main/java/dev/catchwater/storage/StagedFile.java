package dev.catchwater.storage;

import dev.catchwater.disk.DiskFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An unfinished file of one [DatasetWriter]. It vanishes when the writer closes, unless
/// [DatasetWriter#adopt] made it part of a commit.
///
/// @param file open for writing and reading; belongs to the writer, which closes it
/// @param path where it lies now
public record StagedFile(DiskFile file, Path path) {
  // Written out: every push compares one (docs/internals/decisions.md).
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StagedFile that && path.equals(that.path);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }
}
