package dev.catchwater.query.sql;

import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Suggestion;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.query.shape.ShapedViews;
import dev.catchwater.query.shape.Shapes;
import dev.catchwater.query.sql.SqlDatabase.ResultColumn;
import dev.catchwater.query.sql.SqlGate.TableName;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Runs statements over the datasets of a workspace.
///
/// A statement sees the datasets that it names, each with every durable row of the moment when the
/// statement began, and nothing else: the files of their slices, and one of the rows that are in
/// none, are the only ones its engine may open. Every statement gets an engine of its own, so none
/// leaves anything for the next. Not thread-safe but for [#cancel()].
public final class SqlQuery {
  private static final String RESULT = "result.parquet";

  private final Workspace workspace;
  private final Engines engines;
  private final Function<Dataset, HotRows> hotRows;
  private final @Nullable KeptViews views;
  private final Permit permit;
  private final ShapedViews shapes;
  private boolean isReproducible;
  private volatile @Nullable SqlEngine running;
  private volatile boolean isCancelled;

  /// Where engines come from.
  @FunctionalInterface
  public interface Engines {
    /// An engine for one statement.
    ///
    /// @param folder where it may put aside what does not fit into memory
    SqlEngine open(Path folder);
  }

  /// Which datasets a statement may name.
  public interface Permit {
    /// Whether whoever asks may know that the dataset exists; else it is as one that does not.
    boolean knows(DatasetName name);

    /// Throws where he may not ask about one that he knows.
    void require(DatasetName name);
  }

  private static final Permit ALL =
      new Permit() {
        @Override
        public boolean knows(DatasetName name) {
          return true;
        }

        @Override
        public void require(DatasetName name) {}
      };

  /// What a table of a statement is, said beside the statement. Immutable.
  ///
  /// @param alias the name in the statement, in any case
  /// @param dataset what it names
  /// @param state up to which block it is seen; null for every durable row of the moment when the
  ///   statement begins
  public record Input(String alias, Dataset dataset, @Nullable ChainState state) {

    /// The chain up to the block, without rows that are in no slice.
    HotRows rows() {
      if (state == null) {
        throw new IllegalStateException("no block is said");
      }
      return new HotRows(state, List.of());
    }
  }

  /// Statements that run in this process.
  public SqlQuery(Workspace workspace, SqlLimits limits) {
    this(workspace, folder -> LocalSqlEngine.open(limits, folder), HotRows::of);
  }

  /// Statements in a process that keeps datasets open.
  ///
  /// @param hotRows says what of a dataset is in no slice
  public SqlQuery(Workspace workspace, Engines engines, Function<Dataset, HotRows> hotRows) {
    this(workspace, engines, hotRows, null, ALL, new ShapedViews(Shapes.NONE));
  }

  /// The same where many statements follow each other.
  ///
  /// @param views of the datasets, kept from one statement to the next
  public SqlQuery(
      Workspace workspace,
      Engines engines,
      Function<Dataset, HotRows> hotRows,
      @Nullable KeptViews views) {
    this(workspace, engines, hotRows, views, ALL, new ShapedViews(Shapes.NONE));
  }

  private SqlQuery(
      Workspace workspace,
      Engines engines,
      Function<Dataset, HotRows> hotRows,
      @Nullable KeptViews views,
      Permit permit,
      ShapedViews shapes) {
    this.shapes = shapes;
    this.workspace = workspace;
    this.engines = engines;
    this.hotRows = hotRows;
    this.views = views;
    this.permit = permit;
  }

  /// The same for somebody who may not ask about every dataset. Those that are said beside the
  /// statement are the caller's to check.
  public SqlQuery permitting(Permit other) {
    return new SqlQuery(workspace, engines, hotRows, views, other, shapes);
  }

  /// The same with datasets that are more to a statement than what is stored.
  public SqlQuery seeing(ShapedViews other) {
    return new SqlQuery(workspace, engines, hotRows, views, permit, other);
  }

  /// Refuses statements whose rows are not the same each time on the same input, as far as their
  /// functions tell.
  public SqlQuery reproducible() {
    isReproducible = true;
    return this;
  }

  /// Runs one statement to its end.
  ///
  /// @throws CatchwaterException `BAD_SQL`, `SQL_NOT_ALLOWED`, `DATASET_NOT_FOUND`,
  ///   `QUERY_TOO_LARGE`; all with the place in the statement where it is known
  public SqlResult run(SqlText text) throws IOException {
    return run(text, SqlPlan.Window.ALL);
  }

  /// Runs one statement until it has made some of its rows.
  ///
  /// @throws CatchwaterException as [#run(SqlText)]
  public SqlResult run(SqlText text, SqlPlan.Window window) throws IOException {
    return run(text, window, List.of());
  }

  /// Runs one statement some of whose tables are said beside it.
  ///
  /// @throws CatchwaterException as [#run(SqlText)]
  public SqlResult run(SqlText text, SqlPlan.Window window, List<Input> inputs) throws IOException {
    SqlScratch scratch = SqlScratch.create(workspace);
    boolean done = false;
    try (SqlEngine engine = engines.open(scratch.folder());
        SqlTables tables = new SqlTables(text, inputs, scratch.folder(), shapes)) {
      running = engine;
      if (isCancelled) {
        throw CatchwaterException.of(ErrorCode.QUERY_TIMEOUT, "The statement was ended");
      }
      SqlResult result = run(engine, tables, scratch, window);
      done = true;
      return result;
    } finally {
      running = null;
      if (!done) {
        scratch.close();
      }
    }
  }

  /// Ends the statement that runs now, or the next one; called from another thread. It fails with
  /// `QUERY_TIMEOUT`.
  public void cancel() {
    isCancelled = true;
    SqlEngine engine = running;
    if (engine != null) {
      engine.cancel();
    }
  }

  private SqlResult run(
      SqlEngine engine, SqlTables tables, SqlScratch scratch, SqlPlan.Window window)
      throws IOException {
    SqlText text = tables.text();
    SqlGate.Request request = engine.look(text);
    if (isReproducible) {
      SqlGate.requireReproducible(request, text);
    }
    Path file = scratch.folder().resolve(RESULT);
    for (TableName table : request.tables()) {
      if (!tables.has(table)) {
        Input input = tables.said(table);
        input = input == null ? tables.said(require(table, text)) : input;
        HotRows rows = input.state() == null ? hotRows.apply(input.dataset()) : input.rows();
        tables.add(table, input.dataset(), rows, input.state() == null ? views : null);
      }
    }
    tables.requireNoJoinOfWhatChanges(request);
    SqlText asked = request.listsTables() ? names() : text;
    engine.run(
        new SqlPlan(asked, request.functions(), tables.views(), tables.files(), file, window));
    SliceReader reader = SliceReader.open(workspace.disk().openForRead(file));
    return new SqlResult(scratch, reader, tables.notes(), tables.seen());
  }

  private SqlText names() {
    StringBuilder values = new StringBuilder();
    for (Dataset dataset : workspace.list()) {
      if (!permit.knows(dataset.name())) {
        continue;
      }
      values
          .append(values.isEmpty() ? "SELECT * FROM (VALUES (" : "), (")
          .append(DuckType.literal(dataset.name().toString()));
    }
    String all = values.isEmpty() ? "SELECT '' AS name WHERE false" : values + ")) AS t(name)";
    return SqlText.split(null, all).getFirst();
  }

  /// What to write of each row: every column, cast where no slice holds its type.
  static String select(List<ResultColumn> columns) {
    StringBuilder select = new StringBuilder();
    for (ResultColumn column : columns) {
      String name = DuckType.quoted(column.name());
      String type = column.type().stored();
      select.append(select.isEmpty() ? "" : ", ");
      if (type == null) {
        select.append("CAST(to_json(").append(name).append(") AS VARCHAR) AS ").append(name);
      } else if (type.equals(column.type().text())) {
        select.append(name);
      } else {
        select
            .append("CAST(")
            .append(name)
            .append(" AS ")
            .append(type)
            .append(") AS ")
            .append(name);
      }
    }
    return select.toString();
  }

  // A name that the caller may not know is not looked for: that would tell by its time.
  private Optional<Dataset> find(String nameOrDid) {
    if (DatasetId.isDid(nameOrDid)) {
      Optional<Dataset> found = workspace.find(DatasetId.parse(nameOrDid));
      return found.filter(dataset -> permit.knows(dataset.name()));
    }
    DatasetName name = DatasetName.parse(nameOrDid);
    return permit.knows(name) ? workspace.find(name) : Optional.empty();
  }

  private Dataset require(TableName table, SqlText text) {
    String name = table.name();
    // kamu-cli's node writes account/dataset; this workspace has one account, its owner's.
    String own = DatasetId.isDid(name) ? name : name.substring(name.lastIndexOf('/') + 1);
    try {
      Optional<Dataset> found = find(own);
      if (found.isPresent()) {
        permit.require(found.get().name());
        return found.get();
      }
    } catch (CatchwaterException e) {
      if (e.code() != ErrorCode.BAD_NAME) {
        throw e;
      }
    }
    Optional<Shapes.Named> other = shapes.find(workspace, own, permit::knows);
    if (other.isPresent()) {
      permit.require(other.get().right());
      return other.get().dataset();
    }
    List<String> known = new ArrayList<>();
    for (Dataset dataset : workspace.list()) {
      if (permit.knows(dataset.name())) {
        known.add(dataset.name().toString());
      }
    }
    CatchwaterException failure =
        CatchwaterException.at(
            ErrorCode.DATASET_NOT_FOUND,
            text.place(table.position()),
            "Dataset not found: " + name);
    throw Suggestion.closest(name, known) == null
        ? failure
        : failure.withHint(Suggestion.hint(name, known));
  }
}
