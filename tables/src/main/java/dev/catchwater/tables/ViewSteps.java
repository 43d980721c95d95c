package dev.catchwater.tables;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.Vocabulary;
import dev.catchwater.odf.source.Transform.SqlQueryStep;
import dev.catchwater.query.sql.SqlText;
import dev.catchwater.query.transform.Maintenance;
import dev.catchwater.query.transform.ViewPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/// A view as steps of SQL: one for each dependency, which gives it the columns that the query
/// speaks of, and the query. Immutable.
///
/// @param steps those of the dependencies
/// @param query the owner's, one statement
record ViewSteps(List<SqlQueryStep> steps, String query) {
  private static final Vocabulary NAMES = Vocabulary.DEFAULT;

  ViewSteps {
    steps = List.copyOf(steps);
  }

  /// The steps of a view.
  ///
  /// @param fields of each schema-less dependency, with their types
  static ViewSteps of(
      ViewDefinition wanted,
      List<ViewSources.Source> found,
      Map<String, Map<String, String>> fields) {
    List<SqlText> statements = SqlText.split(wanted.name(), wanted.query());
    if (statements.size() != 1) {
      throw CatchwaterException.of(
          ErrorCode.SQL_NOT_ALLOWED, "One statement is wanted, found " + statements.size());
    }
    String query = statements.getFirst().engineText();
    List<ViewFields.Source> sources = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (ViewSources.Source source : found) {
      names.add(source.name());
      if (source.isSchemaless()) {
        sources.add(
            new ViewFields.Source(source.name(), fields.getOrDefault(source.name(), Map.of())));
      }
    }
    Map<String, Map<String, String>> columns = ViewFields.of(query, sources, names);
    List<SqlQueryStep> steps = new ArrayList<>();
    for (ViewSources.Source source : found) {
      steps.add(
          new SqlQueryStep(
              source.name(), step(source, columns.getOrDefault(source.name(), Map.of()))));
    }
    return new ViewSteps(steps, query);
  }

  private static String step(ViewSources.Source source, Map<String, String> columns) {
    String from = SqlText.quoted(source.input());
    StringJoiner list = new StringJoiner(", ", "SELECT ", " FROM ");
    if (source.isSchemaless()) {
      list.add(NAMES.eventTime());
      list.add(Definition.PAYLOAD);
      ViewFields.items(columns).forEach(list::add);
    } else {
      for (DataField field : source.schema().fields()) {
        boolean isTime = field.name().equals(NAMES.eventTime());
        if (isTime || !NAMES.isSystemColumn(field.name())) {
          list.add(SqlText.quoted(field.name()));
        }
      }
    }
    return switch (source.kind()) {
      case STREAM, STREAM_VIEW, VERSION -> list + from;
      case DYNAMIC_TABLE -> list + newest(from, List.of(Definition.KEY));
      case TABLE_VIEW -> list + newest(from, requireKey(source));
    };
  }

  private static List<String> requireKey(ViewSources.Source source) {
    if (source.key().isEmpty()) {
      throw ViewSources.bad("The view " + source.name() + " has no primary key to read it by")
          .withHint("make it with primaryKey");
    }
    return source.key();
  }

  /// The newest row of each key that is not gone.
  private static String newest(String from, List<String> key) {
    StringJoiner columns = new StringJoiner(", ");
    key.forEach(column -> columns.add(SqlText.quoted(column)));
    return "(SELECT *, row_number() OVER (PARTITION BY "
        + columns
        + " ORDER BY \"offset\" DESC) AS __newest FROM "
        + from
        + ") AS q WHERE __newest = 1 AND op IN (0, 3)";
  }

  /// The statement of the rows of a view as they stand, over its history `t`.
  ///
  /// @param values of the primary key as literals; none for all rows
  static String now(ViewDefinition view, List<String> values) {
    StringJoiner list = new StringJoiner(", ");
    view.outputColumns().forEach(column -> list.add(SqlText.quoted(column)));
    List<String> key = view.primaryKey();
    if (!values.isEmpty() && (values.size() != key.size() || key.isEmpty())) {
      throw ViewSources.bad(
          key.isEmpty()
              ? "View '" + view.name() + "' has no primary key"
              : "The key has the columns " + String.join(", ", key) + "; give their values");
    }
    StringJoiner where = new StringJoiner(" AND ");
    for (int i = 0; i < values.size(); i++) {
      String column = "CAST(" + SqlText.quoted(key.get(i)) + " AS VARCHAR)";
      where.add(column + " IS NOT DISTINCT FROM " + values.get(i));
    }
    String wanted = values.isEmpty() ? "" : " WHERE " + where;
    if (!view.isTable()) {
      return "SELECT " + list + " FROM t ORDER BY \"offset\"";
    }
    if (key.isEmpty()) {
      return "SELECT "
          + list
          + " FROM (SELECT "
          + list
          + ", unnest(range(CAST(sum(CASE WHEN op IN (0, 3) THEN 1 ELSE -1 END) AS BIGINT)))"
          + " AS __n FROM t GROUP BY "
          + list
          + ") AS q";
    }
    return "SELECT " + list + " FROM (SELECT * FROM " + newest("t", key) + ") AS q" + wanted;
  }

  /// Which columns of the query the output has, by their place (S17).
  ///
  /// @param warnings where some were left out
  /// @throws CatchwaterException `BAD_ARGUMENT`
  static List<Integer> places(ViewDefinition wanted, List<String> columns, List<String> warnings) {
    List<Integer> places = new ArrayList<>();
    List<String> output = wanted.outputColumns();
    if (output.size() == columns.size()) {
      for (int i = 0; i < columns.size(); i++) {
        places.add(i);
      }
      return places;
    }
    for (String name : output) {
      int place = -1;
      for (int i = 0; i < columns.size(); i++) {
        place = columns.get(i).equalsIgnoreCase(name) ? i : place;
      }
      if (place < 0) {
        throw ViewSources.bad(
                "The query gives "
                    + columns.size()
                    + " columns ("
                    + String.join(", ", columns)
                    + "), outputColumns names "
                    + output.size())
            .withHint("name each of them, in their order");
      }
      places.add(place);
    }
    warnings.add(
        "Of the columns "
            + String.join(", ", columns)
            + " only those that outputColumns names are kept: "
            + String.join(", ", output));
    return places;
  }

  /// Refuses a stream whose rows would change.
  ///
  /// @throws CatchwaterException `BAD_ARGUMENT`
  static void requireKind(ViewDefinition wanted, ViewPlan plan) {
    boolean isAppended = plan.maintenance().way() == Maintenance.Way.APPENDED;
    if (!wanted.isTable() && !isAppended) {
      throw ViewSources.bad(
              "The rows of a stream are never taken back, and this query would: "
                  + plan.maintenance().why())
          .withHint("materialize a table");
    }
  }

  /// The output columns that rows are grouped by.
  static List<String> groupKey(ViewDefinition wanted, ViewPlan plan) {
    List<String> key = new ArrayList<>();
    List<Integer> keys = plan.keys();
    if (wanted.isTable() && keys != null) {
      keys.forEach(place -> key.add(wanted.outputColumns().get(place)));
    }
    return key;
  }

  /// Refuses a key that is not among the output columns.
  ///
  /// @throws CatchwaterException `BAD_ARGUMENT`
  static void requireKey(ViewDefinition wanted, List<String> key) {
    if (!wanted.isTable() && !key.isEmpty()) {
      throw ViewSources.bad("primaryKey is of a table; the rows of a stream have none");
    }
    for (String column : key) {
      if (!wanted.outputColumns().contains(column)) {
        throw ViewSources.bad(
            "The primary key "
                + column
                + " is not among outputColumns: "
                + String.join(", ", wanted.outputColumns()));
      }
    }
    List<String> seen = new ArrayList<>();
    for (String column : wanted.outputColumns()) {
      String lower = column.toLowerCase(Locale.ROOT);
      if (seen.contains(lower) || NAMES.isSystemColumn(lower)) {
        boolean isTwice = seen.contains(lower);
        if (isTwice || !lower.equals(NAMES.eventTime())) {
          throw ViewSources.bad(
              "outputColumns has " + column + (isTwice ? " twice" : ", which the system gives"));
        }
      }
      seen.add(lower);
    }
  }
}
