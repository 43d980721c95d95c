package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.query.format.RowWriter;
import dev.catchwater.query.format.TableStyle;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlResult;
import dev.catchwater.query.sql.SqlText;
import java.io.IOException;

/// Runs statements and prints their rows.
///
/// @param isShell whether tables are drawn as kamu's shell draws them
record SqlPrinter(Session session, OutputOption output, boolean isShell) {

  void print(SqlQuery query, SqlText statement) throws IOException {
    try (SqlResult result = query.run(statement)) {
      tell(session, result);
      RowWriter writer =
          output
              .format()
              .open(
                  output.stream(),
                  result.schema(),
                  new TableStyle(output.boldHeader(), session.terminals().out(), -1, isShell));
      for (RecordBatch batch = result.next(); batch != null; batch = result.next()) {
        writer.write(batch);
      }
      writer.finish();
      output.end();
    }
  }

  /// What the user should know beside the rows.
  static void tell(Session session, SqlResult result) {
    for (String note : result.notes()) {
      session.console().say(Style.NOTICE, "Warning: " + note);
    }
  }
}
