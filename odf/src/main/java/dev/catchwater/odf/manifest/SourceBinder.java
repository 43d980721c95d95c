package dev.catchwater.odf.manifest;

import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.odf.source.Transform;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what a push source is made of: read step, preprocess, merge strategy (odf-format §13,
/// §14).
final class SourceBinder {
  private static final List<String> READ_STEPS =
      List.of("Csv", "GeoJson", "EsriShapefile", "Parquet", "Json", "NdJson", "NdGeoJson");
  private static final List<String> MERGE_STRATEGIES =
      List.of("Append", "Ledger", "Snapshot", "ChangelogStream", "UpsertStream");

  private SourceBinder() {}

  /// The two notations of a schema; at most one of them is present.
  private record Columns(@Nullable List<String> ddl, @Nullable DataSchema schema) {

    /// `schema:` with a list is the older spelling of `ddlSchema:`.
    static Columns of(YamlField step) {
      YamlField schema = step.find("schema");
      YamlField ddl = step.find("ddlSchema");
      if (schema != null && ddl != null) {
        throw ddl.error("Cannot specify both DDL and ODF schemas at once").withHint("give one");
      }
      if (schema != null && schema.node() instanceof YamlNode.Sequence) {
        return new Columns(SchemaBinder.ddl(schema), null);
      }
      return new Columns(
          ddl == null ? null : SchemaBinder.ddl(ddl),
          schema == null ? null : SchemaBinder.schema(schema));
    }
  }

  static ReadStep readStep(YamlField step) {
    String kind = step.require("kind").variant(READ_STEPS);
    return switch (kind) {
      case "Csv" -> csv(step);
      case "GeoJson" -> {
        Columns columns = plain(step);
        yield new ReadStep.GeoJson(columns.ddl, columns.schema);
      }
      case "EsriShapefile" -> {
        step.only("kind", "schema", "ddlSchema", "subPath");
        Columns columns = Columns.of(step);
        yield new ReadStep.EsriShapefile(columns.ddl, step.optionalText("subPath"), columns.schema);
      }
      case "Parquet" -> {
        Columns columns = plain(step);
        yield new ReadStep.Parquet(columns.ddl, columns.schema);
      }
      case "Json" -> {
        step.only(
            "kind", "schema", "ddlSchema", "subPath", "dateFormat", "encoding", "timestampFormat");
        Columns columns = Columns.of(step);
        yield new ReadStep.Json(
            step.optionalText("subPath"),
            columns.ddl,
            step.optionalText("dateFormat"),
            step.optionalText("encoding"),
            step.optionalText("timestampFormat"),
            columns.schema);
      }
      case "NdJson" -> {
        step.only("kind", "schema", "ddlSchema", "dateFormat", "encoding", "timestampFormat");
        Columns columns = Columns.of(step);
        yield new ReadStep.NdJson(
            columns.ddl,
            step.optionalText("dateFormat"),
            step.optionalText("encoding"),
            step.optionalText("timestampFormat"),
            columns.schema);
      }
      case "NdGeoJson" -> {
        Columns columns = plain(step);
        yield new ReadStep.NdGeoJson(columns.ddl, columns.schema);
      }
      default -> throw new IllegalStateException("no read step " + kind);
    };
  }

  private static Columns plain(YamlField step) {
    return Columns.of(step.only("kind", "schema", "ddlSchema"));
  }

  private static ReadStep csv(YamlField step) {
    step.only(
        "kind",
        "schema",
        "ddlSchema",
        "separator",
        "encoding",
        "quote",
        "escape",
        "header",
        "inferSchema",
        "nullValue",
        "dateFormat",
        "timestampFormat");
    String separator = character(step, "separator", false);
    String quote = character(step, "quote", false);
    String escape = character(step, "escape", true);
    String splits = separator == null ? "," : separator;
    if (splits.equals(quote == null ? "\"" : quote) || splits.equals(escape)) {
      throw step.error("Csv.separator has to differ from quote and escape");
    }
    Columns columns = Columns.of(step);
    return new ReadStep.Csv(
        columns.ddl,
        separator,
        step.optionalText("encoding"),
        quote,
        escape,
        step.optionalFlag("header"),
        step.optionalFlag("inferSchema"),
        step.optionalTextEvenNull("nullValue"),
        step.optionalText("dateFormat"),
        step.optionalText("timestampFormat"),
        columns.schema);
  }

  private static @Nullable String character(YamlField step, String key, boolean mayBeEmpty) {
    YamlField field = step.find(key);
    if (field == null) {
      return null;
    }
    String text = field.text();
    boolean fits =
        text.isEmpty()
            ? mayBeEmpty
            : text.length() == 1 && text.charAt(0) < 0x80 && "\r\n\0".indexOf(text.charAt(0)) < 0;
    if (!fits) {
      throw field
          .error("Csv." + key + " has to be one ASCII character, found " + field.node().what())
          .withHint(hint(key));
    }
    return text;
  }

  private static String hint(String key) {
    return switch (key) {
      case "separator" -> "a tab is written \"\\t\"";
      case "quote" -> "for data without quotes name a character that does not occur: \"\\x01\"";
      default -> "or \"\" for none";
    };
  }

  static MergeStrategy mergeStrategy(YamlField merge) {
    String kind = merge.require("kind").variant(MERGE_STRATEGIES);
    return switch (kind) {
      case "Append" -> {
        merge.only("kind");
        yield new MergeStrategy.Append();
      }
      case "Ledger" -> new MergeStrategy.Ledger(primaryKey(merge.only("kind", "primaryKey")));
      case "Snapshot" -> {
        merge.only("kind", "primaryKey", "compareColumns");
        yield new MergeStrategy.Snapshot(primaryKey(merge), names(merge.find("compareColumns")));
      }
      case "ChangelogStream" ->
          new MergeStrategy.ChangelogStream(primaryKey(merge.only("kind", "primaryKey")));
      case "UpsertStream" ->
          new MergeStrategy.UpsertStream(primaryKey(merge.only("kind", "primaryKey")));
      default -> throw new IllegalStateException("no merge strategy " + kind);
    };
  }

  private static List<String> primaryKey(YamlField merge) {
    List<String> names = names(merge.require("primaryKey"));
    return names == null ? List.of() : names;
  }

  private static @Nullable List<String> names(@Nullable YamlField list) {
    if (list == null) {
      return null;
    }
    List<String> names = new ArrayList<>();
    for (YamlField item : list.items()) {
      if (names.contains(item.text())) {
        throw item.error("Column '" + item.text() + "' is named twice");
      }
      names.add(item.text());
    }
    if (names.isEmpty()) {
      throw list.error("The list is empty").withHint("name at least one column");
    }
    return names;
  }

  /// A transform as it is stored: a single `query` becomes one step without an alias.
  static Transform transform(YamlField field) {
    var _ = field.require("kind").variant(List.of("Sql"));
    field.only("kind", "engine", "version", "query", "queries", "temporalTables");
    YamlField query = field.find("query");
    YamlField queries = field.find("queries");
    if (query != null && queries != null) {
      throw query.error("Cannot specify both query and queries at once").withHint("give one");
    }
    List<Transform.SqlQueryStep> steps = new ArrayList<>();
    if (query != null) {
      steps.add(new Transform.SqlQueryStep(null, query.text()));
    } else {
      steps.addAll(steps(field.require("queries")));
    }
    return new Transform(
        field.text("engine"),
        field.optionalText("version"),
        null,
        steps,
        temporalTables(field.find("temporalTables")));
  }

  private static List<Transform.SqlQueryStep> steps(YamlField queries) {
    List<YamlField> items = queries.items();
    if (items.isEmpty()) {
      throw queries.error("Transform must have at least one query");
    }
    List<Transform.SqlQueryStep> steps = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      YamlField item = items.get(i).only("alias", "query");
      String alias = item.optionalText("alias");
      if (i == items.size() - 1 && alias != null) {
        throw item.error("Last query in a transform must have no alias")
            .withHint("it is the output");
      }
      if (i < items.size() - 1 && alias == null) {
        throw item.error("In a transform all queries except the last one must have aliases");
      }
      steps.add(new Transform.SqlQueryStep(alias, item.text("query")));
    }
    return steps;
  }

  private static @Nullable List<Transform.TemporalTable> temporalTables(@Nullable YamlField list) {
    if (list == null) {
      return null;
    }
    List<Transform.TemporalTable> tables = new ArrayList<>();
    for (YamlField item : list.items()) {
      item.only("name", "primaryKey");
      tables.add(
          new Transform.TemporalTable(item.text("name"), item.require("primaryKey").texts()));
    }
    return tables;
  }
}
