package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.manifest.SourceEvents;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// `source add`
final class SourceAddCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "source add",
            "Add a push source to a dataset, or change one",
            "Adds the push sources in a file to a dataset that is there, all of them or none. A"
                + " source with the name of one that the dataset has takes its place from the next"
                + " push on; what was pushed stays as it is. A disabled source becomes active"
                + " again."
                + "\n\nAll sources of a dataset write the same columns. --add-columns adds those"
                + " that are new to the dataset; they must be optional, because the rows that are"
                + " there have no values in them."
                + "\n\nThe file has an AddPushSource event as in a manifest, or several as YAML"
                + " documents; source show prints one.")
        .options(
            OptionSpec.flag("stdin", "Read the source from standard input"),
            OptionSpec.flag("add-columns", "Add columns that are new to the dataset"),
            OptionSpec.flag("dry-run", "Check everything, but write nothing"),
            OptionSpec.valued(
                "lock-wait", "SECONDS", "How long to wait for another writer of the dataset (60)"))
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"),
            new ArgumentSpec(
                "FILE",
                "Path or address of the file with the source",
                false,
                false,
                ArgumentSpec.Kind.FILE))
        .example("A second source", "catchwater source add gps bus.yaml")
        .example(
            "Another key for the only one",
            "catchwater source show gps | sed 's/Append/Ledger/' | catchwater source add gps"
                + " --stdin --dry-run")
        .example("A source with a column more", "catchwater source add gps v2.yaml --add-columns");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    List<String> words = arguments.positionals();
    boolean fromStdin = arguments.has("stdin");
    if (fromStdin == words.size() > 1) {
      throw Misuse.of("Specify a file or pass --stdin");
    }
    Dataset dataset = Workspaces.find(session).require(words.get(0));
    Sources.refuseCopies(dataset, "Adding a source to");
    String file = fromStdin ? "STDIN" : words.get(1);
    byte[] text =
        fromStdin ? session.stdin().readAllBytes() : new ManifestFiles(session).bytes(file);
    try (DatasetWriter writer = dataset.openWriter(Workspaces.lockWait(session, arguments))) {
      ChainState before = writer.state();
      SourceEvents read = SourceEvents.read(file, text, before, arguments.has("add-columns"));
      Instant time = writer.systemTime(session.clock().instant());
      List<String> done = new ArrayList<>();
      for (MetadataEvent event : read.events()) {
        if (event instanceof AddPushSource source) {
          AddCommand.checkSource(session, source);
          if (source.equals(writer.state().pushSources().get(source.sourceName()))) {
            session
                .console()
                .say(
                    Style.NOTICE,
                    "Skipped: "
                        + source.sourceName()
                        + ": New push source is identical to existing");
            continue;
          }
          done.add(told(before, source.sourceName()));
        }
        writer.add(time, event);
      }
      boolean isNew = !writer.state().head().equals(before.head());
      if (!arguments.has("dry-run")) {
        writer.commit();
      }
      report(session, dataset, read.addedColumns(), done, isNew, arguments.has("dry-run"));
    }
    return 0;
  }

  private static String told(ChainState before, String name) {
    if (before.pushSources().containsKey(name)) {
      return "Changed source: " + name;
    }
    return before.disabledPushSources().containsKey(name)
        ? "Enabled source: " + name
        : "Added source: " + name;
  }

  private static void report(
      Session session,
      Dataset dataset,
      List<String> columns,
      List<String> done,
      boolean isNew,
      boolean isDryRun) {
    if (!columns.isEmpty() && isNew) {
      session.console().say("Added column(s): " + String.join(", ", columns));
    }
    for (String line : done) {
      session.console().say(line);
    }
    if (!isNew) {
      session.console().say(Style.NOTICE, "Dataset up-to-date");
    } else if (isDryRun) {
      session.console().say(Style.NOTICE, "Nothing was written to " + dataset.name());
    } else {
      session.console().say(Style.DONE, "Dataset updated");
    }
  }
}
