package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.DisablePushSource;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.HashedBlock;

/// `source disable`
final class SourceDisableCommand implements Command {
  private static final String KAMU =
      "Warning: kamu 0.265 cannot read a history with a DisablePushSource event: its pull and"
          + " ingest of this dataset fail from now on";

  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "source disable",
            "Take nothing more in through a push source",
            "Disables a push source: what was pushed through it stays, another push through it is"
                + " refused. source add with the same definition enables it again."
                + "\n\nThe event is written as the specification of Open Data Fabric has it."
                + " kamu 0.265 does not know it and cannot read the dataset from then on; where"
                + " that matters, reset the dataset to the block before.")
        .options(
            OptionSpec.valued(
                "lock-wait", "SECONDS", "How long to wait for another writer of the dataset (60)"))
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"),
            ArgumentSpec.one("SOURCE", ArgumentSpec.Kind.SOURCE, "Name of the push source"))
        .example("No more from the old devices", "catchwater source disable gps bus")
        .example(
            "Enable it again",
            "catchwater source show gps bus | catchwater source add gps --stdin");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    Dataset dataset = Workspaces.find(session).require(arguments.positional(0));
    Sources.refuseCopies(dataset, "Disabling a source of");
    String name = arguments.positional(1);
    try (DatasetWriter writer = dataset.openWriter(Workspaces.lockWait(session, arguments))) {
      ChainState state = writer.state();
      String found = Sources.require(state, name).sourceName();
      if (state.disabledPushSources().containsKey(found)) {
        session.console().say(Style.NOTICE, "Source '" + name + "' is already disabled");
        return 0;
      }
      HashedBlock block =
          writer.add(writer.systemTime(session.clock().instant()), new DisablePushSource(name));
      writer.commit();
      session.console().say(Style.NOTICE, KAMU);
      if (state.pushSources().size() == 1) {
        session
            .console()
            .say(Style.NOTICE, "Warning: it was the only active one, nothing can be pushed now");
      }
      session.console().say(Style.DONE, "Disabled source: " + name + ", block " + block.hash());
    }
    return 0;
  }
}
