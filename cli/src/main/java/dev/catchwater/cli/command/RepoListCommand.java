package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.query.format.TextTable.Align;
import dev.catchwater.storage.Repositories;
import java.io.IOException;

/// `repo list`
final class RepoListCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "repo list",
            "List the repositories that have a name",
            "Lists the places with datasets that have a name in this workspace.")
        .aliases("repo ls")
        .options(OutputOption.spec())
        .example("Which are there?", "catchwater repo list");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    OutputOption output = OutputOption.of(session, arguments);
    Listing listing = new Listing().text("Name", Align.LEFT).text("URL", Align.LEFT);
    for (Repositories.Repository repository : new Repositories(Workspaces.find(session)).list()) {
      listing.add(repository.name().toString());
      listing.add(repository.url());
    }
    listing.print(output);
    return 0;
  }
}
