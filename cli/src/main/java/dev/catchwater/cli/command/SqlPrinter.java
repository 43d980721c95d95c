package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.query.format.RowFormat;
import dev.catchwater.query.format.RowWriter;
import dev.catchwater.query.format.TableStyle;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlResult;
import dev.catchwater.query.sql.SqlText;
import java.io.IOException;

/// Runs statements and prints their rows.
///
/// @param isShell whether tables are drawn as kamu's shell draws them
/// @param isExcelSafe whether CSV is kept from being run as formulas
record SqlPrinter(Session session, OutputOption output, boolean isShell, boolean isExcelSafe) {

  void print(SqlQuery query, SqlText statement) throws IOException {
    try (SqlResult result = query.run(statement)) {
      tell(session, result);
      TableStyle style =
          new TableStyle(output.boldHeader(), session.terminals().out(), -1, isShell);
      RowWriter writer =
          isExcelSafe && output.format() == RowFormat.CSV
              ? RowFormat.excelSafeCsv(output.stream(), result.schema())
              : output.format().open(output.stream(), result.schema(), style);
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
