package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.query.Tail;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.util.List;

/// `export`
final class ExportCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "export",
            "Write all rows of a dataset to files",
            "Writes all rows of a dataset, system columns included, in the order of their offsets:"
                + " to one file, or to a folder of files whose names sort in the order of the rows."
                + " A file that is there is replaced; a folder must be empty.")
        .options(
            OptionSpec.valued(
                    "output-format", 'o', "FMT", "csv, ndjson or parquet, unless the path tells")
                .choices("table", "csv", "json", "ndjson", "json-soa", "json-aoa", "parquet"),
            ExportOptions.path(),
            ExportOptions.rows(),
            ExportOptions.excelSafe())
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"))
        .example("One file", "catchwater export gps --output-path gps.parquet")
        .example(
            "Files of a million rows",
            "catchwater export gps -o csv --output-path gps/ --records-per-file 1000000");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    Dataset dataset = Workspaces.find(session).require(arguments.positional(0));
    String path = arguments.value("output-path");
    if (path == null) {
      path = dataset.name() + "/";
    }
    ExportOptions.format(arguments, path);
    try (Tail rows = Tail.open(dataset, 0, Long.MAX_VALUE)) {
      DataSchema schema = rows.schema();
      ExportOptions.write(
          session, arguments, path, schema == null ? DataSchema.of(List.of()) : schema, rows::next);
    }
    return 0;
  }
}
