package dev.catchwater.server.api;

import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.manifest.EventText;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Vocabulary;
import dev.catchwater.server.access.Scope;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Datasets as resources, and what their chains say.
final class DatasetRoutes {
  private static final List<String> PARTS =
      List.of("attachments", "info", "license", "refs", "schema", "seed", "vocab");

  private final Premises premises;

  DatasetRoutes(Premises premises) {
    this.premises = premises;
  }

  /// `GET /datasets`
  Answer list(Call call) {
    RowText.requireJsonAccepted(call);
    List<Tree> items = new ArrayList<>();
    for (Dataset dataset : premises.workspace().list()) {
      if (!call.access().isKnown(dataset.name())) {
        continue;
      }
      try {
        boolean isRead = call.access().has(Scope.READ, dataset.name());
        items.add(isRead ? describe(dataset) : named(dataset));
      } catch (CatchwaterException e) {
        // One that is broken does not hide the others.
        items.add(named(dataset).put("problem", e.code().slug()));
      }
    }
    return Answer.json(new Tree.Fields().put("datasets", new Tree.Items(items)));
  }

  /// `GET /datasets/{id}`
  Answer one(Call call) {
    RowText.requireJsonAccepted(call);
    return Answer.json(describe(premises.dataset(call.segment("id"))));
  }

  private Tree.Fields named(Dataset dataset) {
    return new Tree.Fields()
        .putText("id", dataset.id())
        .put("owner", new Tree.Fields().put("accountName", premises.account()))
        .put("datasetName", dataset.name().toString());
  }

  private Tree.Fields describe(Dataset dataset) {
    HotRows hot = premises.live().dataset(dataset).hotRows();
    ChainState state = hot.state();
    boolean isRoot = state.seed().datasetKind() == MetadataEvent.DatasetKind.ROOT;
    return named(dataset)
        .put("kind", isRoot ? "Root" : "Derivative")
        .putText("head", state.head())
        .put("nextOffset", hot.nextOffset())
        .put("unsealedRows", hot.rowCount())
        .put("blocks", state.blockCount())
        .put("dataSize", state.dataSize())
        .putText("watermark", state.watermark());
  }

  /// `GET /{dataset}/metadata`
  Answer metadata(Call call) {
    RowText.requireJsonAccepted(call);
    ChainState state = premises.dataset(call).state();
    RowText.SchemaFormat format = RowText.SchemaFormat.of(call.parameter("schemaFormat"));
    Tree.Fields output = new Tree.Fields();
    for (String part : parts(call.parameter("include"))) {
      switch (part) {
        case "attachments" -> output.put(part, event(state.attachments()));
        case "info" -> output.put(part, event(state.info()));
        case "license" -> output.put(part, event(state.license()));
        case "seed" -> output.put(part, event(state.seed()));
        case "refs" ->
            output.put(
                part,
                new Tree.Items(
                    List.of(
                        new Tree.Fields().put("name", "head").putText("blockHash", state.head()))));
        case "vocab" -> output.put(part, vocabulary(state.vocabulary()));
        default -> putSchema(output, state.schema(), format);
      }
    }
    return Answer.json(new Tree.Fields().put("output", output));
  }

  private static void putSchema(
      Tree.Fields output, @Nullable DataSchema schema, RowText.SchemaFormat format) {
    if (schema != null) {
      output.put("schema", new Tree.Literal(format.json(schema)));
      output.put("schemaFormat", format.word());
    }
  }

  private static Tree vocabulary(Vocabulary words) {
    return new Tree.Fields()
        .put("offsetColumn", words.offset())
        .put("operationTypeColumn", words.operationType())
        .put("systemTimeColumn", words.systemTime())
        .put("eventTimeColumn", words.eventTime());
  }

  private static List<String> parts(@Nullable String include) {
    if (include == null) {
      return List.of("seed");
    }
    List<String> parts = new ArrayList<>();
    for (String word : List.of(include.split(",", -1))) {
      String part = word.strip().toLowerCase(Locale.ROOT);
      if (!PARTS.contains(part)) {
        throw Refusal.of(
            400, "bad-argument", "include is one or more of " + String.join(", ", PARTS));
      }
      if (!parts.contains(part)) {
        parts.add(part);
      }
    }
    return parts;
  }

  /// An event without its kind, null where the chain has none.
  private static @Nullable Tree event(@Nullable MetadataEvent event) {
    if (event == null) {
      return null;
    }
    Tree tree = JsonTree.read(EventText.json(event));
    if (tree instanceof Tree.Fields fields) {
      fields.fields().remove("kind");
    }
    return tree;
  }
}
