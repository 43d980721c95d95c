package dev.catchwater.odf.manifest;

import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.identity.DatasetName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a manifest says of a dataset to be made: the events that follow its Seed, in their order,
/// preprocess normalized. Inputs of a transform are as written (names or DIDs), to be resolved by
/// the workspace.
///
/// @param account the account in front of the name (`account/name`), or null
public record DatasetSnapshot(
    DatasetName name,
    @Nullable String account,
    MetadataEvent.DatasetKind kind,
    List<MetadataEvent> metadata) {
  public DatasetSnapshot {
    metadata = List.copyOf(metadata);
  }
}
