package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.storage.Workspace;

/// `rename`
final class RenameCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "rename",
            "Give a dataset another name",
            "Gives a dataset another name. Its id stays, and with it everything that refers to it.")
        .aliases("mv")
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"),
            ArgumentSpec.one("NAME", ArgumentSpec.Kind.TEXT, "The new name"))
        .example("A clearer name", "catchwater rename gps bus-positions");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    Workspace workspace = Workspaces.find(session);
    workspace.rename(
        workspace.require(arguments.positional(0)),
        DatasetName.parse(arguments.positional(1)),
        Workspaces.lockWait(session, arguments));
    session.console().say(Style.DONE, "Dataset renamed");
    return 0;
  }
}
