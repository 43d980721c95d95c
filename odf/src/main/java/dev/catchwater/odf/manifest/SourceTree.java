package dev.catchwater.odf.manifest;

import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.PollingSource;
import dev.catchwater.odf.source.PollingSource.EventTimeSource;
import dev.catchwater.odf.source.PollingSource.FetchStep;
import dev.catchwater.odf.source.PollingSource.PrepStep;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.odf.source.Transform;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sources as documents, see [EventTree].
final class SourceTree {
  private SourceTree() {}

  static Tree.Fields push(Tree.Fields to, MetadataEvent.AddPushSource source) {
    return to.put("sourceName", source.sourceName())
        .put("read", readStep(source.read()))
        .put("preprocess", source.preprocess() == null ? null : transform(source.preprocess()))
        .put("merge", mergeStrategy(source.merge()));
  }

  static Tree.Fields polling(Tree.Fields to, PollingSource source) {
    return to.put("fetch", fetch(source.fetch()))
        .put("prepare", prepare(source.prepare()))
        .put("read", readStep(source.read()))
        .put("preprocess", source.preprocess() == null ? null : transform(source.preprocess()))
        .put("merge", mergeStrategy(source.merge()));
  }

  private static Tree readStep(ReadStep step) {
    Tree.Fields to = Tree.Fields.ofKind(step.kind());
    return switch (step) {
      case ReadStep.Csv csv ->
          to.put("ddlSchema", csv.ddlSchema())
              .put("separator", csv.separator())
              .put("encoding", csv.encoding())
              .put("quote", csv.quote())
              .put("escape", csv.escape())
              .put("header", csv.header())
              .put("inferSchema", csv.inferSchema())
              .put("nullValue", csv.nullValue())
              .put("dateFormat", csv.dateFormat())
              .put("timestampFormat", csv.timestampFormat())
              .put("schema", schema(csv.schema()));
      case ReadStep.EsriShapefile shape ->
          to.put("ddlSchema", shape.ddlSchema())
              .put("subPath", shape.subPath())
              .put("schema", schema(shape.schema()));
      case ReadStep.Json json ->
          to.put("subPath", json.subPath())
              .put("ddlSchema", json.ddlSchema())
              .put("dateFormat", json.dateFormat())
              .put("encoding", json.encoding())
              .put("timestampFormat", json.timestampFormat())
              .put("schema", schema(json.schema()));
      case ReadStep.NdJson json ->
          to.put("ddlSchema", json.ddlSchema())
              .put("dateFormat", json.dateFormat())
              .put("encoding", json.encoding())
              .put("timestampFormat", json.timestampFormat())
              .put("schema", schema(json.schema()));
      case ReadStep.GeoJson _, ReadStep.NdGeoJson _, ReadStep.Parquet _ ->
          to.put("ddlSchema", step.ddlSchema()).put("schema", schema(step.schema()));
    };
  }

  private static @Nullable Tree schema(@Nullable DataSchema schema) {
    return schema == null ? null : EventTree.schema(schema);
  }

  private static Tree mergeStrategy(MergeStrategy merge) {
    Tree.Fields to = Tree.Fields.ofKind(merge.kind());
    return switch (merge) {
      case MergeStrategy.Append _ -> to;
      case MergeStrategy.Snapshot snapshot ->
          to.put("primaryKey", snapshot.primaryKey())
              .put("compareColumns", snapshot.compareColumns());
      case MergeStrategy.Ledger _, MergeStrategy.ChangelogStream _, MergeStrategy.UpsertStream _ ->
          to.put("primaryKey", merge.primaryKey());
    };
  }

  static Tree transform(Transform transform) {
    Tree.Fields to =
        Tree.Fields.ofKind("Sql")
            .put("engine", transform.engine())
            .put("version", transform.version())
            .put("query", transform.query());
    if (transform.queries() != null) {
      List<Tree> steps = new ArrayList<>();
      for (Transform.SqlQueryStep step : transform.queries()) {
        steps.add(new Tree.Fields().put("alias", step.alias()).put("query", step.query()));
      }
      to.put("queries", new Tree.Items(steps));
    }
    if (transform.temporalTables() != null) {
      List<Tree> tables = new ArrayList<>();
      for (Transform.TemporalTable table : transform.temporalTables()) {
        tables.add(
            new Tree.Fields().put("name", table.name()).put("primaryKey", table.primaryKey()));
      }
      to.put("temporalTables", new Tree.Items(tables));
    }
    return to;
  }

  private static Tree fetch(FetchStep fetch) {
    Tree.Fields to = Tree.Fields.ofKind(fetch.kind());
    return switch (fetch) {
      case FetchStep.Url url ->
          to.put("url", url.url())
              .put("eventTime", eventTime(url.eventTime()))
              .put("cache", cache(url.cacheForever()))
              .put("headers", pairs(url.headers()));
      case FetchStep.FilesGlob glob ->
          to.put("path", glob.path())
              .put("eventTime", eventTime(glob.eventTime()))
              .put("cache", cache(glob.cacheForever()))
              .put("order", glob.order());
      case FetchStep.Container container ->
          to.put("image", container.image())
              .put("command", container.command())
              .put("args", container.args())
              .put("env", pairs(container.env()));
      case FetchStep.Mqtt mqtt -> {
        List<Tree> topics = new ArrayList<>();
        for (PollingSource.TopicSubscription topic : mqtt.topics()) {
          topics.add(new Tree.Fields().put("path", topic.path()).put("qos", topic.qos()));
        }
        yield to.put("host", mqtt.host())
            .put("port", (long) mqtt.port())
            .put("username", mqtt.username())
            .put("password", mqtt.password())
            .put("topics", new Tree.Items(topics));
      }
      case FetchStep.EthereumLogs logs ->
          to.put("chainId", logs.chainId())
              .put("nodeUrl", logs.nodeUrl())
              .put("filter", logs.filter())
              .put("signature", logs.signature());
    };
  }

  private static @Nullable Tree eventTime(@Nullable EventTimeSource source) {
    return switch (source) {
      case null -> null;
      case EventTimeSource.FromMetadata _ -> Tree.Fields.ofKind("FromMetadata");
      case EventTimeSource.FromPath path ->
          Tree.Fields.ofKind("FromPath")
              .put("pattern", path.pattern())
              .put("timestampFormat", path.timestampFormat());
      case EventTimeSource.FromSystemTime _ -> Tree.Fields.ofKind("FromSystemTime");
    };
  }

  private static @Nullable Tree cache(boolean forever) {
    return forever ? Tree.Fields.ofKind("Forever") : null;
  }

  private static @Nullable Tree pairs(@Nullable List<PollingSource.Pair> pairs) {
    if (pairs == null) {
      return null;
    }
    List<Tree> items = new ArrayList<>();
    for (PollingSource.Pair pair : pairs) {
      items.add(new Tree.Fields().put("name", pair.name()).put("value", pair.value()));
    }
    return new Tree.Items(items);
  }

  private static @Nullable Tree prepare(@Nullable List<PrepStep> steps) {
    if (steps == null) {
      return null;
    }
    List<Tree> items = new ArrayList<>();
    for (PrepStep step : steps) {
      items.add(
          switch (step) {
            case PrepStep.Decompress unpack ->
                Tree.Fields.ofKind("Decompress")
                    .put("format", unpack.format())
                    .put("subPath", unpack.subPath());
            case PrepStep.Pipe pipe -> Tree.Fields.ofKind("Pipe").put("command", pipe.command());
          });
    }
    return new Tree.Items(items);
  }
}
