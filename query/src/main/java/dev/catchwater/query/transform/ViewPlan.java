package dev.catchwater.query.transform;

import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Vocabulary;
import dev.catchwater.query.sql.ChainSlices;
import dev.catchwater.query.sql.DatasetView;
import dev.catchwater.query.sql.SqlPlan;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlScratch;
import dev.catchwater.query.sql.SqlText;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// What a transform would do, before there is a dataset of it. Immutable.
///
/// @param maintenance how the result would follow its inputs
/// @param columns of the result
/// @param keys the places of columns that tell its groups apart, none where not all that rows are
///   grouped by is shown; null where the query is no plain GROUP BY
/// @param known names, in lower case, that one of its tables has; null where they are not known
public record ViewPlan(
    Maintenance maintenance,
    List<String> columns,
    @Nullable List<Integer> keys,
    @Nullable Set<String> known) {

  public ViewPlan(
      Maintenance maintenance,
      List<String> columns,
      @Nullable List<Integer> keys,
      @Nullable Set<String> known) {
    this.maintenance = maintenance;
    this.columns = List.copyOf(columns);
    this.keys = keys == null ? null : List.copyOf(keys);
    this.known = known == null ? null : Set.copyOf(known);
  }

  /// An input of a plan.
  ///
  /// @param alias the name in the query
  /// @param schema all its columns
  public record Table(String alias, Dataset dataset, DataSchema schema) {}

  /// Looks at a transform; it reads no row.
  ///
  /// @param name what messages call it
  /// @throws dev.catchwater.odf.error.CatchwaterException as [Transforms#run]
  public static ViewPlan of(
      Workspace workspace,
      SqlQuery.Engines engines,
      String name,
      SetTransform transform,
      ViewTerms terms,
      List<Table> tables)
      throws IOException {
    try (SqlScratch scratch = SqlScratch.create(workspace)) {
      EngineUse engine = new EngineUse(workspace.disk(), engines, scratch.folder());
      List<SqlText> texts = TransformQuery.texts(name, transform);
      List<TransformQuery.Source> sources = new ArrayList<>();
      for (Table table : tables) {
        String time = table.dataset().state().vocabulary().eventTime();
        sources.add(new TransformQuery.Source(table.alias(), table.schema(), time));
        Dataset dataset = table.dataset();
        ChainSlices none = new ChainSlices(dataset.head(), dataset.folder(), List.of(), 1);
        engine.name(table.alias(), DatasetView.of(dataset, table.schema(), none, List.of()));
      }
      String time = Vocabulary.DEFAULT.eventTime();
      TransformQuery query =
          TransformQuery.of(transform, terms, time, texts, engine.look(texts), sources);
      try (SliceReader reader = engine.open(engine.run(query.whole(), new SqlPlan.Window(0, 0)))) {
        return of(query, reader.schema());
      }
    }
  }

  private static ViewPlan of(TransformQuery query, DataSchema found) {
    List<String> columns = new ArrayList<>();
    for (DataField field : found.fields()) {
      columns.add(field.name());
    }
    Maintenance how = query.maintenance();
    QueryShape shape = query.shape();
    GroupKeys keys = query.keys();
    if (shape == null || keys == null) {
      return new ViewPlan(how, columns, null, query.columns());
    }
    if (!AggregateSql.fits(shape, found)) {
      how = Maintenance.recomputed("an aggregate of this type has no state that goes on");
    }
    List<Integer> places = new ArrayList<>();
    Set<Integer> shown = new HashSet<>();
    for (int i = 0; i < keys.keyOf().size(); i++) {
      if (keys.keyOf().get(i) >= 0) {
        places.add(i);
        shown.add(keys.keyOf().get(i));
      }
    }
    boolean areAll = shown.size() == keys.keys().size();
    return new ViewPlan(how, columns, areAll ? places : List.of(), query.columns());
  }

  /// The query with other names of its columns, and perhaps fewer of them.
  ///
  /// @param query the one that this was asked of, one statement
  /// @param places which of its columns, by their place
  /// @param names that they get
  public String named(String query, List<Integer> places, List<String> names) {
    String text = SqlText.split(null, query).getFirst().engineText();
    QueryShape shape = QueryShape.of(text);
    boolean isPlain = shape != null && shape.items().stream().noneMatch(QueryShape.Item::isStar);
    GroupKeys groups = shape == null || keys == null ? null : GroupKeys.of(shape, known);
    if (shape == null
        || !isPlain
        || GroupKeys.usesAliases(shape, known)
        || (!shape.isRowWise() && groups == null)) {
      return wrapped(text, places, names);
    }
    StringJoiner list = new StringJoiner(", ", "SELECT ", "\n");
    for (int i = 0; i < places.size(); i++) {
      String item = expression(shape.items().get(places.get(i)));
      list.add(item + "\n AS " + SqlText.quoted(names.get(i)));
    }
    StringBuilder named = new StringBuilder(list + "FROM " + shape.from());
    if (shape.where() != null) {
      named.append("\nWHERE ").append(shape.where());
    }
    if (groups != null && !groups.keys().isEmpty()) {
      named.append("\nGROUP BY ").append(String.join("\n, ", groups.keys()));
    }
    return named.toString();
  }

  private static String expression(QueryShape.Item item) {
    return item.function() == null ? item.text() : item.function() + "(" + item.argument() + "\n)";
  }

  private static String wrapped(String text, List<Integer> places, List<String> names) {
    StringJoiner columns = new StringJoiner(", ");
    StringJoiner list = new StringJoiner(", ");
    int count = places.stream().mapToInt(Integer::intValue).max().orElse(0) + 1;
    for (int i = 0; i < count; i++) {
      columns.add("c" + i);
    }
    for (int i = 0; i < places.size(); i++) {
      list.add("c" + places.get(i) + " AS " + SqlText.quoted(names.get(i)));
    }
    return "SELECT " + list + " FROM (\n" + text + "\n) AS q(" + columns + ")";
  }
}
