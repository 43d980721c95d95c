package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.cli.terminal.TransferProgress;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.transfer.Replicator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `pull`
final class PullCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "pull",
            "Copy datasets from elsewhere, or bring copies up to date",
            "Copies a dataset, byte for byte, from an address of an ODF simple repository"
                + " (https://, http:// or file://), or copies what was added to it since. What"
                + " arrives is checked against its hashes; a pull that fails leaves nothing.\n\n"
                + "The address is remembered: from the second time on the name of the dataset is"
                + " enough. Polling sources are not run in this version.\n\n"
                + "Of a derivative dataset the name runs its transform over what was added to its"
                + " inputs since the last time.")
        .options(
            OptionSpec.flag(
                "all", 'a', "Bring all copies and derivatives of the workspace up to date"),
            OptionSpec.valued("as", "NAME", "The name of the copy here"),
            OptionSpec.flag("no-alias", "Do not remember the address"),
            OptionSpec.flag("force", 'f', "Take the history from there, where it differs"),
            OptionSpec.valued(
                "set-watermark", "T", "Pull nothing, only move the watermark of a root dataset"),
            ServerToken.spec(),
            OptionSpec.flag("recursive", 'r', "Pull also what a derivative is made of, before it"),
            OptionSpec.flag(
                "reset-derivatives-on-diverged-input",
                "Make a derivative anew where an input has another history than it saw"),
            OptionSpec.flag("fetch-uncacheable", "Accepted for kamu's sake").hidden())
        .arguments(
            ArgumentSpec.many(
                "REF",
                ArgumentSpec.Kind.DATASET,
                "Addresses, REPOSITORY/DATASET, or names of copies"))
        .example("A copy of a published dataset", "catchwater pull https://data.example.org/gps")
        .example("Under another name", "catchwater pull file:///mnt/backup/gps --as gps-backup")
        .example("What came in since", "catchwater pull gps")
        .example("A derivative and all that it is made of", "catchwater pull -r leaderboard")
        .example(
            "From a server that asks for a token",
            "catchwater pull https://data.example.org/gps --token-file ~/.config/gps.token");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    Workspace workspace = Workspaces.find(session);
    LockWait wait = Workspaces.lockWait(session, arguments);
    List<String> references = arguments.positionals();
    String watermark = arguments.value("set-watermark");
    if (arguments.has("all") == !references.isEmpty()) {
      throw Misuse.of(
          references.isEmpty()
              ? "Specify a dataset or pass --all"
              : "You can either specify dataset(s) or pass --all");
    }
    String as = arguments.value("as");
    if ((as != null || watermark != null) && references.size() != 1) {
      throw Misuse.of("Exactly one reference is wanted with --as or --set-watermark");
    }
    if (watermark != null) {
      Instant time = Instants.parse("set-watermark", watermark);
      return setWatermark(session, workspace.require(references.get(0)), time, wait);
    }
    List<String> named =
        arguments.has("recursive") ? withInputs(workspace, references) : references;
    List<String> pulled = arguments.has("all") ? copies(workspace) : named;
    return pull(session, arguments, workspace, pulled, as == null ? null : DatasetName.parse(as));
  }

  private static List<String> copies(Workspace workspace) {
    return names(Derivatives.withInputs(workspace, workspace.list()));
  }

  private static List<String> names(List<Dataset> datasets) {
    List<String> names = new ArrayList<>();
    for (Dataset dataset : datasets) {
      names.add(dataset.name().toString());
    }
    return names;
  }

  /// Of derivatives all that they are made of too.
  private static List<String> withInputs(Workspace workspace, List<String> references) {
    List<String> all = new ArrayList<>();
    for (String reference : references) {
      List<String> found =
          Remotes.isRemote(workspace, reference)
              ? List.of()
              : names(Derivatives.withInputs(workspace, List.of(workspace.require(reference))));
      for (String name : found.isEmpty() ? List.of(reference) : found) {
        if (!all.contains(name)) {
          all.add(name);
        }
      }
    }
    return all;
  }

  private static int pull(
      Session session,
      Arguments arguments,
      Workspace workspace,
      List<String> references,
      @Nullable DatasetName as) {
    Replicator replicator =
        new Replicator(workspace, Remotes.parallel(session), ServerToken.of(session, arguments));
    TransferSummary summary = new TransferSummary(session, "pull", references.size());
    for (String reference : references) {
      Replicator.Options options =
          new Replicator.Options(
              arguments.has("force"),
              !arguments.has("no-alias"),
              Workspaces.lockWait(session, arguments),
              new TransferProgress(session.console(), "Pulling " + reference));
      summary.add(
          reference,
          () -> {
            if (Remotes.isRemote(workspace, reference)) {
              return replicator.pull(Remotes.address(workspace, reference), as, options);
            }
            Dataset dataset = workspace.require(reference);
            return Derivatives.isOne(dataset)
                ? derivatives(session, arguments, workspace).run(dataset)
                : replicator.pull(dataset, options);
          });
    }
    return summary.print("updated");
  }

  private static Derivatives derivatives(
      Session session, Arguments arguments, Workspace workspace) {
    return new Derivatives(
        session,
        workspace,
        Workspaces.lockWait(session, arguments),
        arguments.has("reset-derivatives-on-diverged-input"));
  }

  private static int setWatermark(
      Session session, Dataset dataset, Instant watermark, LockWait wait) {
    if (dataset.kind() != MetadataEvent.DatasetKind.ROOT) {
      throw CatchwaterException.of(
          ErrorCode.BAD_ARGUMENT, "Watermarks can be set on root datasets only");
    }
    try (DatasetWriter writer = dataset.openWriter(wait)) {
      ChainState state = writer.state();
      Instant known = state.watermark();
      if (known != null && !watermark.isAfter(known)) {
        session.console().say(Style.NOTICE, "Watermark was up-to-date");
        return 0;
      }
      MetadataEvent event =
          new MetadataEvent.AddData(
              state.lastCheckpoint(),
              state.lastOffset(),
              null,
              null,
              watermark,
              state.lastSourceState(),
              null);
      HashedBlock block = writer.add(writer.systemTime(session.clock().instant()), event);
      writer.commit();
      session.console().say(Style.DONE, "Committed new block " + block.hash());
    }
    return 0;
  }
}
