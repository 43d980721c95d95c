package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.config.Settings;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/// `config get`
final class ConfigGetCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "config get",
            "Print one setting",
            "Prints the value of a setting, or of all whose keys begin so. config list says which"
                + " there are.")
        .options(
            ConfigScope.read(),
            OptionSpec.flag("with-defaults", "Also where it is not set"),
            ConfigScope.format())
        .arguments(ArgumentSpec.one("KEY", ArgumentSpec.Kind.SETTING, "The setting"))
        .example(
            "How long does a push wait?",
            "catchwater config get writer.lock-wait-seconds --with-defaults");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    String key = arguments.positional(0);
    Map<String, String> values = ConfigScope.values(new Settings(session), arguments);
    String value = values.get(key);
    if (value != null) {
      session.stdout().write((value + "\n\n").getBytes(StandardCharsets.UTF_8));
      session.stdout().flush();
      return 0;
    }
    Map<String, String> below = new TreeMap<>();
    for (Map.Entry<String, String> entry : values.entrySet()) {
      if (entry.getKey().startsWith(key + ".")) {
        below.put(entry.getKey().substring(key.length() + 1), entry.getValue());
      }
    }
    if (below.isEmpty()) {
      throw CatchwaterException.of(ErrorCode.BAD_ARGUMENT, "Path " + key + " not found");
    }
    ConfigScope.print(session, arguments, below);
    return 0;
  }
}
