package dev.catchwater.ingest.seal;

import dev.catchwater.odf.event.MetadataEvent.SourceState;
import org.jspecify.annotations.Nullable;

/// Where rows that are pushed come from, in the words of who brings them: versions of files,
/// positions in a log. What it says is committed in the blocks of the rows, so that both are there
/// or neither is (design §7.27). Called under the lock of the dataset, once for each input that
/// stores rows; must not block.
@FunctionalInterface
public interface SourcePositions {
  /// What holds once the rows are stored.
  ///
  /// @param sourceName the push source the rows go through
  /// @param before what held for that source until now, null for nothing; what is not ours in it is
  ///   kept
  SourceState after(String sourceName, @Nullable SourceState before);
}
