package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.storage.Workspace;
import java.nio.file.Path;

/// `init`
final class InitCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "init",
            "Make an empty workspace in the current folder",
            "Makes an empty workspace: a folder .catchwater in the current folder (or in the one"
                + " that CATCHWATER_WORKSPACE names). Commands find it from every folder below.")
        .options(
            OptionSpec.flag("exists-ok", "Do nothing where there is a workspace already"),
            OptionSpec.flag("pull-images", "Accepted for kamu's sake, does nothing"),
            OptionSpec.flag("list-only", "Accepted for kamu's sake, does nothing").hidden(),
            OptionSpec.flag("multi-tenant", "Not supported").hidden())
        .example("A workspace in a new folder", "mkdir weather && cd weather && catchwater init")
        .example("In a script that may run twice", "catchwater init --exists-ok");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    if (arguments.has("multi-tenant")) {
      throw CatchwaterException.of(
              ErrorCode.UNSUPPORTED, "Multi-tenant workspaces are not supported")
          .withHint("one workspace for each owner");
    }
    if (arguments.has("list-only")) {
      return 0;
    }
    String forced = session.environment().getOrDefault(Workspace.VARIABLE, "");
    Path folder = forced.isEmpty() ? session.folder() : session.resolve(forced);
    try {
      Workspace.init(session.disk(), folder);
    } catch (CatchwaterException e) {
      if (e.code() == ErrorCode.ALREADY_EXISTS && arguments.has("exists-ok")) {
        session.console().say(Style.NOTICE, "Workspace already exists");
        return 0;
      }
      throw e;
    }
    session.console().say(Style.DONE, "Initialized an empty workspace");
    return 0;
  }
}
