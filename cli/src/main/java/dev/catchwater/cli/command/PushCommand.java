package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.TransferProgress;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Repositories;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.transfer.Replicator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `push`
final class PushCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "push",
            "Copy datasets to elsewhere",
            "Copies a dataset, byte for byte, to a folder that others can pull from: an ODF simple"
                + " repository, which any web server can serve as it lies. Only what is missing"
                + " there is copied, and nothing is visible there before it is complete."
                + "\n\nTo add rows to a dataset, use ingest.")
        .options(
            OptionSpec.flag("all", 'a', "Push all datasets that have an address"),
            OptionSpec.valued(
                "to", "URL", "The address: file:///path/of/the/copy, or REPOSITORY/DATASET"),
            OptionSpec.flag("no-alias", "Do not remember the address"),
            OptionSpec.flag("force", 'f', "Replace the history there, where it differs"),
            OptionSpec.flag("recursive", 'r', "Accepted for kamu's sake, does nothing").hidden(),
            OptionSpec.valued("visibility", "VIS", "Accepted for kamu's sake")
                .choices("private", "public")
                .hidden())
        .arguments(
            ArgumentSpec.many("DATASET", ArgumentSpec.Kind.DATASET, "Names or ids of datasets"))
        .example("A copy on another disk", "catchwater push gps --to file:///mnt/backup/gps")
        .example("The same again, later", "catchwater push gps");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    Workspace workspace = Workspaces.find(session);
    List<String> references = arguments.positionals();
    boolean all = arguments.has("all");
    if (all == !references.isEmpty()) {
      throw Misuse.of(
          all
              ? "You can either specify dataset(s) or pass --all"
              : "Specify dataset(s) or pass --all");
    }
    String to = arguments.value("to");
    List<Dataset> datasets = all ? published(workspace) : Patterns.select(workspace, references);
    if (to != null && datasets.size() != 1) {
      throw Misuse.of("Exactly one dataset is wanted with --to");
    }
    Replicator replicator = new Replicator(workspace, Remotes.parallel(session));
    TransferSummary summary = new TransferSummary(session, "push", datasets.size());
    for (Dataset dataset : datasets) {
      Replicator.Options options =
          new Replicator.Options(
              arguments.has("force"),
              !arguments.has("no-alias"),
              Workspaces.lockWait(session, arguments),
              new TransferProgress(session.console(), "Pushing " + dataset.name()));
      summary.add(
          dataset.name().toString(),
          () -> replicator.push(dataset, address(workspace, dataset, to), options));
    }
    return summary.print("pushed");
  }

  /// What was typed, or the dataset's place in the only repository; null means the address that is
  /// remembered.
  private static @Nullable String address(
      Workspace workspace, Dataset dataset, @Nullable String to) {
    if (to != null) {
      return Remotes.address(workspace, to);
    }
    if (Replicator.pushAliases(dataset).isEmpty()) {
      List<Repositories.Repository> repositories = new Repositories(workspace).list();
      if (repositories.size() == 1) {
        return repositories.get(0).url() + dataset.name();
      }
    }
    return null;
  }

  private static List<Dataset> published(Workspace workspace) {
    List<Dataset> published = new ArrayList<>();
    for (Dataset dataset : workspace.list()) {
      if (!Replicator.pushAliases(dataset).isEmpty()) {
        published.add(dataset);
      }
    }
    return published;
  }
}
