package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.cli.terminal.VisibleStream;
import dev.catchwater.columnar.slice.ParquetSchemaText;
import dev.catchwater.odf.manifest.SchemaText;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// `inspect schema`
final class InspectSchemaCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "inspect schema",
            "Print the columns of a dataset",
            "Prints the schema of a dataset's rows: the system columns offset, op, system time and"
                + " event time, then the columns of the data. A dataset has none before its first"
                + " push.")
        .options(
            OptionSpec.valued("output-format", 'o', "FMT", "How to print it (odf-yaml)")
                .choices("ddl", "parquet", "parquet-json", "arrow-json", "odf-json", "odf-yaml"))
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"))
        .example("The columns", "catchwater inspect schema gps")
        .example("As the Parquet files have them", "catchwater inspect schema gps -o parquet");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    Dataset dataset = Workspaces.find(session).require(arguments.positional(0));
    DataSchema schema = dataset.state().schema();
    if (schema == null) {
      session
          .console()
          .insist(Style.NOTICE, "Warning: Dataset schema is not yet available: " + dataset.name());
      return 0;
    }
    String text =
        switch (arguments.value("output-format", "odf-yaml")) {
          case "ddl" -> ParquetSchemaText.ddl(schema);
          case "parquet" -> ParquetSchemaText.parquet(schema);
          case "parquet-json" -> ParquetSchemaText.parquetJson(schema);
          case "arrow-json" -> ParquetSchemaText.arrowJson(schema);
          case "odf-json" -> SchemaText.odfJson(schema);
          default -> SchemaText.odfYaml(schema);
        };
    OutputStream out =
        session.terminals().out() ? new VisibleStream(session.stdout()) : session.stdout();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
    return 0;
  }
}
