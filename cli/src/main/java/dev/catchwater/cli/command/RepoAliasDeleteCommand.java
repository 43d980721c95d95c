package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.storage.Aliases;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import org.jspecify.annotations.Nullable;

/// `repo alias delete`
final class RepoAliasDeleteCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "repo alias delete",
            "Forget an address of a dataset",
            "Forgets where a dataset is pulled from or pushed to, of both kinds unless one is"
                + " named. A dataset that is not pulled from anywhere any more takes rows in"
                + " again; its history then parts from the one it came from.")
        .aliases("repo alias rm")
        .options(
            OptionSpec.flag("all", 'a', "Forget all addresses of the dataset"),
            OptionSpec.flag("pull", "Only addresses to pull from"),
            OptionSpec.flag("push", "Only addresses to push to"))
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"),
            new ArgumentSpec(
                "ALIAS",
                "An address as repo alias list prints it, or REPOSITORY/DATASET",
                false,
                false,
                ArgumentSpec.Kind.TEXT))
        .example("Make a copy a dataset of its own", "catchwater repo alias delete --all gps");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    boolean all = arguments.has("all");
    boolean isNamed = arguments.positionals().size() > 1;
    if (all == isNamed) {
      throw Misuse.of(
          all ? "You can either specify an alias or pass --all" : "Specify an alias or pass --all");
    }
    Workspace workspace = Workspaces.find(session);
    Dataset dataset = workspace.require(arguments.positional(0));
    String url = all ? null : Remotes.address(workspace, arguments.positional(1));
    boolean both = arguments.has("pull") == arguments.has("push");
    Aliases before = Aliases.of(dataset);
    Aliases after = before;
    if (both || arguments.has("pull")) {
      for (String alias : before.pull()) {
        after = isMeant(alias, url) ? after.withoutPull(alias) : after;
      }
    }
    if (both || arguments.has("push")) {
      for (String alias : before.push()) {
        after = isMeant(alias, url) ? after.withoutPush(alias) : after;
      }
    }
    int count =
        before.pull().size() + before.push().size() - after.pull().size() - after.push().size();
    if (count == 0 && url != null) {
      throw CatchwaterException.of(
              ErrorCode.OBJECT_NOT_FOUND, "Dataset " + dataset.name() + " has no alias " + url)
          .withHint("repo alias list " + dataset.name() + " shows them");
    }
    Aliases remaining = after;
    Aliases.change(dataset, aliases -> remaining, Workspaces.lockWait(session, arguments));
    session.console().say(Style.DONE, "Deleted " + count + " alias(es)");
    return 0;
  }

  private static boolean isMeant(String alias, @Nullable String url) {
    return url == null || alias.equals(url);
  }
}
