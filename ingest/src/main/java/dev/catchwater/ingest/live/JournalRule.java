package dev.catchwater.ingest.live;

import dev.catchwater.ingest.PushRequest;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.source.SourceSchema;

/// Which pushes go through the journal; the others go into a slice directly.
final class JournalRule {
  private JournalRule() {}

  /// Whether the rows of a push follow from one input and what is known by key, into columns that
  /// are known, in the memory that a push may take.
  static boolean takes(ChainState state, PushRequest request, LiveSettings settings) {
    return state.schema() != null
        && isSmall(request, settings)
        && !(request.isDryRun() && request.differencesMax() > 0);
  }

  /// Whether a push would be taken once its dataset had the columns that its source declares. What
  /// SQL steps make of them is only known when they are run.
  static boolean isFirst(
      ChainState state, AddPushSource source, PushRequest request, LiveSettings settings) {
    return state.schema() == null
        && source.preprocess() == null
        && SourceSchema.of(source.read()) != null
        && !request.isDryRun()
        && isSmall(request, settings);
  }

  private static boolean isSmall(PushRequest request, LiveSettings settings) {
    long size = request.inputs().getFirst().size();
    return request.inputs().size() == 1
        && request.positions() == null
        && size >= 0
        && size <= settings.directBytes();
  }
}
