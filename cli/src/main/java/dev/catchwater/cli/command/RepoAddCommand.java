package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.storage.Repositories;
import dev.catchwater.storage.transfer.Replicator;

/// `repo add`
final class RepoAddCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "repo add",
            "Give a place with datasets a name",
            "Gives the address of a place with many datasets a name. NAME/DATASET then stands for"
                + " the dataset's address there: in pull, in push --to and in repo alias add. A"
                + " workspace with one repository pushes to it where no address is given.")
        .arguments(
            ArgumentSpec.one("NAME", ArgumentSpec.Kind.TEXT, "The name"),
            ArgumentSpec.one(
                "URL", ArgumentSpec.Kind.TEXT, "file:///folder, http://… or https://…"))
        .example(
            "A folder on another disk",
            "catchwater repo add backup file:///mnt/backup && catchwater push gps --to backup/gps")
        .example(
            "A web server",
            "catchwater repo add open https://data.example.org && catchwater pull open/gps");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    DatasetName name = DatasetName.parse(arguments.positional(0));
    String url = Replicator.normalized(arguments.positional(1));
    new Repositories(Workspaces.find(session)).add(name, url);
    session.console().say(Style.DONE, "Added: " + name);
    return 0;
  }
}
