package dev.catchwater.odf.codec;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.source.Transform;
import org.jspecify.annotations.Nullable;

/// Reads the 13 events (odf-format §3.4).
final class EventReader {
  private EventReader() {}

  /// The event of a union whose type is in `slot`.
  static MetadataEvent read(FlatTable owner, int slot) {
    int ordinal = owner.unionType(slot);
    return switch (ordinal) {
      case 0 -> throw owner.missing("event");
      case 1 -> addData(owner.union(slot, "event", "AddData"));
      case 2 -> executeTransform(owner.union(slot, "event", "ExecuteTransform"));
      case 3 -> seed(owner.union(slot, "event", "Seed"));
      case 4 ->
          new MetadataEvent.SetPollingSource(
              SourceReader.pollingSource(owner.union(slot, "event", "SetPollingSource")));
      case 5 -> setTransform(owner.union(slot, "event", "SetTransform"));
      case 6 -> setVocab(owner.union(slot, "event", "SetVocab"));
      case 7 -> setAttachments(owner.union(slot, "event", "SetAttachments"));
      case 8 -> {
        FlatTable table = owner.union(slot, "event", "SetInfo");
        yield new MetadataEvent.SetInfo(
            table.optionalString(0, "description"), table.optionalStrings(1, "keywords"));
      }
      case 9 -> {
        FlatTable table = owner.union(slot, "event", "SetLicense");
        yield new MetadataEvent.SetLicense(
            table.string(0, "short_name"),
            table.string(1, "name"),
            table.optionalString(2, "spdx_id"),
            table.string(3, "website_url"));
      }
      case 10 -> setDataSchema(owner.union(slot, "event", "SetDataSchema"));
      case 11 -> SourceReader.pushSource(owner.union(slot, "event", "AddPushSource"));
      case 12 ->
          new MetadataEvent.DisablePushSource(
              owner.union(slot, "event", "DisablePushSource").string(0, "source_name"));
      case 13 -> {
        var _ = owner.union(slot, "event", "DisablePollingSource");
        yield new MetadataEvent.DisablePollingSource();
      }
      default -> throw owner.unknown("event", ordinal);
    };
  }

  private static MetadataEvent addData(FlatTable table) {
    FlatTable state = table.optionalTable(5, "SourceState");
    return new MetadataEvent.AddData(
        hash(table, 0, "prev_checkpoint"),
        offset(table, 1, "prev_offset"),
        slice(table, 2),
        checkpoint(table, 3),
        FlatScalars.timestamp(table, 4, "new_watermark"),
        state == null
            ? null
            : new MetadataEvent.SourceState(
                state.string(0, "source_name"), state.string(1, "kind"), state.string(2, "value")),
        SchemaReader.optionalExtra(table, 6));
  }

  private static MetadataEvent executeTransform(FlatTable table) {
    return new MetadataEvent.ExecuteTransform(
        table.tables(
            0,
            "query_inputs",
            "ExecuteTransformInput",
            input ->
                new MetadataEvent.TransformInputRange(
                    datasetId(input, 0),
                    hash(input, 1, "prev_block_hash"),
                    hash(input, 2, "new_block_hash"),
                    offset(input, 3, "prev_offset"),
                    offset(input, 4, "new_offset"))),
        hash(table, 1, "prev_checkpoint"),
        offset(table, 2, "prev_offset"),
        slice(table, 3),
        checkpoint(table, 4),
        FlatScalars.timestamp(table, 5, "new_watermark"));
  }

  private static MetadataEvent seed(FlatTable table) {
    int kind = table.intAt(1, 0);
    if (kind != 0 && kind != 1) {
      throw table.unknown("dataset_kind", kind);
    }
    return new MetadataEvent.Seed(
        datasetId(table, 0),
        kind == 0 ? MetadataEvent.DatasetKind.ROOT : MetadataEvent.DatasetKind.DERIVATIVE);
  }

  private static MetadataEvent setTransform(FlatTable table) {
    Transform transform = SourceReader.transform(table, 1, "transform");
    if (transform == null) {
      throw table.missing("transform");
    }
    return new MetadataEvent.SetTransform(
        table.tables(
            0,
            "inputs",
            "TransformInput",
            input ->
                new MetadataEvent.TransformInput(
                    input.string(0, "dataset_ref"), input.optionalString(1, "alias"))),
        transform);
  }

  private static MetadataEvent setVocab(FlatTable table) {
    return new MetadataEvent.SetVocab(
        table.optionalString(0, "offset_column"),
        table.optionalString(1, "operation_type_column"),
        table.optionalString(2, "system_time_column"),
        table.optionalString(3, "event_time_column"));
  }

  private static MetadataEvent setAttachments(FlatTable table) {
    int ordinal = table.unionType(0);
    if (ordinal == 0) {
      throw table.missing("attachments");
    }
    if (ordinal != 1) {
      throw table.unknown("attachments", ordinal);
    }
    return new MetadataEvent.SetAttachments(
        table
            .union(0, "attachments", "AttachmentsEmbedded")
            .tables(
                0,
                "items",
                "AttachmentEmbedded",
                item ->
                    new MetadataEvent.Attachment(
                        item.string(0, "path"), item.string(1, "content"))));
  }

  private static MetadataEvent setDataSchema(FlatTable table) {
    if (table.has(0) == table.has(1)) {
      throw FlatTable.corrupt(
          "Block is damaged: SetDataSchema has "
              + (table.has(0) ? "both" : "neither")
              + " of raw_arrow_schema and schema");
    }
    return new MetadataEvent.SetDataSchema(
        table.optionalBytes(0, "raw_arrow_schema"), SchemaReader.optionalSchema(table, 1));
  }

  private static MetadataEvent.@Nullable DataSlice slice(FlatTable owner, int slot) {
    FlatTable table = owner.optionalTable(slot, "DataSlice");
    if (table == null) {
      return null;
    }
    Multihash logical = requireHash(table, 0, "logical_hash");
    Multihash physical = requireHash(table, 1, "physical_hash");
    FlatTable interval = table.table(2, "offset_interval", "OffsetInterval");
    return new MetadataEvent.DataSlice(
        logical,
        physical,
        unsigned(interval, 0, "start"),
        unsigned(interval, 1, "end"),
        unsigned(table, 3, "size"));
  }

  private static MetadataEvent.@Nullable Checkpoint checkpoint(FlatTable owner, int slot) {
    FlatTable table = owner.optionalTable(slot, "Checkpoint");
    return table == null
        ? null
        : new MetadataEvent.Checkpoint(
            requireHash(table, 0, "physical_hash"), unsigned(table, 1, "size"));
  }

  private static @Nullable Long offset(FlatTable table, int slot, String field) {
    return table.has(slot) ? (Long) unsigned(table, slot, field) : null;
  }

  /// Offsets and sizes beyond 2⁶³ cannot come from rows or files.
  static long unsigned(FlatTable table, int slot, String field) {
    long value = table.longAt(slot, 0);
    if (value < 0) {
      throw table.unknown(field, value);
    }
    return value;
  }

  static @Nullable Multihash hash(FlatTable table, int slot, String field) {
    byte[] bytes = table.optionalBytes(slot, field);
    if (bytes == null) {
      return null;
    }
    try {
      return Multihash.fromBytes(bytes);
    } catch (CatchwaterException e) {
      throw FlatTable.corrupt(
              "Block is damaged: "
                  + table.name()
                  + "."
                  + field
                  + " is no hash: "
                  + e.plainMessage())
          .withCause(e);
    }
  }

  private static Multihash requireHash(FlatTable table, int slot, String field) {
    Multihash hash = hash(table, slot, field);
    if (hash == null) {
      throw table.missing(field);
    }
    return hash;
  }

  private static DatasetId datasetId(FlatTable table, int slot) {
    try {
      return DatasetId.fromBytes(table.bytes(slot, "dataset_id"));
    } catch (CatchwaterException e) {
      throw FlatTable.corrupt("Block is damaged: " + e.plainMessage()).withCause(e);
    }
  }
}
