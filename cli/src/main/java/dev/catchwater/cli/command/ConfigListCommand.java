package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.config.Setting;
import dev.catchwater.cli.config.Settings;
import java.io.IOException;
import java.util.Map;

/// `config list`
final class ConfigListCommand implements Command {
  @Override
  public CommandSpec spec() {
    StringBuilder settings = new StringBuilder("The settings there are:");
    for (Setting setting : Setting.values()) {
      settings.append("\n\n").append(setting.key()).append(" (").append(setting.standard());
      settings.append("): ").append(setting.help());
    }
    return CommandSpec.of(
            "config list",
            "Print what is set",
            "Prints the settings of the workspace and of the user, where the workspace wins. An"
                + " option of a command wins over both, and so does a variable such as "
                + Setting.WRITER_LOCK_WAIT_SECONDS.variable()
                + ".\n\n"
                + settings)
        .aliases("config ls")
        .options(
            ConfigScope.read(),
            OptionSpec.flag("with-defaults", "Also what is not set"),
            ConfigScope.format())
        .example("What is set here?", "catchwater config list")
        .example("Which settings are there?", "catchwater config list --with-defaults");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    Map<String, String> values = ConfigScope.values(new Settings(session), arguments);
    ConfigScope.print(session, arguments, values);
    return 0;
  }
}
