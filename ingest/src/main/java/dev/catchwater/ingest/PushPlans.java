package dev.catchwater.ingest;

import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.schema.DataSchema;
import org.jspecify.annotations.Nullable;

/// What was worked out for the last push into a dataset, for the next one that is alike.
/// Thread-safe: whoever comes second with another plan only takes its place.
public final class PushPlans {
  private volatile @Nullable PushPlan last;

  PushPlan of(ChainState state, AddPushSource source, DataSchema dataset) {
    PushPlan known = last;
    if (known != null && known.fits(state, source, dataset)) {
      return known;
    }
    PushPlan made = PushPlan.of(state, source, dataset);
    last = made;
    return made;
  }

  void keep(PushPlan plan) {
    last = plan;
  }
}
