package dev.catchwater.ingest.read;

import dev.catchwater.ingest.read.cell.JsonRow;
import dev.catchwater.ingest.read.cell.JsonScanner;
import dev.catchwater.ingest.read.geo.FeatureRow;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A feature of a document, whose coordinates are longitude and latitude unless the document has
/// named another reference system before it.
///
/// @param document where the feature stands
record ReferencedFeature(FeatureRow feature, JsonDocument document) implements JsonRow {
  @Override
  public int parse(JsonScanner scanner, byte[] b, int start) {
    if (document.hasOtherReferenceSystem()) {
      feature.allowAnyCoordinates();
    }
    return feature.parse(scanner, b, start);
  }

  @Override
  public void requireMatch(@Nullable String file) {
    feature.requireMatch(file);
  }

  @Override
  public void addIgnored(Map<String, Long> into) {
    feature.addIgnored(into);
  }
}
