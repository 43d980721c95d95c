package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.query.format.TextTable.Align;
import dev.catchwater.storage.Aliases;
import dev.catchwater.storage.Dataset;
import java.io.IOException;

/// `repo alias list`
final class RepoAliasListCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "repo alias list",
            "List the addresses remembered for datasets",
            "Lists the addresses that datasets are pulled from and pushed to, in the order in which"
                + " they were added.")
        .aliases("repo alias ls")
        .options(OutputOption.spec())
        .arguments(Patterns.ONE_OR_ALL)
        .example("Where does it come from?", "catchwater repo alias list gps");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    OutputOption output = OutputOption.of(session, arguments);
    Listing listing =
        new Listing()
            .text("Dataset", Align.LEFT)
            .text("Kind", Align.CENTER)
            .text("Alias", Align.LEFT);
    for (Dataset dataset : Patterns.oneOrAll(session, arguments)) {
      Aliases aliases = Aliases.of(dataset);
      aliases.pull().forEach(url -> row(listing, dataset, "Pull", url));
      aliases.push().forEach(url -> row(listing, dataset, "Push", url));
    }
    listing.print(output);
    return 0;
  }

  private static void row(Listing listing, Dataset dataset, String kind, String url) {
    listing.add(dataset.name().toString());
    listing.add(kind);
    listing.add(url);
  }
}
