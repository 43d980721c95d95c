package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.cli.terminal.VisibleStream;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.manifest.EventText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// `source show`
final class SourceShowCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "source show",
            "Print a push source",
            "Prints a push source as it was declared last. What is printed can be edited and given"
                + " back to source add.")
        .options(
            OptionSpec.valued("output-format", 'o', "FMT", "How to print it (yaml)")
                .choices("yaml", "json"))
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"),
            new ArgumentSpec(
                "SOURCE",
                "Name of the push source; needed where there are several",
                false,
                false,
                ArgumentSpec.Kind.SOURCE))
        .example("The only source", "catchwater source show gps")
        .example("One of several, to change it", "catchwater source show gps bus > bus.yaml");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    List<String> words = arguments.positionals();
    ChainState state = Workspaces.find(session).require(words.get(0)).state();
    AddPushSource source = Sources.require(state, words.size() > 1 ? words.get(1) : null);
    if (!state.pushSources().containsKey(source.sourceName())) {
      session
          .console()
          .say(Style.NOTICE, "Warning: Source '" + source.sourceName() + "' is disabled");
    }
    boolean isJson = arguments.value("output-format", "yaml").equals("json");
    String text = isJson ? EventText.json(source) + "\n" : EventText.yaml(source);
    OutputStream out =
        session.terminals().out() ? new VisibleStream(session.stdout()) : session.stdout();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
    return 0;
  }
}
