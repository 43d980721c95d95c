package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.query.shape.ShapedViews;
import dev.catchwater.query.sql.SqlLimits;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlResult;
import dev.catchwater.query.sql.SqlText;
import dev.catchwater.tables.StreamSqlShapes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `sql`
final class SqlCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "sql",
            "Query datasets with SQL",
            "Runs SQL, in the dialect of DuckDB, over the datasets of the workspace. A dataset is a"
                + " table of its name; a name with dashes or dots stands in double quotes. A"
                + " statement sees what was committed when it began, and it can only read."
                + "\n\nWithout a command or a script it is a shell: statements end with a"
                + " semicolon and are read from the terminal, with history, or from a pipe.")
        .options(
            OutputOption.spec(),
            OptionSpec.valued("command", 'c', "SQL", "One statement to run"),
            OptionSpec.valued(
                "script", "FILE", "A file with statements to run one after the other"),
            OptionSpec.valued("engine", "NAME", "Accepted for kamu's sake; all are run by DuckDB")
                .choices("datafusion", "duckdb", "spark"),
            ExportOptions.path(),
            ExportOptions.rows(),
            ExportOptions.excelSafe())
        .example("A question", "catchwater sql -c 'SELECT count(*) FROM gps'")
        .example(
            "A name with a dash", "catchwater sql -c 'SELECT * FROM \"player-scores\" LIMIT 5'")
        .example("Which datasets are there?", "catchwater sql -c 'SHOW TABLES'")
        .example(
            "The answer as a file",
            "catchwater sql -c 'SELECT * FROM gps WHERE lat > 49' --output-path north.parquet");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    String command = arguments.value("command");
    String script = arguments.value("script");
    String path = arguments.value("output-path");
    check(arguments, command, script, path);
    SqlQuery query =
        new SqlQuery(Workspaces.find(session), SqlLimits.defaults())
            .seeing(new ShapedViews(new StreamSqlShapes()));
    session.console().interruption().whenInterrupted(query::cancel);
    if (path != null) {
      export(session, arguments, query, only(statements(session, command, script)), path);
    } else if (command == null && script == null) {
      new SqlShell(session, arguments, query).run();
    } else {
      SqlPrinter printer =
          new SqlPrinter(
              session, OutputOption.of(session, arguments), false, arguments.has("excel-safe"));
      List<SqlText> statements = statements(session, command, script);
      for (SqlText statement : command == null ? statements : List.of(only(statements))) {
        printer.print(query, statement);
      }
    }
    return 0;
  }

  private static void check(
      Arguments arguments,
      @Nullable String command,
      @Nullable String script,
      @Nullable String path) {
    if (command != null && script != null) {
      throw Misuse.of("Specify a command or a script, not both");
    }
    boolean isSpark = "spark".equals(arguments.value("engine"));
    if (path != null && isSpark) {
      throw Misuse.of("Data export to file(s) is available with DataFusion (default) engine only");
    }
    if (isSpark) {
      throw CatchwaterException.of(ErrorCode.UNSUPPORTED, "This version does not run Spark")
          .withHint("leave out --engine: SQL is run by DuckDB");
    }
    if (path == null && arguments.has("records-per-file")) {
      throw Misuse.of("Partitioning is only supported for data export to file(s)");
    }
    if (path != null && command == null && script == null) {
      throw Misuse.of("Specify with -c or --script what to export");
    }
  }

  private static void export(
      Session session, Arguments arguments, SqlQuery query, SqlText statement, String path)
      throws IOException {
    ExportOptions.format(arguments, path);
    try (SqlResult result = query.run(statement)) {
      SqlPrinter.tell(session, result);
      ExportOptions.write(session, arguments, path, result.schema(), result::next);
    }
  }

  private static SqlText only(List<SqlText> statements) {
    if (statements.size() != 1) {
      throw CatchwaterException.of(
              ErrorCode.SQL_NOT_ALLOWED, statements.size() + " statements where one is expected")
          .withHint("several of them are a script: --script FILE");
    }
    return statements.getFirst();
  }

  private static List<SqlText> statements(
      Session session, @Nullable String command, @Nullable String script) throws IOException {
    if (script == null) {
      return SqlText.split(null, command == null ? "" : command);
    }
    try {
      return SqlText.split(script, Files.readString(session.resolve(script)));
    } catch (NoSuchFileException e) {
      throw CatchwaterException.of(ErrorCode.OBJECT_NOT_FOUND, "File not found: " + script);
    }
  }
}
