package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.DisablePollingSource;
import dev.catchwater.odf.event.MetadataEvent.DisablePushSource;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.HashedBlock;
import org.jspecify.annotations.Nullable;

/// `source disable`
final class SourceDisableCommand implements Command {
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
            OptionSpec.flag("polling", "Disable the polling source of a dataset that kamu made"),
            OptionSpec.valued(
                "lock-wait", "SECONDS", "How long to wait for another writer of the dataset (60)"))
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"),
            new ArgumentSpec(
                "SOURCE", "Name of the push source", false, false, ArgumentSpec.Kind.SOURCE))
        .example("No more from the old devices", "catchwater source disable gps bus")
        .example(
            "Push into a dataset that kamu fetched until now",
            "catchwater source disable weather --polling && catchwater source add weather"
                + " push.yaml")
        .example(
            "Enable it again",
            "catchwater source show gps bus | catchwater source add gps --stdin");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    Dataset dataset = Workspaces.find(session).require(arguments.positional(0));
    Sources.refuseCopies(dataset, "Disabling a source of");
    boolean isPolling = arguments.has("polling");
    if (isPolling == arguments.positionals().size() > 1) {
      throw Misuse.of("Specify a push source or pass --polling");
    }
    try (DatasetWriter writer = dataset.openWriter(Workspaces.lockWait(session, arguments))) {
      MetadataEvent event =
          isPolling
              ? polling(session, writer.state())
              : push(session, writer.state(), arguments.positional(1));
      if (event == null) {
        return 0;
      }
      HashedBlock block = writer.add(writer.systemTime(session.clock().instant()), event);
      writer.commit();
      session
          .console()
          .say(
              Style.NOTICE,
              "Warning: kamu 0.265 cannot read a history with a "
                  + event.kind()
                  + " event: its pull and ingest of this dataset fail from now on");
      if (writer.state().pushSources().isEmpty()) {
        session
            .console()
            .say(Style.NOTICE, "Warning: there is no active push source, nothing can be pushed");
      }
      String what = isPolling ? "the polling one" : arguments.positional(1);
      session.console().say(Style.DONE, "Disabled source: " + what + ", block " + block.hash());
    }
    return 0;
  }

  private static @Nullable MetadataEvent push(Session session, ChainState state, String name) {
    String found = Sources.require(state, name).sourceName();
    if (state.disabledPushSources().containsKey(found)) {
      session.console().say(Style.NOTICE, "Source '" + name + "' is already disabled");
      return null;
    }
    return new DisablePushSource(name);
  }

  private static @Nullable MetadataEvent polling(Session session, ChainState state) {
    if (state.pollingSource() == null) {
      session.console().say(Style.NOTICE, "There is no active polling source");
      return null;
    }
    return new DisablePollingSource();
  }
}
