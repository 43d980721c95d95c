package dev.catchwater.odf.manifest;

import dev.catchwater.odf.codec.ArrowSchema;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Reads the events of a snapshot (odf-format §14).
final class EventBinder {
  private static final List<String> KINDS =
      List.of(
          "AddData",
          "ExecuteTransform",
          "Seed",
          "SetPollingSource",
          "SetTransform",
          "SetVocab",
          "SetAttachments",
          "SetInfo",
          "SetLicense",
          "SetDataSchema",
          "AddPushSource",
          "DisablePushSource",
          "DisablePollingSource");

  private EventBinder() {}

  static MetadataEvent event(YamlField field) {
    String kind = field.require("kind").variant(KINDS);
    return switch (kind) {
      case "SetTransform" -> setTransform(field);
      case "SetVocab" -> {
        field.only(
            "kind", "offsetColumn", "operationTypeColumn", "systemTimeColumn", "eventTimeColumn");
        yield new MetadataEvent.SetVocab(
            field.optionalText("offsetColumn"),
            field.optionalText("operationTypeColumn"),
            field.optionalText("systemTimeColumn"),
            field.optionalText("eventTimeColumn"));
      }
      case "SetAttachments" -> setAttachments(field);
      case "SetInfo" -> {
        field.only("kind", "description", "keywords");
        yield new MetadataEvent.SetInfo(
            field.optionalText("description"), field.optionalTexts("keywords"));
      }
      case "SetLicense" -> {
        field.only("kind", "shortName", "name", "spdxId", "websiteUrl");
        yield new MetadataEvent.SetLicense(
            field.text("shortName"),
            field.text("name"),
            field.optionalText("spdxId"),
            field.text("websiteUrl"));
      }
      case "SetDataSchema" -> setDataSchema(field);
      case "AddPushSource" -> addPushSource(field);
      case "SetPollingSource" ->
          throw field
              .error(ErrorCode.UNSUPPORTED, "SetPollingSource: catchwater does not fetch by itself")
              .withHint("data is pushed: declare it with AddPushSource");
      default ->
          throw field
              .require("kind")
              .error("Invalid snapshot: Event is not allowed to appear in a DatasetSnapshot");
    };
  }

  private static MetadataEvent addPushSource(YamlField field) {
    field.only("kind", "sourceName", "read", "preprocess", "merge");
    YamlField preprocess = field.find("preprocess");
    return new MetadataEvent.AddPushSource(
        field.text("sourceName"),
        SourceBinder.readStep(field.require("read")),
        preprocess == null ? null : SourceBinder.transform(preprocess),
        SourceBinder.mergeStrategy(field.require("merge")));
  }

  private static MetadataEvent setTransform(YamlField field) {
    field.only("kind", "inputs", "transform");
    List<MetadataEvent.TransformInput> inputs = new ArrayList<>();
    for (YamlField item : field.require("inputs").items()) {
      item.only("datasetRef", "alias");
      inputs.add(
          new MetadataEvent.TransformInput(item.text("datasetRef"), item.optionalText("alias")));
    }
    return new MetadataEvent.SetTransform(
        inputs, SourceBinder.transform(field.require("transform")));
  }

  private static MetadataEvent setAttachments(YamlField field) {
    field.only("kind", "attachments");
    YamlField attachments = field.require("attachments").only("kind", "items");
    var _ = attachments.require("kind").variant(List.of("Embedded"));
    List<MetadataEvent.Attachment> items = new ArrayList<>();
    for (YamlField item : attachments.require("items").items()) {
      item.only("path", "content");
      items.add(new MetadataEvent.Attachment(item.text("path"), item.text("content")));
    }
    return new MetadataEvent.SetAttachments(items);
  }

  private static MetadataEvent setDataSchema(YamlField field) {
    field.only("kind", "rawArrowSchema", "schema");
    YamlField raw = field.find("rawArrowSchema");
    YamlField schema = field.find("schema");
    if (raw != null && schema != null) {
      throw raw.error("Cannot specify both an Arrow and an ODF schema at once")
          .withHint("give one, best `schema`");
    }
    if (raw != null) {
      return new MetadataEvent.SetDataSchema(arrow(raw), null);
    }
    return new MetadataEvent.SetDataSchema(null, SchemaBinder.schema(field.require("schema")));
  }

  private static byte[] arrow(YamlField raw) {
    try {
      byte[] bytes = Base64.getDecoder().decode(raw.text());
      ArrowSchema.read(bytes).fields();
      return bytes;
    } catch (IllegalArgumentException e) {
      throw raw.error("rawArrowSchema is not base64").withCause(e);
    } catch (CatchwaterException e) {
      throw raw.error("rawArrowSchema is no Arrow schema: " + e.plainMessage()).withCause(e);
    }
  }
}
