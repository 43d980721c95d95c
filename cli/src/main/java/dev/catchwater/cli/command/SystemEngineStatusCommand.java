package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.resident.EngineClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// `system engine status`
final class SystemEngineStatusCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "system engine status",
            "Say whether an engine runs for the workspace",
            "Tells about the process that runs commands of this workspace: its number, who keeps"
                + " it, since how many seconds, how many commands it has run and how many run now.")
        .example("Is there one?", "catchwater system engine status");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    Optional<String> status = EngineClient.status(Workspaces.find(session).root());
    if (status.isEmpty()) {
      session.console().say("No engine is running");
      return 0;
    }
    for (String line : status.get().split("\n", -1)) {
      int space = line.indexOf(' ');
      if (space > 0) {
        String name = line.substring(0, space);
        String text = name + " ".repeat(10 - name.length()) + line.substring(space + 1) + "\n";
        session.stdout().write(text.getBytes(StandardCharsets.UTF_8));
      }
    }
    return 0;
  }
}
