package dev.catchwater.query.sql;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;

/// One empty DuckDB in memory, for one statement: opened, given what it may read, locked, asked,
/// closed. Used by one thread.
///
/// What is set before the lock is read back afterwards (reliability.md §8.1): a setting that did
/// not take is a failure, not a hole.
public final class SqlDatabase implements AutoCloseable {
  /// The engine's own version of SQL, or the nearest it has to DataFusion's: whole numbers divide
  /// to whole numbers, and nulls come first where an order descends.
  public enum Dialect {
    DUCKDB,
    DATAFUSION
  }

  private static final String[][] FENCE = {
    {"enable_external_access", "false"},
    {"autoinstall_known_extensions", "false"},
    {"autoload_known_extensions", "false"},
    {"allow_community_extensions", "false"},
    {"allow_unsigned_extensions", "false"},
    {"allow_persistent_secrets", "false"},
    {"lock_configuration", "true"},
  };

  private static final int TEXT_SIZE_MAX = 1 << 20;

  /// What stands before a statement where it is used as a table.
  private static final String FROM = "FROM (\n";

  private static final String BEHIND = "\n) AS q";

  private static final String SETTINGS = "SELECT name || '=' || value FROM duckdb_settings()";

  private final Connection connection;
  private final Set<String> made;
  private volatile @Nullable Statement running;

  private SqlDatabase(Connection connection) {
    this.connection = connection;
    this.made = new HashSet<>();
  }

  /// Opens one.
  ///
  /// @param folder where it may put aside what does not fit into memory; its owner removes it
  public static SqlDatabase open(SqlLimits limits, Path folder, Dialect dialect) {
    Properties settings = new Properties();
    settings.setProperty("threads", Integer.toString(limits.threads()));
    settings.setProperty("memory_limit", (limits.memoryBytes() >> 10) + "KiB");
    settings.setProperty("temp_directory", folder.resolve("spill").toString());
    settings.setProperty("max_temp_directory_size", (limits.spillBytes() >> 10) + "KiB");
    try {
      Connection connection = new DuckDBDriver().connect("jdbc:duckdb:", settings);
      SqlDatabase database = new SqlDatabase(connection);
      database.execute("SET errors_as_json = true");
      database.execute("SET TimeZone = 'UTC'");
      // A file may be replaced by one of the same name.
      database.execute("SET enable_external_file_cache = false");
      database.execute("SET home_directory = " + DuckType.literal(folder.toString()));
      if (dialect == Dialect.DATAFUSION) {
        database.execute("SET integer_division = true");
        database.execute("SET default_null_order = 'nulls_last_on_asc_first_on_desc'");
      }
      return database;
    } catch (SQLException e) {
      throw broken(e);
    }
  }

  private static CatchwaterException broken(SQLException e) {
    return CatchwaterException.of(
            ErrorCode.STORAGE_FAILED, "The SQL engine could not be used: " + e.getMessage())
        .withCause(e);
  }

  /// What the engine's parser makes of a statement. Nothing is run.
  ///
  /// @throws CatchwaterException `QUERY_TOO_LARGE` for more than a mebibyte of text
  SyntaxNode parse(SqlText text) {
    if (text.engineText().length() > TEXT_SIZE_MAX) {
      throw SqlFailure.tooLarge(
          "A statement of " + text.engineText().length() + " characters, more than a mebibyte");
    }
    try (PreparedStatement parse =
        connection.prepareStatement(
            "SELECT json_serialize_sql(?::VARCHAR, skip_null := true, skip_empty := true)")) {
      parse.setString(1, text.engineText());
      try (ResultSet found = parse.executeQuery()) {
        found.next();
        return SyntaxNode.parse(found.getString(1));
      }
    } catch (SQLException e) {
      throw SqlFailure.of(e, text, 0);
    }
  }

  /// Makes the functions of other dialects that are named and not made yet.
  void define(Set<String> functions) {
    for (String name : functions) {
      if (made.add(name)) {
        for (String definition : DialectFunctions.definitions(Set.of(name))) {
          run(definition);
        }
      }
    }
  }

  /// Gives a name to a query of our own making, another query than before if need be.
  void createView(String name, String select) {
    run("CREATE OR REPLACE VIEW " + DuckType.quoted(name) + " AS " + select);
  }

  /// Gives a name to a statement that passed the gate.
  ///
  /// @throws CatchwaterException `BAD_SQL` if it names columns that are not there
  void createView(String name, SqlText text) {
    String before = "CREATE OR REPLACE VIEW " + DuckType.quoted(name) + " AS SELECT * " + FROM;
    try {
      execute(before + text.engineText() + BEHIND);
    } catch (SQLException e) {
      throw SqlFailure.of(e, text, size(before));
    }
  }

  /// Lets so many threads work at a statement from now on; not after the lock.
  void useThreads(int count) {
    run("SET threads = " + count);
  }

  /// Shuts every door but the files named, and throws the key away.
  ///
  /// @param files the only files that the engine may open from now on
  void lock(List<Path> files) {
    StringBuilder list = new StringBuilder();
    for (Path file : files) {
      list.append(list.isEmpty() ? "" : ", ").append(DuckType.literal(file.toString()));
    }
    try {
      execute("SET allowed_paths = [" + list + "]");
      for (String[] setting : FENCE) {
        execute("SET " + setting[0] + " = " + setting[1]);
      }
      List<String> held = texts(SETTINGS);
      for (String[] setting : FENCE) {
        if (!held.contains(setting[0] + "=" + setting[1])) {
          throw new IllegalStateException("the SQL engine does not keep its setting " + setting[0]);
        }
      }
    } catch (SQLException e) {
      throw broken(e);
    }
  }

  /// A column of a result.
  record ResultColumn(String name, DuckType type) {}

  /// The columns of a statement that passed the gate.
  List<ResultColumn> describe(SqlText text) {
    String before = "DESCRIBE SELECT * " + FROM;
    List<ResultColumn> columns = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(before + text.engineText() + BEHIND)) {
      while (found.next()) {
        columns.add(new ResultColumn(found.getString(1), DuckType.parse(found.getString(2))));
      }
    } catch (SQLException e) {
      throw SqlFailure.of(e, text, size(before));
    }
    return columns;
  }

  /// Runs a statement that passed the gate and writes its rows to a Parquet file.
  ///
  /// @param select what to take of each row, from [#describe]
  void copy(SqlText text, String select, Path file) {
    copy(text, select, SqlPlan.Window.ALL, file);
  }

  /// The same for some of its rows; the statement ends when it has made those.
  void copy(SqlText text, String select, SqlPlan.Window window, Path file) {
    String before = "COPY (SELECT " + select + " " + FROM;
    try {
      execute(
          before
              + text.engineText()
              + BEHIND
              + window.clause()
              + ") TO "
              + DuckType.literal(file.toString())
              + " (FORMAT parquet, COMPRESSION uncompressed, WRITE_BLOOM_FILTER false,"
              + " DICTIONARY_SIZE_LIMIT 5000, ROW_GROUP_SIZE 32768)");
    } catch (SQLException e) {
      throw SqlFailure.of(e, text, size(before));
    }
  }

  private static int size(String before) {
    return before.getBytes(StandardCharsets.UTF_8).length;
  }

  private void run(String sql) {
    try {
      execute(sql);
    } catch (SQLException e) {
      throw broken(e);
    }
  }

  /// The first column of a query of our own making.
  List<String> texts(String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      while (found.next()) {
        texts.add(found.getString(1));
      }
    }
    return texts;
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      running = statement;
      statement.execute(sql);
    } finally {
      running = null;
    }
  }

  /// Ends what runs now, from another thread; it fails with `QUERY_TIMEOUT`.
  void cancel() {
    Statement statement = running;
    try {
      if (statement != null) {
        statement.cancel();
      }
    } catch (SQLException e) {
      // it came to its end by itself
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // it holds nothing but memory, which goes with the process
    }
  }
}
