package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.SetPollingSource;
import dev.catchwater.odf.source.PollingSource;
import dev.catchwater.odf.source.Transform;
import dev.catchwater.query.format.TextTable.Align;
import java.io.IOException;

/// `source list`
final class SourceListCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "source list",
            "List the push sources of a dataset",
            "Lists the push sources of a dataset: how each reads what is pushed and how it merges"
                + " it. Disabled ones are listed too; they take nothing in. A polling source, which kamu"
                + " fetches from by itself, is never run here.")
        .aliases("source ls")
        .options(OutputOption.spec())
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"))
        .example("How can I push into it?", "catchwater source list gps")
        .example("Only the names", "catchwater source list gps -o csv | cut -d, -f1");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    OutputOption output = OutputOption.of(session, arguments);
    ChainState state = Workspaces.find(session).require(arguments.positional(0)).state();
    Listing listing = new Listing();
    for (String column :
        new String[] {"Name", "Status", "Format", "Merge", "PrimaryKey", "Preprocess"}) {
      listing.text(column, Align.LEFT);
    }
    for (AddPushSource source : state.pushSources().values()) {
      add(listing, source, "Active");
    }
    SetPollingSource polling = state.pollingSource();
    if (polling != null) {
      PollingSource source = polling.source();
      add(
          listing,
          new AddPushSource("(polling)", source.read(), source.preprocess(), source.merge()),
          "Not run");
    }
    for (AddPushSource source : state.disabledPushSources().values()) {
      add(listing, source, "Disabled");
    }
    listing.print(output);
    return 0;
  }

  private static void add(Listing listing, AddPushSource source, String status) {
    Transform preprocess = source.preprocess();
    listing.add(source.sourceName());
    listing.add(status);
    listing.add(source.read().kind());
    listing.add(source.merge().kind());
    listing.add(String.join(", ", source.merge().primaryKey()));
    listing.add(preprocess == null ? "" : preprocess.engine());
  }
}
