package dev.catchwater.odf.manifest;

import dev.catchwater.odf.codec.ArrowSchema;
import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.Checkpoint;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataSchema;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A block as `log` prints it, the same bytes as kamu's. The shell and YAML texts end with the
/// empty lines that stand after a block, so a log is their plain concatenation.
public final class EventText {
  private final StringBuilder to = new StringBuilder();

  private EventText() {}

  /// `Block #4: f1620…` and the event's fields: `log -o shell`. Control characters of values are
  /// replaced, so that no chain writes to a terminal what it likes.
  public static String shell(Multihash hash, MetadataBlock block) {
    EventText text = new EventText();
    text.property(0, "Block #" + block.sequenceNumber(), hash);
    text.property(0, "SystemTime", block.systemTime());
    text.property(0, "Kind", block.event().kind());
    text.event(block.event());
    return text.to.append('\n').toString();
  }

  /// A YAML document `kind: MetadataBlock` under a comment with the hash: `log -o yaml`.
  public static String yaml(Multihash hash, MetadataBlock block) {
    StringBuilder to = new StringBuilder("---\n# Block: ").append(hash).append('\n');
    YamlWriter.write(to, EventTree.block(block), 0);
    return to.append("\n\n").toString();
  }

  /// One JSON object in one line: `{"blockHash":…,"block":{…}}`: `log -o json`, without a newline.
  public static String json(Multihash hash, MetadataBlock block) {
    StringBuilder to = new StringBuilder();
    Tree content = Objects.requireNonNull(EventTree.block(block).fields().get("content"));
    JsonTree.write(to, new Tree.Fields().putText("blockHash", hash).put("block", content));
    return to.toString();
  }

  /// The event alone as a YAML document, as manifests have it.
  public static String yaml(MetadataEvent event) {
    StringBuilder to = new StringBuilder();
    YamlWriter.write(to, EventTree.event(event), 0);
    return to.toString();
  }

  /// The event alone as one JSON object in one line, without a newline.
  public static String json(MetadataEvent event) {
    StringBuilder to = new StringBuilder();
    JsonTree.write(to, EventTree.event(event));
    return to.toString();
  }

  private void event(MetadataEvent event) {
    switch (event) {
      case MetadataEvent.AddData data -> {
        optional("PrevCheckpoint", data.prevCheckpoint());
        optional("PrevOffset", data.prevOffset());
        slice(data.newData());
        checkpoint(data.newCheckpoint());
        MetadataEvent.SourceState state = data.newSourceState();
        if (state != null) {
          section(0, "NewSourceState");
          property(1, "SourceName", state.sourceName());
          property(1, "Kind", state.kind());
          property(1, "Value", state.value());
        }
        optional("NewWatermark", data.newWatermark());
      }
      case MetadataEvent.ExecuteTransform execute -> executeTransform(execute);
      case MetadataEvent.Seed seed -> {
        property(
            0,
            "DatasetKind",
            seed.datasetKind() == MetadataEvent.DatasetKind.ROOT ? "Root" : "Derivative");
        property(0, "DatasetID", seed.datasetId());
      }
      case MetadataEvent.SetPollingSource _ -> property(0, "Source", "...");
      case MetadataEvent.SetTransform _ -> property(0, "Transform", "...");
      case MetadataEvent.SetVocab vocab -> {
        optional("OffsetColumn", vocab.offsetColumn());
        optional("OperationTypeColumn", vocab.operationTypeColumn());
        optional("SystemTimeColumn", vocab.systemTimeColumn());
        optional("EventTimeColumn", vocab.eventTimeColumn());
      }
      case MetadataEvent.SetAttachments set -> {
        section(0, "Embedded");
        for (int i = 0; i < set.items().size(); i++) {
          section(1, "Item[" + i + "]");
          property(2, "Path", set.items().get(i).path());
          property(2, "Content", "...");
        }
      }
      case MetadataEvent.SetInfo info -> {
        optional("Description", info.description());
        optional("Keywords", info.keywords() == null ? null : String.join(", ", info.keywords()));
      }
      case MetadataEvent.SetLicense license -> {
        property(0, "ShortName", license.shortName());
        property(0, "Name", license.name());
        optional("SPDXID", license.spdxId());
        property(0, "WebsiteURL", license.websiteUrl());
      }
      case MetadataEvent.SetDataSchema set -> {
        section(0, "Schema");
        byte[] raw = set.rawArrowSchema();
        DataSchema schema =
            raw == null ? Objects.requireNonNull(set.schema()) : ArrowSchema.read(raw);
        YamlWriter.write(to, EventTree.schema(schema), 2);
      }
      case MetadataEvent.AddPushSource source -> {
        property(0, "SourceName", source.sourceName());
        property(0, "Source", "...");
      }
      case MetadataEvent.DisablePushSource disable ->
          property(0, "SourceName", disable.sourceName());
      case MetadataEvent.DisablePollingSource _ -> {}
    }
  }

  private void executeTransform(MetadataEvent.ExecuteTransform execute) {
    section(0, "Inputs");
    for (int i = 0; i < execute.queryInputs().size(); i++) {
      MetadataEvent.TransformInputRange input = execute.queryInputs().get(i);
      section(1, "QueryInput[" + i + "]");
      property(2, "ID", input.datasetId());
      optional(2, "PrevBlockHash", input.prevBlockHash());
      optional(2, "NewBlockHash", input.newBlockHash());
      optional(2, "PrevOffset", input.prevOffset());
      Long newOffset = input.newOffset();
      if (newOffset != null) {
        Long prevOffset = input.prevOffset();
        property(2, "NewOffset", newOffset);
        property(2, "NumRecords", newOffset - (prevOffset == null ? -1 : prevOffset));
      }
    }
    optional("PrevCheckpoint", execute.prevCheckpoint());
    optional("PrevOffset", execute.prevOffset());
    slice(execute.newData());
    checkpoint(execute.newCheckpoint());
    optional("NewWatermark", execute.newWatermark());
  }

  private void slice(@Nullable DataSlice slice) {
    if (slice != null) {
      section(0, "NewData");
      property(1, "Offset.Start", slice.offsetStart());
      property(1, "Offset.End", slice.offsetEnd());
      property(1, "NumRecords", slice.rowCount());
      property(1, "LogicalHash", slice.logicalHash());
      property(1, "PhysicalHash", slice.physicalHash());
      property(1, "Size", slice.size());
    }
  }

  private void checkpoint(@Nullable Checkpoint checkpoint) {
    if (checkpoint != null) {
      section(0, "NewCheckpoint");
      property(1, "PhysicalHash", checkpoint.physicalHash());
      property(1, "Size", checkpoint.size());
    }
  }

  private void optional(String name, @Nullable Object value) {
    optional(0, name, value);
  }

  private void optional(int level, String name, @Nullable Object value) {
    if (value != null) {
      property(level, name, value);
    }
  }

  private void section(int level, String name) {
    to.repeat("  ", level).append(name).append(":\n");
  }

  /// Hashes, ids, numbers and times print as their text; a time as in RFC 3339 with as many digits
  /// of the second as it needs.
  private void property(int level, String name, Object value) {
    to.repeat("  ", level).append(name).append(": ");
    if (value instanceof String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        to.append(Character.isISOControl(c) && c != '\n' && c != '\t' ? '\ufffd' : c);
      }
    } else if (value instanceof Instant instant) {
      to.append(instant);
    } else {
      to.append(value);
    }
    to.append('\n');
  }
}
