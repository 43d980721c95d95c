package dev.catchwater.query.sql;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// DuckDB in this process.
public final class LocalSqlEngine implements SqlEngine {
  private static final long INSIST_NANOS = 10_000_000;

  private final SqlDatabase database;
  private volatile boolean isCancelled;
  private volatile boolean isClosed;

  private LocalSqlEngine(SqlDatabase database) {
    this.database = database;
  }

  /// Opens one.
  ///
  /// @param folder where it may put aside what does not fit into memory; its owner removes it
  public static LocalSqlEngine open(SqlLimits limits, Path folder) {
    return new LocalSqlEngine(SqlDatabase.open(limits, folder, SqlDatabase.Dialect.DUCKDB));
  }

  @Override
  public SqlGate.Request look(SqlText text) {
    requireGoingOn();
    return SqlGate.check(database.parse(text), text, true);
  }

  @Override
  public void run(SqlPlan plan) {
    requireGoingOn();
    database.define(plan.functions());
    for (SqlPlan.View view : plan.views()) {
      database.createView(view.name(), view.select());
    }
    List<Path> files = new ArrayList<>(List.of(plan.result()));
    files.addAll(plan.files());
    database.lock(files);
    String select = SqlQuery.select(database.describe(plan.text()));
    database.copy(plan.text(), select, plan.window(), plan.result());
  }

  private void requireGoingOn() {
    if (isCancelled) {
      throw CatchwaterException.of(ErrorCode.QUERY_TIMEOUT, "The statement was ended");
    }
  }

  @Override
  public void cancel() {
    isCancelled = true;
    Thread.ofVirtual().name("cancel").start(this::insist);
  }

  /// The engine forgets what it is told between two of its statements, and preparing one takes
  /// several: it is told until it has heard.
  private void insist() {
    while (!isClosed) {
      database.cancel();
      LockSupport.parkNanos(INSIST_NANOS);
    }
  }

  @Override
  public void close() {
    isClosed = true;
    database.close();
  }
}
