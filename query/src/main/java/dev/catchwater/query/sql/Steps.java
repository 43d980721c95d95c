package dev.catchwater.query.sql;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.query.sql.SqlDatabase.ResultColumn;
import dev.catchwater.query.sql.SqlGate.TableName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs the steps of a preprocess in an engine of their own: each sees `input` and the steps before
/// it by their aliases, the last one's rows are the result. Meant for a process that may do nothing
/// else.
public final class Steps {
  static final String INPUT = "input";

  private Steps() {}

  /// One step.
  ///
  /// @param alias the name its result has for later steps; null for the last
  /// @param place what messages call it
  public record Step(@Nullable String alias, String place, String query) {}

  /// A column that goes in or comes out.
  ///
  /// @param type as DuckDB writes it
  /// @param isRequired whether it never holds a null
  public record StepColumn(String name, String type, boolean isRequired) {}

  /// What is to be done.
  ///
  /// @param input the columns of `input`; null where they are not known, which leaves checking to
  ///   what can be said without them
  /// @param rows a Parquet file with the input's columns in their order; null to check only
  /// @param result where to write the rows; null to check only
  /// @param folder for what does not fit into memory
  public record Request(
      SqlDatabase.Dialect dialect,
      List<Step> steps,
      @Nullable List<StepColumn> input,
      @Nullable Path rows,
      @Nullable Path result,
      Path folder,
      SqlLimits limits) {
    public Request {
      steps = List.copyOf(steps);
    }
  }

  /// Does it.
  ///
  /// @return the columns of the result; none where those of the input are not known
  /// @throws CatchwaterException what is wrong with a step, with its place
  public static List<StepColumn> run(Request request) {
    try (SqlDatabase database =
        SqlDatabase.open(request.limits(), request.folder(), request.dialect())) {
      return run(database, request);
    }
  }

  private static List<StepColumn> run(SqlDatabase database, Request request) {
    List<SqlText> texts = new ArrayList<>();
    List<SyntaxNode> trees = new ArrayList<>();
    Set<String> known = new HashSet<>(Set.of(INPUT));
    for (Step step : request.steps()) {
      SqlText text = onlyStatement(step);
      SyntaxNode tree = database.parse(text);
      SqlGate.Request asked = SqlGate.check(tree, text, false);
      for (TableName table : asked.tables()) {
        if (!known.contains(table.name().toLowerCase(Locale.ROOT))) {
          throw CatchwaterException.at(
                  ErrorCode.SQL_NOT_ALLOWED,
                  text.place(table.position()),
                  "Table not found: " + table.name())
              .withHint("a step sees " + String.join(", ", known.stream().sorted().toList()));
        }
      }
      database.define(asked.functions());
      texts.add(text);
      trees.add(tree);
      String alias = step.alias();
      if (alias != null && !known.add(alias.toLowerCase(Locale.ROOT))) {
        throw CatchwaterException.at(
            ErrorCode.BAD_SQL, text.place(-1), "The alias " + alias + " is used twice");
      }
    }
    List<StepColumn> input = request.input();
    return input == null ? List.of() : run(database, request, input, texts, trees);
  }

  private static List<StepColumn> run(
      SqlDatabase database,
      Request request,
      List<StepColumn> input,
      List<SqlText> texts,
      List<SyntaxNode> trees) {
    Path rows = request.rows();
    Path result = request.result();
    database.createView(INPUT, rows == null ? noRows(input) : rows(input, rows));
    List<Path> files = new ArrayList<>();
    if (rows != null && result != null) {
      files.add(rows);
      files.add(result);
    }
    Map<String, Map<String, Boolean>> required = new HashMap<>();
    required.put(INPUT, flags(input));
    int last = texts.size() - 1;
    for (int i = 0; i < last; i++) {
      String alias = request.steps().get(i).alias();
      if (alias == null) {
        throw new IllegalStateException("a step without alias is not the last");
      }
      database.createView(alias, texts.get(i));
      List<StepColumn> columns = columns(database, texts.get(i), trees.get(i), required);
      required.put(alias.toLowerCase(Locale.ROOT), flags(columns));
    }
    database.lock(files);
    List<StepColumn> columns = columns(database, texts.get(last), trees.get(last), required);
    List<ResultColumn> described = database.describe(texts.get(last));
    requireStorable(described, texts.get(last));
    if (result != null) {
      database.copy(texts.get(last), SqlQuery.select(described), result);
    }
    return columns;
  }

  private static List<StepColumn> columns(
      SqlDatabase database,
      SqlText text,
      SyntaxNode tree,
      Map<String, Map<String, Boolean>> required) {
    List<ResultColumn> described = database.describe(text);
    List<Boolean> never = NullFree.of(tree, required, described.size());
    List<StepColumn> columns = new ArrayList<>();
    for (int i = 0; i < described.size(); i++) {
      ResultColumn column = described.get(i);
      columns.add(new StepColumn(column.name(), column.type().text(), never.get(i)));
    }
    return columns;
  }

  private static Map<String, Boolean> flags(List<StepColumn> columns) {
    Map<String, Boolean> flags = new LinkedHashMap<>();
    for (StepColumn column : columns) {
      flags.put(column.name().toLowerCase(Locale.ROOT), column.isRequired());
    }
    return flags;
  }

  private static void requireStorable(List<ResultColumn> columns, SqlText text) {
    for (ResultColumn column : columns) {
      if (column.type().stored() == null || column.type().name().equals("INTERVAL")) {
        throw CatchwaterException.at(
                ErrorCode.BAD_SQL,
                text.place(-1),
                "Column "
                    + column.name()
                    + " is a "
                    + column.type().name()
                    + ", which no dataset can hold")
            .withHint("cast it, for example CAST(… AS VARCHAR)");
      }
    }
  }

  private static SqlText onlyStatement(Step step) {
    List<SqlText> found = SqlText.split(step.place(), step.query());
    if (found.size() != 1) {
      Place place = found.isEmpty() ? Place.of(step.place()) : found.get(1).place(0);
      throw SqlFailure.notAllowed(place, found.size() + " statements where one is expected");
    }
    return found.getFirst();
  }

  private static String noRows(List<StepColumn> input) {
    StringBuilder select = new StringBuilder("SELECT ");
    for (int i = 0; i < input.size(); i++) {
      select
          .append(i == 0 ? "CAST(NULL AS " : ", CAST(NULL AS ")
          .append(input.get(i).type())
          .append(") AS ")
          .append(DuckType.quoted(input.get(i).name()));
    }
    return select.append(" WHERE false").toString();
  }

  private static String rows(List<StepColumn> input, Path file) {
    StringBuilder names = new StringBuilder();
    StringBuilder values = new StringBuilder();
    for (StepColumn column : input) {
      String name = DuckType.quoted(column.name());
      names.append(names.isEmpty() ? "" : ", ").append(name);
      values.append(values.isEmpty() ? "" : ", ").append(name);
    }
    return "SELECT "
        + values
        + " FROM read_parquet("
        + DuckType.literal(DatasetView.name(file))
        + ", hive_partitioning = false) AS t("
        + names
        + ")";
  }
}
