package dev.catchwater.conformance;

import dev.catchwater.disk.LocalDisk;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.manifest.Manifests;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.Workspace;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/// Commits events to a dataset that no command writes yet.
final class Chains {
  private Chains() {}

  /// Adds events, written as the items of a manifest's `metadata`, each line without indent.
  static void commit(Sandbox sandbox, String dataset, String... events) {
    StringBuilder text = new StringBuilder();
    text.append("kind: DatasetSnapshot\nversion: 1\ncontent:\n  name: any\n  kind: Root\n");
    text.append("  metadata:\n");
    for (String event : events) {
      text.append("    - ").append(event.strip().replace("\n", "\n      ")).append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    commit(sandbox, dataset, Manifests.readSnapshots("events", bytes).getFirst().metadata());
  }

  /// Adds events.
  static void commit(Sandbox sandbox, String dataset, MetadataEvent event) {
    commit(sandbox, dataset, List.of(event));
  }

  private static void commit(Sandbox sandbox, String dataset, List<MetadataEvent> events) {
    Instant time = Instant.parse(sandbox.time());
    try (DatasetWriter writer = open(sandbox, dataset).openWriter(LockWait.none())) {
      for (MetadataEvent event : events) {
        writer.add(writer.systemTime(time), event);
      }
      writer.commit();
    }
  }

  /// A dataset as the storage module sees it.
  static Dataset open(Sandbox sandbox, String dataset) {
    return Workspace.find(new LocalDisk(), sandbox.folder(), null).require(dataset);
  }
}
