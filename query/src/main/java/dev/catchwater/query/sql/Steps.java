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
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs the steps of a preprocess in an engine of their own: each sees `input` and the steps before
/// it by their aliases, the last one's rows are the result. Meant for a process that may do nothing
/// else. Used by one thread.
public final class Steps implements AutoCloseable {
  static final String INPUT = "input";
  private static final int ROW_WISE_THREADS_MAX = 4;

  private final Request request;
  private final SqlDatabase database;
  private final List<SqlText> texts = new ArrayList<>();
  private final List<SyntaxNode> trees = new ArrayList<>();
  private @Nullable List<StepColumn> columns;
  private @Nullable Choice chosen;
  private String select = "";

  private Steps(Request request, SqlDatabase database) {
    this.request = request;
    this.database = database;
  }

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

  /// Columns that steps only hand on, where each row of the input gives one row of the result.
  ///
  /// @param sources for each column of the result the index of the input's column that it is, or -1
  /// @param used for each column of the input whether something is computed from it
  public record Passing(List<Integer> sources, List<Boolean> used) {
    public Passing {
      sources = List.copyOf(sources);
      used = List.copyOf(used);
    }
  }

  /// What of the rows goes in and what comes out.
  ///
  /// @param travels for each column of the input whether the file of rows has it; the others must
  ///   not be used
  /// @param returns for each column of the result whether it is asked for
  public record Choice(List<Boolean> travels, List<Boolean> returns) {
    public Choice {
      travels = List.copyOf(travels);
      returns = List.copyOf(returns);
    }
  }

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

    /// The same with another folder.
    public Request in(Path other) {
      return new Request(dialect, steps, input, rows, result, other, limits);
    }

    /// The same over these columns, without files.
    public Request over(@Nullable List<StepColumn> columns) {
      return new Request(dialect, steps, columns, null, null, folder, limits);
    }

    /// The same over these columns and files.
    public Request over(List<StepColumn> columns, Path from, Path into) {
      return new Request(dialect, steps, columns, from, into, folder, limits);
    }
  }

  /// Opens an engine and looks at the steps in it; nothing is run.
  ///
  /// @throws CatchwaterException what is wrong with a step, with its place
  public static Steps open(Request request) {
    Steps opened =
        new Steps(request, SqlDatabase.open(request.limits(), request.folder(), request.dialect()));
    boolean isChecked = false;
    try {
      opened.check();
      opened.lock();
      isChecked = true;
      return opened;
    } finally {
      if (!isChecked) {
        opened.close();
      }
    }
  }

  /// Whether these are the steps of that request, over the same columns and files.
  public boolean isOf(Request other) {
    return request.equals(other);
  }

  /// Opens an engine, runs the steps in it where the input's columns are known, and closes it.
  ///
  /// @return the columns of the result; none where those of the input are not known
  /// @throws CatchwaterException what is wrong with a step, with its place
  public static List<StepColumn> run(Request request) {
    try (Steps opened = open(request)) {
      return request.input() == null ? List.of() : opened.run((Choice) null);
    }
  }

  /// How many threads work at steps that look at one row at a time: who feeds them wants processors
  /// too.
  ///
  /// @param processors those of the machine, or what is allowed of them
  private static int rowWiseThreads(int processors) {
    return Math.clamp(processors / 2, 1, ROW_WISE_THREADS_MAX);
  }

  private void check() {
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
  }

  /// From here on the engine may open the files of the rows and of the result, and no other.
  private void lock() {
    if (areRowWise()) {
      database.useThreads(rowWiseThreads(request.limits().threads()));
    }
    Path rows = request.rows();
    Path result = request.result();
    database.lock(rows == null || result == null ? List.of() : List.of(rows, result));
  }

  /// Whether every step looks at one row at a time: then the rows may come in pieces, each with a
  /// [#run] of its own, and the results one after the other are the result of all.
  public boolean areRowWise() {
    for (SyntaxNode tree : trees) {
      if (!RowWise.is(tree)) {
        return false;
      }
    }
    return true;
  }

  /// Which columns the steps only hand on, once [#areRowWise()]; null where none are known. The
  /// input's columns must be.
  public @Nullable Passing passing() {
    List<StepColumn> input = Objects.requireNonNull(request.input(), "columns");
    Passing passing = PassedColumns.of(request.steps(), trees, input);
    if (passing == null) {
      return null;
    }
    // The engine has the last word on how many columns there are, and of what type.
    List<StepColumn> found = describe(input, noRows(input));
    boolean isKnown = found.size() == passing.sources().size();
    for (int i = 0; isKnown && i < found.size(); i++) {
      int source = passing.sources().get(i);
      isKnown = source < 0 || input.get(source).type().equals(found.get(i).type());
    }
    return isKnown ? passing : null;
  }

  /// Runs the steps over the rows that now lie in the request's file, or checks them where it has
  /// none.
  ///
  /// @param choice of columns; null for all
  /// @return the columns of the result, those too that are not asked for
  /// @throws CatchwaterException what is wrong with a step, with its place
  public List<StepColumn> run(@Nullable Choice choice) {
    List<StepColumn> known = columns;
    if (known == null || !Objects.equals(chosen, choice)) {
      known = prepare(choice);
      columns = known;
      chosen = choice;
    }
    Path result = request.result();
    if (result != null) {
      database.copy(texts.getLast(), select, result);
    }
    return known;
  }

  private List<StepColumn> prepare(@Nullable Choice choice) {
    List<StepColumn> input = Objects.requireNonNull(request.input(), "columns");
    Path rows = request.rows();
    List<StepColumn> found =
        describe(input, rows == null ? noRows(input) : rows(input, choice, rows));
    List<ResultColumn> described = database.describe(texts.getLast());
    requireStorable(described, texts.getLast());
    List<ResultColumn> asked = new ArrayList<>();
    for (int i = 0; i < described.size(); i++) {
      if (choice == null || choice.returns().get(i)) {
        asked.add(described.get(i));
      }
    }
    select = SqlQuery.select(asked);
    return found;
  }

  /// Names the input and the results of the steps; returns the columns of the last.
  private List<StepColumn> describe(List<StepColumn> input, String rows) {
    database.createView(INPUT, rows);
    Map<String, Map<String, Boolean>> required = new HashMap<>();
    required.put(INPUT, flags(input));
    int last = texts.size() - 1;
    for (int i = 0; i < last; i++) {
      String alias = request.steps().get(i).alias();
      if (alias == null) {
        throw new IllegalStateException("a step without alias is not the last");
      }
      database.createView(alias, texts.get(i));
      List<StepColumn> found = columns(database, texts.get(i), trees.get(i), required);
      required.put(alias.toLowerCase(Locale.ROOT), flags(found));
    }
    return columns(database, texts.get(last), trees.get(last), required);
  }

  @Override
  public void close() {
    database.close();
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

  private static String rows(List<StepColumn> input, @Nullable Choice choice, Path file) {
    StringBuilder names = new StringBuilder();
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < input.size(); i++) {
      String name = DuckType.quoted(input.get(i).name());
      boolean isThere = choice == null || choice.travels().get(i);
      if (isThere) {
        names.append(names.isEmpty() ? "" : ", ").append(name);
      }
      values
          .append(values.isEmpty() ? "" : ", ")
          .append(isThere ? name : "CAST(NULL AS " + input.get(i).type() + ") AS " + name);
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
