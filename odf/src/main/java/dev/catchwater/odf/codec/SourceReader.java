package dev.catchwater.odf.codec;

import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.PollingSource;
import dev.catchwater.odf.source.PollingSource.EventTimeSource;
import dev.catchwater.odf.source.PollingSource.FetchStep;
import dev.catchwater.odf.source.PollingSource.Pair;
import dev.catchwater.odf.source.PollingSource.PrepStep;
import dev.catchwater.odf.source.PollingSource.TopicSubscription;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.odf.source.Transform;
import org.jspecify.annotations.Nullable;

/// Reads push and polling sources and what they are made of (odf-format §3.4).
final class SourceReader {
  private SourceReader() {}

  static MetadataEvent.AddPushSource pushSource(FlatTable table) {
    return new MetadataEvent.AddPushSource(
        table.string(0, "source_name"),
        readStep(table, 1),
        transform(table, 3, "preprocess"),
        mergeStrategy(table, 5));
  }

  static PollingSource pollingSource(FlatTable table) {
    return new PollingSource(
        fetchStep(table, 0),
        table.optionalTables(2, "prepare", "PrepStepWrapper", SourceReader::prepStep),
        readStep(table, 3),
        transform(table, 5, "preprocess"),
        mergeStrategy(table, 7));
  }

  private static ReadStep readStep(FlatTable owner, int slot) {
    int ordinal = owner.unionType(slot);
    if (ordinal == 0) {
      throw owner.missing("read");
    }
    FlatTable table = owner.union(slot, "read", "ReadStep");
    return switch (ordinal) {
      case 1 -> csv(table);
      case 2 -> new ReadStep.GeoJson(ddl(table, 0), SchemaReader.optionalSchema(table, 1));
      case 3 ->
          new ReadStep.EsriShapefile(
              ddl(table, 0),
              table.optionalString(1, "sub_path"),
              SchemaReader.optionalSchema(table, 2));
      case 4 -> new ReadStep.Parquet(ddl(table, 0), SchemaReader.optionalSchema(table, 1));
      case 5 ->
          new ReadStep.Json(
              table.optionalString(0, "sub_path"),
              ddl(table, 1),
              table.optionalString(2, "date_format"),
              table.optionalString(3, "encoding"),
              table.optionalString(4, "timestamp_format"),
              SchemaReader.optionalSchema(table, 5));
      case 6 ->
          new ReadStep.NdJson(
              ddl(table, 0),
              table.optionalString(1, "date_format"),
              table.optionalString(2, "encoding"),
              table.optionalString(3, "timestamp_format"),
              SchemaReader.optionalSchema(table, 4));
      case 7 -> new ReadStep.NdGeoJson(ddl(table, 0), SchemaReader.optionalSchema(table, 1));
      default -> throw owner.unknown("read", ordinal);
    };
  }

  private static ReadStep csv(FlatTable table) {
    return new ReadStep.Csv(
        ddl(table, 0),
        table.optionalString(1, "separator"),
        table.optionalString(2, "encoding"),
        table.optionalString(3, "quote"),
        table.optionalString(4, "escape"),
        table.optionalBoolean(5),
        table.optionalBoolean(6),
        table.optionalString(7, "null_value"),
        table.optionalString(8, "date_format"),
        table.optionalString(9, "timestamp_format"),
        SchemaReader.optionalSchema(table, 10));
  }

  private static java.util.@Nullable List<String> ddl(FlatTable table, int slot) {
    return table.optionalStrings(slot, "ddl_schema");
  }

  private static MergeStrategy mergeStrategy(FlatTable owner, int slot) {
    int ordinal = owner.unionType(slot);
    if (ordinal == 0) {
      throw owner.missing("merge");
    }
    FlatTable table = owner.union(slot, "merge", "MergeStrategy");
    return switch (ordinal) {
      case 1 -> new MergeStrategy.Append();
      case 2 -> new MergeStrategy.Ledger(table.strings(0, "primary_key"));
      case 3 ->
          new MergeStrategy.Snapshot(
              table.strings(0, "primary_key"), table.optionalStrings(1, "compare_columns"));
      case 4 -> new MergeStrategy.ChangelogStream(table.strings(0, "primary_key"));
      case 5 -> new MergeStrategy.UpsertStream(table.strings(0, "primary_key"));
      default -> throw owner.unknown("merge", ordinal);
    };
  }

  static @Nullable Transform transform(FlatTable owner, int slot, String field) {
    int ordinal = owner.unionType(slot);
    if (ordinal == 0) {
      return null;
    }
    if (ordinal != 1) {
      throw owner.unknown(field, ordinal);
    }
    FlatTable table = owner.union(slot, field, "TransformSql");
    return new Transform(
        table.string(0, "engine"),
        table.optionalString(1, "version"),
        table.optionalString(2, "query"),
        table.optionalTables(
            3,
            "queries",
            "SqlQueryStep",
            step ->
                new Transform.SqlQueryStep(
                    step.optionalString(0, "alias"), step.string(1, "query"))),
        table.optionalTables(
            4,
            "temporal_tables",
            "TemporalTable",
            entry ->
                new Transform.TemporalTable(
                    entry.string(0, "name"), entry.strings(1, "primary_key"))));
  }

  private static FetchStep fetchStep(FlatTable owner, int slot) {
    int ordinal = owner.unionType(slot);
    if (ordinal == 0) {
      throw owner.missing("fetch");
    }
    FlatTable table = owner.union(slot, "fetch", "FetchStep");
    return switch (ordinal) {
      case 1 ->
          new FetchStep.Url(
              table.string(0, "url"),
              eventTime(table, 1),
              cache(table, 3),
              table.optionalTables(5, "headers", "RequestHeader", SourceReader::pair));
      case 2 ->
          new FetchStep.FilesGlob(
              table.string(0, "path"),
              eventTime(table, 1),
              cache(table, 3),
              table.has(5)
                  ? name(table, "order", table.intAt(5, 0), SourceWriter.SOURCE_ORDERINGS)
                  : null);
      case 3 ->
          new FetchStep.Container(
              table.string(0, "image"),
              table.optionalStrings(1, "command"),
              table.optionalStrings(2, "args"),
              table.optionalTables(3, "env", "EnvVar", SourceReader::pair));
      case 4 ->
          new FetchStep.Mqtt(
              table.string(0, "host"),
              table.intAt(1, 0),
              table.optionalString(2, "username"),
              table.optionalString(3, "password"),
              table.tables(4, "topics", "MqttTopicSubscription", SourceReader::topic));
      case 5 ->
          new FetchStep.EthereumLogs(
              table.optionalLong(0),
              table.optionalString(1, "node_url"),
              table.optionalString(2, "filter"),
              table.optionalString(3, "signature"));
      default -> throw owner.unknown("fetch", ordinal);
    };
  }

  private static @Nullable EventTimeSource eventTime(FlatTable owner, int slot) {
    int ordinal = owner.unionType(slot);
    if (ordinal == 0) {
      return null;
    }
    FlatTable table = owner.union(slot, "event_time", "EventTimeSource");
    return switch (ordinal) {
      case 1 -> new EventTimeSource.FromMetadata();
      case 2 ->
          new EventTimeSource.FromPath(
              table.string(0, "pattern"), table.optionalString(1, "timestamp_format"));
      case 3 -> new EventTimeSource.FromSystemTime();
      default -> throw owner.unknown("event_time", ordinal);
    };
  }

  private static boolean cache(FlatTable owner, int slot) {
    int ordinal = owner.unionType(slot);
    if (ordinal > 1) {
      throw owner.unknown("cache", ordinal);
    }
    return ordinal == 1;
  }

  private static PrepStep prepStep(FlatTable wrapper) {
    int ordinal = wrapper.unionType(0);
    if (ordinal == 0) {
      throw wrapper.missing("value");
    }
    FlatTable table = wrapper.union(0, "value", "PrepStep");
    return switch (ordinal) {
      case 1 ->
          new PrepStep.Decompress(
              name(table, "format", table.intAt(0, 0), SourceWriter.COMPRESSION_FORMATS),
              table.optionalString(1, "sub_path"));
      case 2 -> new PrepStep.Pipe(table.strings(0, "command"));
      default -> throw wrapper.unknown("value", ordinal);
    };
  }

  private static Pair pair(FlatTable table) {
    return new Pair(table.string(0, "name"), table.optionalString(1, "value"));
  }

  private static TopicSubscription topic(FlatTable table) {
    return new TopicSubscription(
        table.string(0, "path"),
        table.has(1) ? name(table, "qos", table.intAt(1, 0), SourceWriter.MQTT_QOS) : null);
  }

  private static String name(FlatTable table, String field, int code, java.util.List<String> of) {
    if (code < 0 || code >= of.size()) {
      throw table.unknown(field, code);
    }
    return of.get(code);
  }
}
