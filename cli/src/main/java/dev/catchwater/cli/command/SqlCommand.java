package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.query.format.RowWriter;
import dev.catchwater.query.format.TableStyle;
import dev.catchwater.query.sql.SqlLimits;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlResult;
import dev.catchwater.query.sql.SqlText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// `sql`
final class SqlCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "sql",
            "Query datasets with SQL",
            "Runs SQL, in the dialect of DuckDB, over the datasets of the workspace. A dataset is a"
                + " table of its name; a name with dashes or dots stands in double quotes. A"
                + " statement sees what was committed when it began, and it can only read.")
        .options(
            OutputOption.spec(),
            OptionSpec.valued("command", 'c', "SQL", "One statement to run"),
            OptionSpec.valued(
                "script", "FILE", "A file with statements to run one after the other"),
            OptionSpec.valued("engine", "NAME", "Accepted for kamu's sake; all are run by DuckDB")
                .choices("datafusion", "duckdb", "spark"))
        .example("A question", "catchwater sql -c 'SELECT count(*) FROM gps'")
        .example(
            "A name with a dash", "catchwater sql -c 'SELECT * FROM \"player-scores\" LIMIT 5'")
        .example("Which datasets are there?", "catchwater sql -c 'SHOW TABLES'");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    String command = arguments.value("command");
    String script = arguments.value("script");
    if (command != null && script != null) {
      throw Misuse.of("Specify a command or a script, not both");
    }
    if ("spark".equals(arguments.value("engine"))) {
      throw CatchwaterException.of(ErrorCode.UNSUPPORTED, "This version does not run Spark")
          .withHint("leave out --engine: SQL is run by DuckDB");
    }
    OutputOption output = OutputOption.of(session, arguments);
    SqlQuery query = new SqlQuery(Workspaces.find(session), SqlLimits.defaults());
    for (SqlText statement : statements(session, command, script)) {
      try (SqlResult result = query.run(statement)) {
        for (String note : result.notes()) {
          session.console().say(Style.NOTICE, "Warning: " + note);
        }
        print(session, output, result);
      }
    }
    return 0;
  }

  private static List<SqlText> statements(
      Session session,
      @org.jspecify.annotations.Nullable String command,
      @org.jspecify.annotations.Nullable String script)
      throws IOException {
    if (command != null) {
      List<SqlText> statements = SqlText.split(null, command);
      if (statements.size() != 1) {
        throw CatchwaterException.of(
                ErrorCode.SQL_NOT_ALLOWED, statements.size() + " statements where one is expected")
            .withHint("several of them are a script: --script FILE");
      }
      return statements;
    }
    if (script == null) {
      byte[] all = session.stdin().readAllBytes();
      return SqlText.split(null, new String(all, StandardCharsets.UTF_8));
    }
    Path file = session.resolve(script);
    try {
      return SqlText.split(script, Files.readString(file));
    } catch (NoSuchFileException e) {
      throw CatchwaterException.of(ErrorCode.OBJECT_NOT_FOUND, "File not found: " + script);
    }
  }

  private static void print(Session session, OutputOption output, SqlResult result)
      throws IOException {
    RowWriter writer =
        output
            .format()
            .open(
                output.stream(),
                result.schema(),
                new TableStyle(output.boldHeader(), session.terminals().out(), -1));
    for (RecordBatch batch = result.next(); batch != null; batch = result.next()) {
      writer.write(batch);
    }
    writer.finish();
    output.end();
  }
}
