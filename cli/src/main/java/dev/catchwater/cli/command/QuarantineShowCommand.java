package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.query.quarantine.QuarantineJson;
import dev.catchwater.query.quarantine.QuarantinedRow;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// `quarantine show`
final class QuarantineShowCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "quarantine show",
            "Show a row that a push set aside",
            "Prints all that is known of a row in quarantine as JSON: the row, why and where it was"
                + " refused, which push brought it, and what became of it. With --raw its bytes"
                + " alone, as they came.")
        .options(
            OptionSpec.flag("raw", "Print the row as it came, and nothing else"),
            OptionSpec.valued(
                "lock-wait", "SECONDS", "How long to wait for another writer of the dataset (60)"))
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"),
            ArgumentSpec.one("ID", ArgumentSpec.Kind.TEXT, "Id of the row"))
        .example("Why?", "catchwater quarantine show gps 17-0b1c2d3e4f506172.1")
        .example(
            "Mend it",
            "catchwater quarantine replay gps 17-0b1c2d3e4f506172.1 --stdin < mended.json");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    Dataset dataset = Workspaces.find(session).require(arguments.positional(0));
    QuarantinedRow row =
        Quarantines.desk(session, arguments, dataset).require(arguments.positional(1));
    if (arguments.has("raw")) {
      session.stdout().write(row.bytes());
    } else {
      StringBuilder text = new StringBuilder();
      JsonTree.write(text, QuarantineJson.of(row));
      session.stdout().write(text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    }
    session.stdout().flush();
    return 0;
  }
}
