package dev.catchwater.ingest.live;

import dev.catchwater.ingest.PushRequest;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.source.MergeStrategy;

/// Which pushes go through the journal; the others go into a slice directly.
final class JournalRule {
  private JournalRule() {}

  /// Whether the rows of a push follow from what it brings and from keys alone, into columns that
  /// are known, in the memory that a push may take.
  static boolean takes(
      ChainState state, AddPushSource source, PushRequest request, LiveSettings settings) {
    long size = request.inputs().getFirst().size();
    // A Snapshot is compared with the whole state, which only the index has in one order.
    return !(source.merge() instanceof MergeStrategy.Snapshot)
        && state.schema() != null
        && source.preprocess() == null
        && request.inputs().size() == 1
        && size >= 0
        && size <= settings.directBytes()
        && !(request.isDryRun() && request.differencesMax() > 0);
  }
}
