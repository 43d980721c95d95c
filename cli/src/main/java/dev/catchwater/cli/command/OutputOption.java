package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.config.Setting;
import dev.catchwater.cli.config.Settings;
import dev.catchwater.cli.terminal.VisibleStream;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.query.format.RowFormat;
import java.io.IOException;
import java.io.OutputStream;

/// `-o`: the form of rows, table on a terminal and json elsewhere where it is not given.
///
/// @param stream standard output, made harmless for a terminal
/// @param boldHeader whether a table's header is in bold type
record OutputOption(RowFormat format, OutputStream stream, boolean boldHeader, boolean isTerminal) {
  private static final String NAME = "output-format";

  static OptionSpec spec() {
    return OptionSpec.valued(
            NAME, 'o', "FMT", "How to print rows: table on a terminal, else json, unless given")
        .choices("table", "csv", "json", "ndjson", "json-soa", "json-aoa", "parquet");
  }

  static OutputOption of(Session session, Arguments arguments) {
    boolean isTerminal = session.terminals().out();
    RowFormat format = isTerminal ? RowFormat.TABLE : RowFormat.JSON;
    String name = arguments.value(NAME);
    if (name == null) {
      String standard = new Settings(session).value(Setting.OUTPUT_FORMAT);
      format = standard.equals("auto") ? format : find(standard);
    } else {
      if (name.equals("parquet")) {
        throw CatchwaterException.of(
            ErrorCode.BAD_ARGUMENT, "Parquet format is applicable for data export only");
      }
      format = find(name);
    }
    // A table shows control characters by itself, because its header has codes of its own.
    OutputStream stream =
        isTerminal && format != RowFormat.TABLE
            ? new VisibleStream(session.stdout())
            : session.stdout();
    return new OutputOption(format, stream, isTerminal && session.terminals().colors(), isTerminal);
  }

  /// The same in another form.
  OutputOption withFormat(Session session, RowFormat other) {
    OutputStream out =
        isTerminal && other != RowFormat.TABLE
            ? new VisibleStream(session.stdout())
            : session.stdout();
    return new OutputOption(other, out, boldHeader, isTerminal);
  }

  private static RowFormat find(String name) {
    for (RowFormat format : RowFormat.values()) {
      if (format.optionName().equals(name)) {
        return format;
      }
    }
    throw new IllegalStateException("no row format " + name);
  }

  /// On a terminal the prompt begins on a line of its own.
  void end() throws IOException {
    if (isTerminal && format != RowFormat.TABLE) {
      stream.write('\n');
      stream.flush();
    }
  }
}
