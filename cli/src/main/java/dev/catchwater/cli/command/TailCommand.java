package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.query.Tail;
import dev.catchwater.query.format.RowWriter;
import dev.catchwater.query.format.TableStyle;
import java.io.IOException;

/// `tail`
final class TailCommand implements Command {
  private static final long ROWS_AT_FIRST = 10;

  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "tail",
            "Print the last rows of a dataset",
            "Prints the last rows of a dataset by offset, the oldest of them first. Only the end of"
                + " the dataset is read, so it takes as long on a billion rows as on ten."
                + "\n\nThe column op tells what a row means: +A added, -R retracted, -C and +C the"
                + " old and the new state of a correction (0 to 3 in all formats but table).")
        .options(
            OutputOption.spec(),
            OptionSpec.valued("num-records", 'n', "NUM", "How many rows to print (10)"),
            OptionSpec.valued("skip-records", 's', "SKIP", "How many rows to leave out at the end"))
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"))
        .example("The last ten rows", "catchwater tail gps")
        .example("All rows of a small dataset as CSV", "catchwater tail gps -n 1000000 -o csv")
        .example("The ten rows before the last ten", "catchwater tail gps -s 10");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    long count = arguments.number("num-records", ROWS_AT_FIRST, 0);
    long skip = arguments.number("skip-records", 0, 0);
    OutputOption output = OutputOption.of(session, arguments);
    try (Tail tail =
        Tail.open(Workspaces.find(session).require(arguments.positional(0)), skip, count)) {
      RowWriter writer =
          output
              .format()
              .open(
                  output.stream(),
                  tail.schema(),
                  new TableStyle(output.boldHeader(), session.terminals().out(), 1));
      for (RecordBatch batch = tail.next(); batch != null; batch = tail.next()) {
        writer.write(batch);
      }
      writer.finish();
    }
    output.end();
    return 0;
  }
}
