package dev.catchwater.query.sql;

import dev.catchwater.odf.error.CatchwaterException;

/// An engine for one statement, in this process or in another: it looks at it, is told what it may
/// read, and runs it. Used by one thread but for [#cancel()].
public interface SqlEngine extends AutoCloseable {

  /// Decides whether a statement may run, and says what it names. Nothing is run.
  ///
  /// @throws CatchwaterException `BAD_SQL`, `SQL_NOT_ALLOWED`, with the place in the statement
  SqlGate.Request look(SqlText text);

  /// Runs a statement to its end; its rows are in the plan's file then.
  ///
  /// @throws CatchwaterException `BAD_SQL`, `QUERY_TOO_LARGE`, `QUERY_TIMEOUT`
  void run(SqlPlan plan);

  /// Ends what runs now or begins next, with `QUERY_TIMEOUT`; called from another thread.
  void cancel();

  @Override
  void close();
}
