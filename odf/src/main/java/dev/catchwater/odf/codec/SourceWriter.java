package dev.catchwater.odf.codec;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.PollingSource;
import dev.catchwater.odf.source.PollingSource.EventTimeSource;
import dev.catchwater.odf.source.PollingSource.FetchStep;
import dev.catchwater.odf.source.PollingSource.Pair;
import dev.catchwater.odf.source.PollingSource.PrepStep;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.odf.source.Transform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes push and polling sources in the order of odf-format §3.5.
final class SourceWriter {
  static final List<String> SOURCE_ORDERINGS = List.of("ByEventTime", "ByName");
  static final List<String> COMPRESSION_FORMATS = List.of("Gzip", "Zip");
  static final List<String> MQTT_QOS = List.of("AtMostOnce", "AtLeastOnce", "ExactlyOnce");

  private SourceWriter() {}

  static int write(FlatBufferBuilder to, MetadataEvent.AddPushSource source) {
    int name = to.createString(source.sourceName());
    int read = readStep(to, source.read());
    int preprocess = transform(to, source.preprocess());
    int merge = mergeStrategy(to, source.merge());
    to.startTable(7);
    to.addOffset(0, name, 0);
    addUnion(to, 1, source.read().code(), read);
    addUnion(to, 3, 1, preprocess);
    addUnion(to, 5, source.merge().code(), merge);
    return to.endTable();
  }

  static int write(FlatBufferBuilder to, PollingSource source) {
    int fetch = fetchStep(to, source.fetch());
    int prepare = prepare(to, source.prepare());
    int read = readStep(to, source.read());
    int preprocess = transform(to, source.preprocess());
    int merge = mergeStrategy(to, source.merge());
    to.startTable(9);
    addUnion(to, 0, ordinal(source.fetch()), fetch);
    to.addOffset(2, prepare, 0);
    addUnion(to, 3, source.read().code(), read);
    addUnion(to, 5, 1, preprocess);
    addUnion(to, 7, source.merge().code(), merge);
    return to.endTable();
  }

  /// A union takes two slots: its ordinal, then its value; nothing where the value is absent.
  static void addUnion(FlatBufferBuilder to, int slot, int ordinal, int value) {
    if (value != 0) {
      to.addByte(slot, (byte) ordinal, 0);
      to.addOffset(slot + 1, value, 0);
    }
  }

  private static int readStep(FlatBufferBuilder to, ReadStep step) {
    return switch (step.code()) {
      case 1 -> csv(to, (ReadStep.Csv) step);
      case 2, 4, 7 -> {
        int ddl = FlatScalars.strings(to, step.ddlSchema());
        yield offsets(to, ddl, SchemaWriter.write(to, step.schema()));
      }
      case 3 -> shapefile(to, (ReadStep.EsriShapefile) step);
      case 5 -> json(to, (ReadStep.Json) step);
      case 6 -> ndJson(to, (ReadStep.NdJson) step);
      default -> throw new IllegalStateException("no read step has the code " + step.code());
    };
  }

  private static int shapefile(FlatBufferBuilder to, ReadStep.EsriShapefile shape) {
    int ddl = FlatScalars.strings(to, shape.ddlSchema());
    int subPath = FlatScalars.string(to, shape.subPath());
    return offsets(to, ddl, subPath, SchemaWriter.write(to, shape.schema()));
  }

  private static int json(FlatBufferBuilder to, ReadStep.Json json) {
    int subPath = FlatScalars.string(to, json.subPath());
    int ddl = FlatScalars.strings(to, json.ddlSchema());
    int date = FlatScalars.string(to, json.dateFormat());
    int encoding = FlatScalars.string(to, json.encoding());
    int timestamp = FlatScalars.string(to, json.timestampFormat());
    int schema = SchemaWriter.write(to, json.schema());
    return offsets(to, subPath, ddl, date, encoding, timestamp, schema);
  }

  private static int ndJson(FlatBufferBuilder to, ReadStep.NdJson json) {
    int ddl = FlatScalars.strings(to, json.ddlSchema());
    int date = FlatScalars.string(to, json.dateFormat());
    int encoding = FlatScalars.string(to, json.encoding());
    int timestamp = FlatScalars.string(to, json.timestampFormat());
    int schema = SchemaWriter.write(to, json.schema());
    return offsets(to, ddl, date, encoding, timestamp, schema);
  }

  /// A table that has only offsets, in slot order; 0 means absent.
  static int offsets(FlatBufferBuilder to, int... offsets) {
    to.startTable(offsets.length);
    for (int i = 0; i < offsets.length; i++) {
      to.addOffset(i, offsets[i], 0);
    }
    return to.endTable();
  }

  private static int csv(FlatBufferBuilder to, ReadStep.Csv csv) {
    int ddl = FlatScalars.strings(to, csv.ddlSchema());
    int separator = FlatScalars.string(to, csv.separator());
    int encoding = FlatScalars.string(to, csv.encoding());
    int quote = FlatScalars.string(to, csv.quote());
    int escape = FlatScalars.string(to, csv.escape());
    int nullValue = FlatScalars.string(to, csv.nullValue());
    int date = FlatScalars.string(to, csv.dateFormat());
    int timestamp = FlatScalars.string(to, csv.timestampFormat());
    int schema = SchemaWriter.write(to, csv.schema());
    to.startTable(11);
    to.addOffset(0, ddl, 0);
    to.addOffset(1, separator, 0);
    to.addOffset(2, encoding, 0);
    to.addOffset(3, quote, 0);
    to.addOffset(4, escape, 0);
    FlatScalars.addBoolean(to, 5, csv.header());
    FlatScalars.addBoolean(to, 6, csv.inferSchema());
    to.addOffset(7, nullValue, 0);
    to.addOffset(8, date, 0);
    to.addOffset(9, timestamp, 0);
    to.addOffset(10, schema, 0);
    return to.endTable();
  }

  private static int mergeStrategy(FlatBufferBuilder to, MergeStrategy merge) {
    if (merge instanceof MergeStrategy.Append) {
      return SchemaWriter.empty(to);
    }
    int key = FlatScalars.strings(to, merge.primaryKey());
    return merge instanceof MergeStrategy.Snapshot snapshot
        ? offsets(to, key, FlatScalars.strings(to, snapshot.compareColumns()))
        : offsets(to, key);
  }

  static int transform(FlatBufferBuilder to, @Nullable Transform transform) {
    if (transform == null) {
      return 0;
    }
    int engine = to.createString(transform.engine());
    int version = FlatScalars.string(to, transform.version());
    int query = FlatScalars.string(to, transform.query());
    int queries = 0;
    List<Transform.SqlQueryStep> steps = transform.queries();
    if (steps != null) {
      int[] tables = new int[steps.size()];
      for (int i = 0; i < tables.length; i++) {
        int alias = FlatScalars.string(to, steps.get(i).alias());
        tables[i] = offsets(to, alias, to.createString(steps.get(i).query()));
      }
      queries = to.createVectorOfTables(tables);
    }
    int temporal = 0;
    List<Transform.TemporalTable> temporalTables = transform.temporalTables();
    if (temporalTables != null) {
      int[] tables = new int[temporalTables.size()];
      for (int i = 0; i < tables.length; i++) {
        int name = to.createString(temporalTables.get(i).name());
        int key = FlatScalars.strings(to, temporalTables.get(i).primaryKey());
        tables[i] = offsets(to, name, key);
      }
      temporal = to.createVectorOfTables(tables);
    }
    return offsets(to, engine, version, query, queries, temporal);
  }

  private static int ordinal(FetchStep fetch) {
    return switch (fetch) {
      case FetchStep.Url _ -> 1;
      case FetchStep.FilesGlob _ -> 2;
      case FetchStep.Container _ -> 3;
      case FetchStep.Mqtt _ -> 4;
      case FetchStep.EthereumLogs _ -> 5;
    };
  }

  private static int fetchStep(FlatBufferBuilder to, FetchStep fetch) {
    return switch (fetch) {
      case FetchStep.Url url -> {
        int address = to.createString(url.url());
        int eventTime = eventTime(to, url.eventTime());
        int cache = url.cacheForever() ? SchemaWriter.empty(to) : 0;
        int headers = pairs(to, url.headers());
        to.startTable(6);
        to.addOffset(0, address, 0);
        addUnion(to, 1, ordinal(url.eventTime()), eventTime);
        addUnion(to, 3, 1, cache);
        to.addOffset(5, headers, 0);
        yield to.endTable();
      }
      case FetchStep.FilesGlob glob -> filesGlob(to, glob);
      case FetchStep.Container container -> {
        int image = to.createString(container.image());
        int command = FlatScalars.strings(to, container.command());
        int args = FlatScalars.strings(to, container.args());
        yield offsets(to, image, command, args, pairs(to, container.env()));
      }
      case FetchStep.Mqtt mqtt -> mqtt(to, mqtt);
      case FetchStep.EthereumLogs logs -> {
        int nodeUrl = FlatScalars.string(to, logs.nodeUrl());
        int filter = FlatScalars.string(to, logs.filter());
        int signature = FlatScalars.string(to, logs.signature());
        to.startTable(4);
        FlatScalars.addLong(to, 0, logs.chainId());
        to.addOffset(1, nodeUrl, 0);
        to.addOffset(2, filter, 0);
        to.addOffset(3, signature, 0);
        yield to.endTable();
      }
    };
  }

  private static int filesGlob(FlatBufferBuilder to, FetchStep.FilesGlob glob) {
    int path = to.createString(glob.path());
    int eventTime = eventTime(to, glob.eventTime());
    int cache = glob.cacheForever() ? SchemaWriter.empty(to) : 0;
    to.startTable(6);
    to.addOffset(0, path, 0);
    addUnion(to, 1, ordinal(glob.eventTime()), eventTime);
    addUnion(to, 3, 1, cache);
    addCode(to, 5, SOURCE_ORDERINGS, glob.order());
    return to.endTable();
  }

  private static int mqtt(FlatBufferBuilder to, FetchStep.Mqtt mqtt) {
    int host = to.createString(mqtt.host());
    int username = FlatScalars.string(to, mqtt.username());
    int password = FlatScalars.string(to, mqtt.password());
    int[] topics = new int[mqtt.topics().size()];
    for (int i = 0; i < topics.length; i++) {
      int path = to.createString(mqtt.topics().get(i).path());
      to.startTable(2);
      to.addOffset(0, path, 0);
      addCode(to, 1, MQTT_QOS, mqtt.topics().get(i).qos());
      topics[i] = to.endTable();
    }
    int topicVector = to.createVectorOfTables(topics);
    to.startTable(5);
    to.addOffset(0, host, 0);
    to.addInt(1, mqtt.port(), 0);
    to.addOffset(2, username, 0);
    to.addOffset(3, password, 0);
    to.addOffset(4, topicVector, 0);
    return to.endTable();
  }

  private static void addCode(
      FlatBufferBuilder to, int slot, List<String> names, @Nullable String name) {
    if (name != null) {
      to.addInt(names.indexOf(name));
      to.slot(slot);
    }
  }

  private static int ordinal(@Nullable EventTimeSource source) {
    return switch (source) {
      case null -> 0;
      case EventTimeSource.FromMetadata _ -> 1;
      case EventTimeSource.FromPath _ -> 2;
      case EventTimeSource.FromSystemTime _ -> 3;
    };
  }

  private static int eventTime(FlatBufferBuilder to, @Nullable EventTimeSource source) {
    return switch (source) {
      case null -> 0;
      case EventTimeSource.FromPath path -> {
        int pattern = to.createString(path.pattern());
        yield offsets(to, pattern, FlatScalars.string(to, path.timestampFormat()));
      }
      case EventTimeSource.FromMetadata _, EventTimeSource.FromSystemTime _ ->
          SchemaWriter.empty(to);
    };
  }

  private static int pairs(FlatBufferBuilder to, @Nullable List<Pair> pairs) {
    if (pairs == null) {
      return 0;
    }
    int[] tables = new int[pairs.size()];
    for (int i = 0; i < tables.length; i++) {
      int name = to.createString(pairs.get(i).name());
      tables[i] = offsets(to, name, FlatScalars.string(to, pairs.get(i).value()));
    }
    return to.createVectorOfTables(tables);
  }

  private static int prepare(FlatBufferBuilder to, @Nullable List<PrepStep> steps) {
    if (steps == null) {
      return 0;
    }
    int[] tables = new int[steps.size()];
    for (int i = 0; i < tables.length; i++) {
      int value =
          switch (steps.get(i)) {
            case PrepStep.Decompress unpack -> {
              int subPath = FlatScalars.string(to, unpack.subPath());
              to.startTable(2);
              to.addInt(0, COMPRESSION_FORMATS.indexOf(unpack.format()), 0);
              to.addOffset(1, subPath, 0);
              yield to.endTable();
            }
            case PrepStep.Pipe pipe -> offsets(to, FlatScalars.strings(to, pipe.command()));
          };
      to.startTable(2);
      addUnion(to, 0, steps.get(i) instanceof PrepStep.Decompress ? 1 : 2, value);
      tables[i] = to.endTable();
    }
    return to.createVectorOfTables(tables);
  }
}
