package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.resident.EngineClient;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.util.Optional;

/// `system engine stop`
final class SystemEngineStopCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "system engine stop",
            "End the engine of the workspace",
            "Ends the process that engine.resident keeps, after the commands that it runs, at most"
                + " ten seconds. It ends by itself after ten minutes without a command. The engine"
                + " of a server ends with the server.")
        .example("Free its memory now", "catchwater system engine stop");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    Optional<String> refusal = EngineClient.quit(Workspaces.find(session).root());
    if (refusal.isEmpty()) {
      session.console().say("No engine is running");
      return 0;
    } else if (!refusal.get().isEmpty()) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT, "The engine was not ended: " + refusal.get())
          .withHint("end the server: Ctrl-C where it runs, or kill its process");
    }
    session.console().say(Style.DONE, "The engine has ended");
    return 0;
  }
}
