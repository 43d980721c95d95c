package dev.catchwater.server.api;

import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.query.cage.CageLimits;
import dev.catchwater.query.cage.CagedSql;
import dev.catchwater.query.shape.ShapedViews;
import dev.catchwater.query.sql.KeptViews;
import dev.catchwater.query.sql.SqlLimits;
import dev.catchwater.query.sql.SqlPlan;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlResult;
import dev.catchwater.query.sql.SqlText;
import dev.catchwater.server.access.Access;
import dev.catchwater.server.access.Scope;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import dev.catchwater.tables.StreamSqlShapes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/// Runs statements for clients: a few at a time, each within its time, in processes of their own
/// (design §7.24). This process never loads the engine. Thread-safe.
public final class SqlDesk {
  private static final int THREADS = 2;
  private static final int WAITING_MAX = 32;
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final LiveWorkspace live;
  private final CagedSql cages;
  private final CagedSql cagesOfOneThread;
  private final KeptViews views;
  private final ShapedViews shapes = new ShapedViews(new StreamSqlShapes());
  private final Duration time;
  private final ThreadPoolExecutor threads;

  /// A desk over the datasets of a workspace.
  ///
  /// @param time that a statement may take
  public SqlDesk(LiveWorkspace live, SqlLimits limits, Duration time) {
    this.live = live;
    this.cages = new CagedSql(live.workspace(), CageLimits.of(limits, time));
    this.cagesOfOneThread =
        new CagedSql(live.workspace(), CageLimits.of(limits.withThreads(1), time));
    this.views = new KeptViews(live.workspace());
    this.time = time;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().name("sql-", 0).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /// Starts a process before the first statement comes.
  public void warmUp() {
    cages.warmUp();
  }

  /// Runs one statement until it has made the rows that are wanted.
  ///
  /// @throws CatchwaterException as [SqlQuery#run]
  /// @throws Refusal 503 where too many wait already
  SqlResult run(String sql, SqlPlan.Window window) throws IOException {
    return run(sql, window, List.of(), Access.open());
  }

  /// The same where some tables are said beside the statement, for a caller who has [Scope#QUERY]
  /// on them.
  ///
  /// @param access what else the statement may name
  SqlResult run(String sql, SqlPlan.Window window, List<SqlQuery.Input> inputs, Access access)
      throws IOException {
    return run(query(access), sql, window, inputs);
  }

  /// Runs one statement for a caller, over datasets on which he has the scope to query.
  ///
  /// @param canceller is given what ends the statement, before it begins
  /// @throws CatchwaterException as [SqlQuery#run]; `FORBIDDEN`
  /// @throws Refusal 503 where too many wait already
  public SqlResult run(
      String sql, SqlPlan.Window window, Access access, Consumer<Runnable> canceller)
      throws IOException {
    SqlQuery query = query(access);
    canceller.accept(query::cancel);
    return run(query, sql, window, List.of());
  }

  private SqlQuery query(Access access) {
    return new SqlQuery(live.workspace(), cages, dataset -> live.dataset(dataset).hotRows(), views)
        .permitting(permit(access))
        .seeing(shapes);
  }

  /// How long a statement may run.
  public Duration time() {
    return time;
  }

  /// Runs one statement whose rows can be made again: by one thread, and without functions that
  /// have another value each time.
  ///
  /// @param access as of [#run(String, SqlPlan.Window, List, Access)]
  /// @param blocks up to which block each dataset is seen of which `inputs` say nothing
  SqlResult runOnBlocks(
      String sql,
      SqlPlan.Window window,
      List<SqlQuery.Input> inputs,
      Access access,
      Function<Dataset, HotRows> blocks)
      throws IOException {
    SqlQuery query =
        new SqlQuery(live.workspace(), cagesOfOneThread, blocks)
            .permitting(permit(access))
            .seeing(shapes)
            .reproducible();
    return run(query, sql, window, inputs);
  }

  private SqlResult run(
      SqlQuery query, String sql, SqlPlan.Window window, List<SqlQuery.Input> inputs)
      throws IOException {
    List<SqlText> statements = SqlText.split(null, sql);
    if (statements.size() != 1) {
      throw CatchwaterException.of(
          ErrorCode.SQL_NOT_ALLOWED, "One statement is wanted, found " + statements.size());
    }
    Future<SqlResult> running;
    try {
      running = threads.submit(() -> query.run(statements.getFirst(), window, inputs));
    } catch (RejectedExecutionException e) {
      throw Refusal.of(503, "overloaded", "Too many statements wait; try again")
          .withHeader("Retry-After", "5")
          .withCause(e);
    }
    try {
      return running.get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (TimeoutException e) {
      query.cancel();
      discard(running);
      throw CatchwaterException.of(
              ErrorCode.QUERY_TIMEOUT,
              "The statement ran longer than it may, " + time.toSeconds() + " s")
          .withCause(e);
    } catch (InterruptedException e) {
      query.cancel();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a statement ran", e);
    }
  }

  private static SqlQuery.Permit permit(Access access) {
    return new SqlQuery.Permit() {
      @Override
      public boolean knows(DatasetName name) {
        return access.isKnown(name);
      }

      @Override
      public void require(DatasetName name) {
        access.require(Scope.QUERY, name, null);
      }
    };
  }

  // It may have come to its end meanwhile; then its rows lie on the disk.
  private static void discard(Future<SqlResult> running) throws IOException {
    try {
      running.get(GRACE.toMillis(), TimeUnit.MILLISECONDS).close();
    } catch (ExecutionException | TimeoutException e) {
      running.cancel(true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static RuntimeException failure(ExecutionException e) throws IOException {
    Throwable cause = e.getCause();
    if (cause instanceof IOException io) {
      throw io;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException known ? known : new IllegalStateException(e);
  }

  /// Lets statements that run end and takes no more.
  public void close() {
    threads.shutdownNow();
    cages.close();
    cagesOfOneThread.close();
    try {
      views.close();
    } catch (IOException e) {
      // The next process that runs a statement removes what is left.
    }
  }
}
