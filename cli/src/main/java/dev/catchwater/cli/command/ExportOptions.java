package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.query.export.ExportFormat;
import dev.catchwater.query.export.RowExport;
import org.jspecify.annotations.Nullable;

/// Where `export` and `sql --output-path` write to, and in what form.
final class ExportOptions {
  private ExportOptions() {}

  static OptionSpec path() {
    return OptionSpec.valued(
        "output-path",
        "PATH",
        "Write to a file; to a folder of files where it ends with / or has no extension");
  }

  static OptionSpec rows() {
    return OptionSpec.valued(
        "records-per-file", "N", "How many rows a file in a folder has at most");
  }

  static OptionSpec excelSafe() {
    return OptionSpec.flag(
        "excel-safe", "Put ' before texts of CSV that a spreadsheet would run as formulas");
  }

  /// Writes the rows and says how many there were.
  static void write(
      Session session, Arguments arguments, String path, DataSchema schema, RowExport.Source rows) {
    long rowsPerFile = arguments.number("records-per-file", 0, 1);
    RowExport.Target target = RowExport.Target.of(path, session.resolve(path), rowsPerFile);
    ExportFormat format = format(arguments, path);
    long count =
        new RowExport(session.disk(), format, target, arguments.has("excel-safe"))
            .write(schema, rows);
    session.console().say(Style.PLAIN, "Exported " + count + " rows");
  }

  /// The format that was asked for, else that of the extension.
  static ExportFormat format(Arguments arguments, String path) {
    String asked = arguments.value("output-format");
    int dot = path.lastIndexOf('.');
    String name =
        asked != null ? asked : path.substring(dot + 1).toLowerCase(java.util.Locale.ROOT);
    @Nullable ExportFormat format = ExportFormat.find(name);
    if (format == null && asked != null) {
      throw CatchwaterException.of(
          ErrorCode.BAD_ARGUMENT,
          "Invalid output format for export '"
              + asked
              + "'. Supported formats: 'csv', 'ndjson', 'parquet'");
    }
    if (format == null) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT, "The format of " + path + " cannot be told from its name")
          .withHint("add -o csv, -o ndjson or -o parquet");
    }
    return format;
  }
}
