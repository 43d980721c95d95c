package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import java.util.ArrayList;
import java.util.List;

/// `delete`
final class DeleteCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "delete",
            "Delete datasets",
            "Deletes datasets with all their data, after a question. A dataset that another one is"
                + " derived from is only deleted together with it.")
        .aliases("rm")
        .options(
            OptionSpec.flag("all", 'a', "Delete all datasets of the workspace"),
            OptionSpec.flag("recursive", 'r', "Delete also what is derived from them"))
        .arguments(
            ArgumentSpec.many(
                "DATASET", ArgumentSpec.Kind.DATASET, "Names or ids; % stands for any characters"))
        .example("One dataset", "catchwater delete gps")
        .example("All whose names begin so, without a question", "catchwater delete -y test-%");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    boolean all = arguments.has("all");
    List<String> patterns = arguments.positionals();
    if (all && !patterns.isEmpty()) {
      throw Misuse.of("You can either specify dataset(s) or pass --all");
    } else if (!all && patterns.isEmpty()) {
      throw Misuse.of("Specify dataset(s) or pass --all");
    }
    Workspace workspace = Workspaces.find(session);
    List<Dataset> datasets = all ? workspace.list() : Patterns.select(workspace, patterns);
    if (datasets.isEmpty()) {
      session.console().say(Style.NOTICE, "There are no datasets matching the pattern");
      return 0;
    }
    if (arguments.has("recursive")) {
      datasets = withDependents(workspace, datasets);
    }
    List<String> names = new ArrayList<>();
    for (Dataset dataset : datasets) {
      names.add(dataset.name().toString());
    }
    Confirmation.require(session, "You are about to delete following dataset(s)", names);
    workspace.delete(datasets, Workspaces.lockWait(session, arguments));
    session.console().say(Style.DONE, "Deleted " + datasets.size() + " dataset(s)");
    return 0;
  }

  private static List<Dataset> withDependents(Workspace workspace, List<Dataset> datasets) {
    List<Dataset> all = new ArrayList<>(datasets);
    for (int i = 0; i < all.size(); i++) {
      for (Dataset dependent : workspace.dependents(all.get(i))) {
        boolean known = false;
        for (Dataset other : all) {
          known |= other.id().equals(dependent.id());
        }
        if (!known) {
          all.add(dependent);
        }
      }
    }
    return all;
  }
}
