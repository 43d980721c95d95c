package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.Suggestion;
import dev.catchwater.cli.config.Setting;
import dev.catchwater.cli.config.Settings;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// `config set`
final class ConfigSetCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "config set",
            "Set or unset one setting",
            "Keeps a setting for this workspace, or for all of this user's. Without a value it is"
                + " unset. config list says which there are.")
        .options(ConfigScope.write())
        .arguments(
            ArgumentSpec.one("KEY", ArgumentSpec.Kind.SETTING, "The setting"),
            new ArgumentSpec(
                "VALUE", "Its value; none unsets it", false, false, ArgumentSpec.Kind.TEXT))
        .example("Tables also in pipes", "catchwater config set --scope user output.format table")
        .example("As it was", "catchwater config set --scope user output.format");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    String key = arguments.positional(0);
    Settings settings = new Settings(session);
    Settings.Scope scope = ConfigScope.scope(arguments);
    if (scope == Settings.Scope.WORKSPACE) {
      Workspaces.find(session);
    }
    Map<String, String> values = new TreeMap<>(settings.read(scope));
    String where = " in " + scope.name().toLowerCase(Locale.ROOT) + " scope";
    if (arguments.positionals().size() < 2) {
      if (values.remove(key) == null) {
        throw CatchwaterException.of(ErrorCode.BAD_ARGUMENT, "Path " + key + " not found");
      }
      settings.write(scope, values);
      session.console().say(Style.DONE, "Removed " + key + where.replace(" in ", " from "));
      return 0;
    }
    Setting setting = Setting.find(key);
    if (setting == null) {
      CatchwaterException unknown =
          CatchwaterException.of(ErrorCode.BAD_ARGUMENT, "Path " + key + " not found");
      String nearest = Suggestion.nearest(key, Setting.keys());
      throw unknown.withHint(
          nearest == null
              ? "config list --with-defaults shows the settings there are"
              : "did you mean " + nearest + "?");
    }
    String value = setting.check(arguments.positional(1), "VALUE");
    values.put(key, value);
    settings.write(scope, values);
    session.console().say(Style.DONE, "Set " + key + " to " + value + where);
    return 0;
  }
}
