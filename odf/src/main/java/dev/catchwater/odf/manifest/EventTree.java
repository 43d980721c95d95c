package dev.catchwater.odf.manifest;

import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Blocks, events and schemas as the documents that manifests are: the fields in the order of the
/// format, absent ones left out.
final class EventTree {
  private static final int VERSION = 3;

  private EventTree() {}

  /// `kind: MetadataBlock` with version and content.
  static Tree.Fields block(MetadataBlock block) {
    return Tree.Fields.ofKind("MetadataBlock")
        .put("version", (long) VERSION)
        .put(
            "content",
            new Tree.Fields()
                .putText("systemTime", block.systemTime())
                .putText("prevBlockHash", block.prevBlockHash())
                .put("sequenceNumber", block.sequenceNumber())
                .put("event", event(block.event())));
  }

  static Tree.Fields event(MetadataEvent event) {
    Tree.Fields to = Tree.Fields.ofKind(event.kind());
    return switch (event) {
      case MetadataEvent.AddData data ->
          to.putText("prevCheckpoint", data.prevCheckpoint())
              .put("prevOffset", data.prevOffset())
              .put("newData", slice(data.newData()))
              .put("newCheckpoint", checkpoint(data.newCheckpoint()))
              .putText("newWatermark", data.newWatermark())
              .put("newSourceState", sourceState(data.newSourceState()))
              .put("extra", extra(data.extra()));
      case MetadataEvent.ExecuteTransform execute ->
          to.put("queryInputs", inputs(execute.queryInputs()))
              .putText("prevCheckpoint", execute.prevCheckpoint())
              .put("prevOffset", execute.prevOffset())
              .put("newData", slice(execute.newData()))
              .put("newCheckpoint", checkpoint(execute.newCheckpoint()))
              .putText("newWatermark", execute.newWatermark());
      case MetadataEvent.Seed seed ->
          to.putText("datasetId", seed.datasetId())
              .put(
                  "datasetKind",
                  seed.datasetKind() == MetadataEvent.DatasetKind.ROOT ? "Root" : "Derivative");
      case MetadataEvent.SetPollingSource set -> SourceTree.polling(to, set.source());
      case MetadataEvent.SetTransform set -> setTransform(to, set);
      case MetadataEvent.SetVocab vocab ->
          to.put("offsetColumn", vocab.offsetColumn())
              .put("operationTypeColumn", vocab.operationTypeColumn())
              .put("systemTimeColumn", vocab.systemTimeColumn())
              .put("eventTimeColumn", vocab.eventTimeColumn());
      case MetadataEvent.SetAttachments set -> attachments(to, set);
      case MetadataEvent.SetInfo info ->
          to.put("description", info.description()).put("keywords", info.keywords());
      case MetadataEvent.SetLicense license ->
          to.put("shortName", license.shortName())
              .put("name", license.name())
              .put("spdxId", license.spdxId())
              .put("websiteUrl", license.websiteUrl());
      case MetadataEvent.SetDataSchema set -> {
        byte[] raw = set.rawArrowSchema();
        yield to.put("rawArrowSchema", raw == null ? null : Base64.getEncoder().encodeToString(raw))
            .put("schema", set.schema() == null ? null : schema(set.schema()));
      }
      case MetadataEvent.AddPushSource source -> SourceTree.push(to, source);
      case MetadataEvent.DisablePushSource disable -> to.put("sourceName", disable.sourceName());
      case MetadataEvent.DisablePollingSource _ -> to;
    };
  }

  private static Tree.Fields setTransform(Tree.Fields to, MetadataEvent.SetTransform set) {
    List<Tree> inputs = new ArrayList<>();
    for (MetadataEvent.TransformInput input : set.inputs()) {
      inputs.add(
          new Tree.Fields().put("datasetRef", input.datasetRef()).put("alias", input.alias()));
    }
    return to.put("inputs", new Tree.Items(inputs))
        .put("transform", SourceTree.transform(set.transform()));
  }

  private static Tree.Fields attachments(Tree.Fields to, MetadataEvent.SetAttachments set) {
    List<Tree> items = new ArrayList<>();
    for (MetadataEvent.Attachment item : set.items()) {
      items.add(new Tree.Fields().put("path", item.path()).put("content", item.content()));
    }
    return to.put(
        "attachments", Tree.Fields.ofKind("Embedded").put("items", new Tree.Items(items)));
  }

  private static Tree inputs(List<MetadataEvent.TransformInputRange> inputs) {
    List<Tree> items = new ArrayList<>();
    for (MetadataEvent.TransformInputRange input : inputs) {
      items.add(
          new Tree.Fields()
              .putText("datasetId", input.datasetId())
              .putText("prevBlockHash", input.prevBlockHash())
              .putText("newBlockHash", input.newBlockHash())
              .put("prevOffset", input.prevOffset())
              .put("newOffset", input.newOffset()));
    }
    return new Tree.Items(items);
  }

  private static @Nullable Tree slice(MetadataEvent.@Nullable DataSlice slice) {
    return slice == null
        ? null
        : hash("logicalHash", slice.logicalHash())
            .putText("physicalHash", slice.physicalHash())
            .put(
                "offsetInterval",
                new Tree.Fields().put("start", slice.offsetStart()).put("end", slice.offsetEnd()))
            .put("size", slice.size());
  }

  private static Tree.Fields hash(String name, Multihash hash) {
    return new Tree.Fields().putText(name, hash);
  }

  private static @Nullable Tree checkpoint(MetadataEvent.@Nullable Checkpoint checkpoint) {
    return checkpoint == null
        ? null
        : hash("physicalHash", checkpoint.physicalHash()).put("size", checkpoint.size());
  }

  private static @Nullable Tree sourceState(MetadataEvent.@Nullable SourceState state) {
    return state == null
        ? null
        : new Tree.Fields()
            .put("sourceName", state.sourceName())
            .put("kind", state.kind())
            .put("value", state.value());
  }

  static Tree.Fields schema(DataSchema schema) {
    return new Tree.Fields()
        .put("fields", fields(schema.fields()))
        .put("extra", extra(schema.extra()));
  }

  private static @Nullable Tree extra(@Nullable ExtraAttributes extra) {
    if (extra == null) {
      return null;
    }
    Tree tree = JsonTree.read(extra.json());
    return tree == null ? new Tree.Text(extra.json()) : tree;
  }

  private static Tree fields(List<DataField> fields) {
    List<Tree> items = new ArrayList<>();
    for (DataField field : fields) {
      items.add(
          new Tree.Fields()
              .put("name", field.name())
              .put("type", type(field.type()))
              .put("extra", extra(field.extra())));
    }
    return new Tree.Items(items);
  }

  private static Tree type(DataType type) {
    Tree.Fields to = Tree.Fields.ofKind(type.odfName());
    return switch (type) {
      case Scalar _ -> to;
      case DataType.Binary binary -> to.put("fixedLength", binary.fixedLength());
      case DataType.Decimal decimal ->
          to.put("precision", (long) decimal.precision()).put("scale", (long) decimal.scale());
      case DataType.Duration duration -> to.put("unit", unit(duration.statedUnit()));
      case DataType.ListOf list ->
          to.put("itemType", type(list.itemType())).put("fixedLength", list.fixedLength());
      case DataType.MapOf map ->
          to.put("keyType", type(map.keyType()))
              .put("valueType", type(map.valueType()))
              .put("keysSorted", map.statedKeysSorted());
      case DataType.Option option -> to.put("inner", type(option.inner()));
      case DataType.Struct struct -> to.put("fields", fields(struct.fields()));
      case DataType.Time time -> to.put("unit", unit(time.statedUnit()));
      case DataType.Timestamp timestamp ->
          to.put("unit", unit(timestamp.statedUnit())).put("timezone", timestamp.statedTimezone());
    };
  }

  private static @Nullable String unit(@Nullable TimeUnit unit) {
    return unit == null ? null : unit.odfName();
  }
}
