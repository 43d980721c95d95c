package dev.catchwater.ingest.live;

import dev.catchwater.ingest.PushRequest;
import dev.catchwater.odf.chain.ChainState;

/// Which pushes go through the journal; the others go into a slice directly.
final class JournalRule {
  private JournalRule() {}

  /// Whether the rows of a push follow from one input and what is known by key, into columns that
  /// are known, in the memory that a push may take.
  static boolean takes(ChainState state, PushRequest request, LiveSettings settings) {
    long size = request.inputs().getFirst().size();
    return state.schema() != null
        && request.inputs().size() == 1
        && size >= 0
        && size <= settings.directBytes()
        && !(request.isDryRun() && request.differencesMax() > 0);
  }
}
