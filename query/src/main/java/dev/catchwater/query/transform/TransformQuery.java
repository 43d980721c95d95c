package dev.catchwater.query.transform;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.Transform;
import dev.catchwater.query.sql.SqlGate;
import dev.catchwater.query.sql.SqlText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The query of a derivative, looked at: what its steps are and how its result can follow its
/// inputs. Immutable.
///
/// @param before what stands in front of the last step, `WITH …` or nothing
/// @param last the last step as the engine gets it
/// @param shape of the last step; null where it is recomputed
/// @param keys of the groups of an aggregate; null where it is none
/// @param eventTime an expression of the event time of a row of the stream; null where none is
///   known or the query has its own
/// @param columns names, in lower case, that exactly one of the tables of the last step has; null
///   where they are not known
/// @param isJoin whether the last step reads more than one table
record TransformQuery(
    String before,
    String last,
    @Nullable QueryShape shape,
    @Nullable GroupKeys keys,
    @Nullable String eventTime,
    @Nullable Set<String> columns,
    boolean isJoin,
    Maintenance maintenance) {

  private static final Set<String> ENGINES = Set.of("duckdb", "datafusion");

  /// An input.
  ///
  /// @param alias the name in the query
  /// @param schema its columns, null where they are not known
  /// @param eventTime the column of its event times
  record Source(String alias, @Nullable DataSchema schema, String eventTime) {}

  /// What a name in a step stands for.
  ///
  /// @param isStream whether its rows only grow, and are read from where the last run ended
  /// @param columns in lower case, null where they are not known
  /// @param eventTime the column of event times, null for none
  private record Relation(
      boolean isStream, @Nullable Set<String> columns, @Nullable String eventTime) {}

  /// The statements of a transform.
  ///
  /// @throws CatchwaterException `UNSUPPORTED` for another engine or temporal tables, `BAD_SQL`
  static List<SqlText> texts(String name, SetTransform transform) {
    Transform sql = transform.transform();
    if (!ENGINES.contains(sql.engine().toLowerCase(Locale.ROOT))) {
      throw CatchwaterException.of(
              ErrorCode.UNSUPPORTED,
              "The transform of " + name + " is for the engine " + sql.engine())
          .withHint("engines that are run here are duckdb and datafusion");
    }
    List<Transform.TemporalTable> temporal = sql.temporalTables();
    if (temporal != null && !temporal.isEmpty()) {
      throw CatchwaterException.of(
              ErrorCode.UNSUPPORTED,
              "The transform of "
                  + name
                  + " has temporalTables, which need an engine that goes through the times of rows")
          .withHint("join in the query the newest row of each key");
    }
    List<SqlText> texts = new ArrayList<>();
    for (Transform.SqlQueryStep step : Objects.requireNonNull(sql.queries(), "normalized")) {
      List<SqlText> found = SqlText.split(name, step.query());
      if (found.size() != 1) {
        throw CatchwaterException.at(
            ErrorCode.SQL_NOT_ALLOWED,
            Place.of(name),
            found.size() + " statements where one is expected");
      }
      texts.add(found.getFirst());
    }
    return texts;
  }

  /// Looks at a query.
  ///
  /// @param eventTime the column of event times of the derivative
  /// @param requests what the engine says that the steps ask for
  /// @param sources its inputs
  /// @throws CatchwaterException `DATASET_NOT_FOUND` for a table that is no input
  static TransformQuery of(
      SetTransform transform,
      ViewTerms terms,
      String eventTime,
      List<SqlText> texts,
      List<SqlGate.Request> requests,
      List<Source> sources) {
    List<Transform.SqlQueryStep> steps =
        Objects.requireNonNull(transform.transform().queries(), "normalized");
    Looking looking = new Looking(terms, sources);
    for (int i = 0; i < texts.size(); i++) {
      looking.requireKnown(requests.get(i), texts.get(i));
      String alias = steps.get(i).alias();
      if (alias != null) {
        looking.add(alias, texts.get(i), requests.get(i));
      }
    }
    return looking.last(texts.getLast(), requests.getLast(), eventTime);
  }

  /// The whole statement, as it was written.
  String whole() {
    return before.isEmpty() ? last : before + "SELECT * FROM (\n" + last + "\n) AS q";
  }

  /// Adds up the steps.
  private static final class Looking {
    private final ViewTerms terms;
    private final Map<String, Relation> known = new HashMap<>();
    private final StringBuilder before = new StringBuilder();
    private final int streams;
    private @Nullable String obstacle;

    Looking(ViewTerms terms, List<Source> sources) {
      this.terms = terms;
      int count = 0;
      for (Source source : sources) {
        boolean isStream = !terms.isTable(source.alias());
        count += isStream ? 1 : 0;
        Set<String> columns = columns(source.schema());
        known.put(lower(source.alias()), new Relation(isStream, columns, source.eventTime()));
      }
      streams = count;
      if (streams != 1) {
        obstacle =
            streams == 0 ? "it reads tables alone" : "it reads " + streams + " datasets that grow";
      }
    }

    private static @Nullable Set<String> columns(@Nullable DataSchema schema) {
      if (schema == null) {
        return null;
      }
      Set<String> columns = new HashSet<>();
      for (DataField field : schema.fields()) {
        columns.add(lower(field.name()));
      }
      return columns;
    }

    void requireKnown(SqlGate.Request request, SqlText text) {
      if (request.listsTables()) {
        throw CatchwaterException.of(
            ErrorCode.SQL_NOT_ALLOWED, "SHOW TABLES is not the same each time");
      }
      for (SqlGate.TableName table : request.tables()) {
        if (!known.containsKey(lower(table.name()))) {
          throw CatchwaterException.of(
                  ErrorCode.DATASET_NOT_FOUND,
                  "Table not found: " + table.name() + " in " + text.source().strip())
              .withHint("the query sees " + String.join(", ", new TreeSet<>(known.keySet())));
        }
      }
    }

    void add(String alias, SqlText text, SqlGate.Request request) {
      before
          .append(before.isEmpty() ? "WITH " : ",\n")
          .append(SqlText.quoted(alias))
          .append(" AS (\n")
          .append(text.engineText())
          .append("\n)");
      if (!readsStream(request)) {
        known.put(lower(alias), table(QueryShape.of(text.engineText())));
        return;
      }
      QueryShape shape = obstacle == null ? QueryShape.of(text.engineText()) : null;
      Relation from = shape == null ? null : only(shape);
      if (shape == null || from == null || !shape.isRowWise()) {
        obstacle =
            obstacle == null ? "the step " + alias + " may need several rows at once" : obstacle;
        known.put(lower(alias), new Relation(true, null, null));
        return;
      }
      known.put(lower(alias), of(shape, from));
    }

    /// A step of tables alone.
    private Relation table(@Nullable QueryShape shape) {
      Relation from = shape == null ? null : only(shape);
      return new Relation(
          false, shape == null || from == null ? null : of(shape, from).columns(), null);
    }

    private @Nullable Relation only(QueryShape shape) {
      return shape.tables().size() == 1 ? known.get(shape.tables().getFirst().name()) : null;
    }

    private static Relation of(QueryShape shape, Relation from) {
      Set<String> columns = new HashSet<>();
      boolean hasStar = false;
      String time = from.eventTime();
      boolean hasTime = false;
      for (QueryShape.Item item : shape.items()) {
        hasStar |= item.isStar();
        columns.add(item.name());
        hasTime |= item.name().equals(time);
      }
      return new Relation(true, hasStar ? null : columns, hasStar || hasTime ? time : null);
    }

    private boolean readsStream(SqlGate.Request request) {
      for (SqlGate.TableName table : request.tables()) {
        Relation relation = known.get(lower(table.name()));
        if (relation != null && relation.isStream()) {
          return true;
        }
      }
      return false;
    }

    TransformQuery last(SqlText text, SqlGate.Request request, String eventTime) {
      String prefix = before.isEmpty() ? "" : before + "\n";
      String sql = text.engineText();
      if (obstacle != null) {
        return recomputed(prefix, sql, obstacle);
      }
      QueryShape shape = QueryShape.of(sql);
      if (shape == null || !readsStream(request)) {
        return recomputed(prefix, sql, "the query may need more rows than the new ones");
      }
      QueryShape.Table stream = stream(shape);
      if (stream == null) {
        return recomputed(prefix, sql, "of a join, rows may come to be without new ones");
      }
      Relation relation = Objects.requireNonNull(known.get(stream.name()));
      String time =
          relation.eventTime() == null || hasColumn(shape, relation, eventTime)
              ? null
              : SqlText.quoted(stream.alias()) + "." + SqlText.quoted(relation.eventTime());
      boolean isJoin = shape.tables().size() > 1;
      String of = isJoin ? "a join of a stream with tables" : "new rows alone";
      Set<String> columns = columns(shape);
      if (shape.isRowWise()) {
        Maintenance way = new Maintenance(Maintenance.Way.APPENDED, "a projection of " + of);
        return new TransformQuery(prefix, sql, shape, null, time, columns, isJoin, way);
      }
      GroupKeys keys = GroupKeys.of(shape, columns);
      if (keys == null) {
        return recomputed(prefix, sql, "an item of the list is neither a key nor an aggregate");
      }
      List<String> primaryKey = terms.primaryKey();
      if (!primaryKey.isEmpty() && !keys.areToldApartBy(shape, primaryKey)) {
        return recomputed(prefix, sql, "its primary key is not what it is grouped by");
      }
      Maintenance way =
          new Maintenance(
              Maintenance.Way.AGGREGATED,
              "groups whose state goes on, of " + (isJoin ? of : "one dataset"));
      return new TransformQuery(prefix, sql, shape, keys, time, columns, isJoin, way);
    }

    /// The names that one table alone has; null where those of a table are not known.
    private @Nullable Set<String> columns(QueryShape shape) {
      Set<String> once = new HashSet<>();
      Set<String> all = new HashSet<>();
      for (QueryShape.Table table : shape.tables()) {
        Relation relation = known.get(table.name());
        Set<String> columns = relation == null ? null : relation.columns();
        if (columns == null) {
          return null;
        }
        for (String column : columns) {
          if (all.add(column)) {
            once.add(column);
          } else {
            once.remove(column);
          }
        }
      }
      return once;
    }

    /// The one table that grows; null where a row may stand without one of its rows.
    private QueryShape.@Nullable Table stream(QueryShape shape) {
      QueryShape.Table stream = null;
      for (QueryShape.Table table : shape.tables()) {
        Relation relation = known.get(table.name());
        if (relation != null && relation.isStream()) {
          if (stream != null || table.mayBeMissing()) {
            return null;
          }
          stream = table;
        }
      }
      return stream;
    }

    private static boolean hasColumn(QueryShape shape, Relation relation, String column) {
      for (QueryShape.Item item : shape.items()) {
        boolean isAll = item.isStar() && lower(column).equals(relation.eventTime());
        if (isAll || item.name().equals(lower(column))) {
          return true;
        }
      }
      return false;
    }

    private static TransformQuery recomputed(String before, String last, String why) {
      return new TransformQuery(
          before, last, null, null, null, null, false, Maintenance.recomputed(why));
    }

    private static String lower(String text) {
      return text.toLowerCase(Locale.ROOT);
    }
  }
}
