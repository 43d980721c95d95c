package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.cli.terminal.ErrorText;
import dev.catchwater.cli.terminal.LineEditor;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.query.format.RowFormat;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The shell of `sql`: reads statements up to their semicolons and prints what they answer. On a
/// terminal a failure is shown and the next statement is asked for; from a pipe it ends the
/// command, so that a script does not go on over an error.
final class SqlShell {
  private static final String PROMPT = "catchwater> ";
  private static final String CONTINUED = "       ...> ";
  private static final List<String> LEAVE = List.of("exit", "quit", "\\q");
  private static final String HELP =
      """
      Statements end with a semicolon; they read datasets, each a table of its name.
        SHOW TABLES;           which datasets there are (\\d)
        DESCRIBE "a-dataset";  its columns
        \\q                     leave (Ctrl-D)\
      """;

  private final Session session;
  private final SqlQuery query;
  private final SqlPrinter printer;

  SqlShell(Session session, Arguments arguments, SqlQuery query) {
    this.session = session;
    this.query = query;
    OutputOption output = OutputOption.of(session, arguments);
    if (!arguments.has("output-format")) {
      output = output.withFormat(session, RowFormat.TABLE);
    }
    this.printer = new SqlPrinter(session, output, true, arguments.has("excel-safe"));
  }

  void run() throws IOException {
    if (!session.terminals().in()) {
      runPipe();
      return;
    }
    session.console().say(Style.DIM, "Statements end with a semicolon; help tells more");
    try (LineEditor editor = LineEditor.open(history())) {
      runTerminal(editor);
    }
  }

  private void runPipe() throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(session.stdin(), StandardCharsets.UTF_8));
    StringBuilder pending = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      pending.append(line).append('\n');
      if (line.indexOf(';') >= 0 && !SqlText.isUnfinished(pending.toString())) {
        runAll(pending.toString());
        pending.setLength(0);
      }
    }
    runAll(pending.toString());
  }

  private void runTerminal(LineEditor editor) throws IOException {
    StringBuilder pending = new StringBuilder();
    while (true) {
      @Nullable String line = editor.read(pending.isEmpty() ? PROMPT : CONTINUED);
      if (line == null) {
        return;
      }
      if (line.equals(LineEditor.CANCELLED)) {
        pending.setLength(0);
        continue;
      }
      String word = line.strip().replaceFirst(";$", "");
      if (pending.isEmpty() && LEAVE.contains(word)) {
        return;
      }
      if (pending.isEmpty() && (word.equals("help") || word.equals("\\?"))) {
        session.console().say(HELP);
        continue;
      }
      pending.append(pending.isEmpty() && word.equals("\\d") ? "SHOW TABLES;" : line).append('\n');
      if (!SqlText.isUnfinished(pending.toString())) {
        String text = pending.toString();
        pending.setLength(0);
        try {
          runAll(text);
        } catch (CatchwaterException e) {
          ErrorText.print(session.console(), e, session.globals().has("show-error-stack-trace"));
        }
      }
    }
  }

  private void runAll(String text) throws IOException {
    for (SqlText statement : SqlText.split(null, text)) {
      printer.print(query, statement);
    }
  }

  /// Beside the user's other histories (XDG), or nowhere.
  private @Nullable Path history() {
    String state = session.environment().getOrDefault("XDG_STATE_HOME", "");
    String home = session.environment().getOrDefault("HOME", "");
    if (!state.isEmpty()) {
      return Path.of(state, "catchwater", "sql-history");
    }
    return home.isEmpty() ? null : Path.of(home, ".local", "state", "catchwater", "sql-history");
  }
}
