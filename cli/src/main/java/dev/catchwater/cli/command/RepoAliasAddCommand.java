package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.storage.Aliases;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import java.util.List;

/// `repo alias add`
final class RepoAliasAddCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "repo alias add",
            "Remember an address for a dataset",
            "Remembers where a dataset is pulled from or pushed to; pull and push do so by"
                + " themselves. Rows cannot be ingested into a dataset that is pulled: its history"
                + " would part from the one it is pulled from.")
        .options(
            OptionSpec.flag("pull", "An address to pull from"),
            OptionSpec.flag("push", "An address to push to"))
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"),
            ArgumentSpec.one("ALIAS", ArgumentSpec.Kind.TEXT, "An address, or REPOSITORY/DATASET"))
        .example(
            "Push there from now on", "catchwater repo alias add --push gps file:///mnt/backup/gps")
        .example("Pull from a repository", "catchwater repo alias add --pull gps open/gps");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    boolean pull = arguments.has("pull");
    if (pull == arguments.has("push")) {
      throw Misuse.of(
          pull ? "Specify either --pull or --push, not both" : "Specify either --pull or --push");
    }
    Workspace workspace = Workspaces.find(session);
    Dataset dataset = workspace.require(arguments.positional(0));
    String url = Remotes.address(workspace, arguments.positional(1));
    Aliases before = Aliases.of(dataset);
    List<String> known = pull ? before.pull() : before.push();
    if (known.contains(url)) {
      session.console().say(Style.NOTICE, "Skipped: " + url + ": Already exists");
      return 0;
    }
    Aliases.change(
        dataset,
        aliases -> pull ? aliases.withPull(url) : aliases.withPush(url),
        Workspaces.lockWait(session, arguments));
    session.console().say(Style.DONE, "Added: " + url + (pull ? " (pull)" : " (push)"));
    return 0;
  }
}
