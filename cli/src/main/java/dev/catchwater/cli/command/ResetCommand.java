package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.query.format.Humanized;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.verify.Verifier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `reset`
final class ResetCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "reset",
            "Take a dataset back to an earlier block",
            "Makes a block the head of a dataset again, after a question: what was added after it"
                + " leaves the history. Copies elsewhere keep theirs; a push to them then needs"
                + " --force."
                + "\n\nWhat was cut off stays on the disk until system gc, so a reset to the former"
                + " head takes it back.")
        .options(
            OptionSpec.valued(
                "lock-wait", "SECONDS", "How long to wait for another writer of the dataset (60)"))
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"),
            ArgumentSpec.one("HASH", ArgumentSpec.Kind.TEXT, "The block, as log prints it"))
        .example("Which block was it?", "catchwater log gps")
        .example(
            "Back to it",
            "catchwater reset gps"
                + " f16205603b882241c71351baf996d6dba7e3ddbd571457e93c1cd282bdc61f9fed5f2");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    Workspace workspace = Workspaces.find(session);
    Dataset dataset = workspace.require(arguments.positional(0));
    Multihash target = Multihash.parse(arguments.positional(1));
    ChainState after = dataset.stateAt(target);
    ChainState before = stateOf(dataset);
    if (before != null && before.head().equals(target)) {
      session.console().say(Style.NOTICE, "Dataset up-to-date");
      return 0;
    }
    Confirmation.require(
        session,
        "You are about to reset following dataset(s)",
        List.of(told(dataset, before, after) + Sources.derived(workspace, dataset)));
    try (DatasetWriter writer =
        dataset.openWriterAt(target, Workspaces.lockWait(session, arguments))) {
      if (before == null || !leadsTo(dataset, target)) {
        checkSlices(dataset, writer);
      }
      writer.rewrittenAt(session.clock().instant());
      writer.commit();
    }
    session.console().say(Style.DONE, "Dataset was reset");
    if (before != null) {
      session
          .console()
          .say("To take it back: catchwater reset " + dataset.name() + " " + before.head());
    }
    return 0;
  }

  /// The state now, or null where the head is damaged: then a reset is what mends it.
  private static @Nullable ChainState stateOf(Dataset dataset) {
    try {
      return dataset.state();
    } catch (CatchwaterException e) {
      return null;
    }
  }

  private static boolean leadsTo(Dataset dataset, Multihash target) {
    for (HashedBlock block : dataset.blocks()) {
      if (block.hash().equals(target)) {
        return true;
      }
    }
    return false;
  }

  /// What no history refers to may be the leftover of a crash, so its bytes are checked.
  private static void checkSlices(Dataset dataset, DatasetWriter writer) {
    for (DataSlice slice : writer.slicesFromEnd()) {
      List<CatchwaterException> problems =
          Verifier.checkBytes(dataset.disk(), dataset.slicePath(slice), slice);
      if (!problems.isEmpty()) {
        throw problems.getFirst();
      }
    }
  }

  private static String told(Dataset dataset, @Nullable ChainState before, ChainState after) {
    String now = dataset.name() + ": to block #" + after.sequenceNumber();
    if (before == null) {
      return now + ", the present head cannot be read";
    }
    long blocks = before.blockCount() - after.blockCount();
    long rows = before.rowCount() - after.rowCount();
    return blocks < 0
        ? now + ", which is " + Humanized.grouped(-blocks) + " block(s) longer than now"
        : now
            + ", "
            + Humanized.grouped(blocks)
            + " block(s) with "
            + Humanized.grouped(Math.max(0, rows))
            + " row(s) leave its history";
  }
}
