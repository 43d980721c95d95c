package dev.catchwater.odf.manifest;

import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.identity.Multihash;

/// A block as `log` prints it. Each text ends with the newlines that stand between two blocks, so a
/// log is the plain concatenation.
@SuppressWarnings("DoNotCallSuggester")
public final class EventText {
  private EventText() {}

  /// `Block #4: f1620…` and the event's fields: `log -o shell`.
  public static String shell(Multihash hash, MetadataBlock block) {
    throw new UnsupportedOperationException("soon");
  }

  /// A YAML document `kind: MetadataBlock` under a comment with the hash: `log -o yaml`.
  public static String yaml(Multihash hash, MetadataBlock block) {
    throw new UnsupportedOperationException("soon");
  }

  /// One JSON object in one line: `{"blockHash":…,"block":{…}}`: `log -o json`, without a newline.
  public static String json(Multihash hash, MetadataBlock block) {
    throw new UnsupportedOperationException("soon");
  }
}
