package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.config.Setting;
import dev.catchwater.cli.config.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/// What the commands about settings share: their options and the form of what they print.
final class ConfigScope {
  private ConfigScope() {}

  static OptionSpec read() {
    return OptionSpec.valued("scope", "SCOPE", "Whose settings (combined)")
        .choices("user", "workspace", "combined");
  }

  static OptionSpec write() {
    return OptionSpec.valued("scope", "SCOPE", "Whose settings (workspace)")
        .choices("user", "workspace");
  }

  static OptionSpec format() {
    return OptionSpec.valued("output-format", 'o', "FMT", "How to print it (yaml)")
        .choices("yaml", "json");
  }

  static Settings.Scope scope(Arguments arguments) {
    return arguments.value("scope", "workspace").equals("user")
        ? Settings.Scope.USER
        : Settings.Scope.WORKSPACE;
  }

  static Map<String, String> values(Settings settings, Arguments arguments) {
    Map<String, String> values = new TreeMap<>();
    if (arguments.has("with-defaults")) {
      for (Setting setting : Setting.values()) {
        values.put(setting.key(), setting.standard());
      }
    }
    values.putAll(
        arguments.value("scope", "combined").equals("combined")
            ? settings.readBoth()
            : settings.read(scope(arguments)));
    return values;
  }

  static void print(Session session, Arguments arguments, Map<String, String> values)
      throws IOException {
    boolean isJson = arguments.value("output-format", "yaml").equals("json");
    String text = isJson ? json(values) + "\n" : Settings.yaml(values);
    session.stdout().write(text.getBytes(StandardCharsets.UTF_8));
    session.stdout().flush();
  }

  /// One object with the dotted keys; keys and values that pass the checks need no escapes.
  private static String json(Map<String, String> values) {
    StringBuilder text = new StringBuilder("{");
    for (Map.Entry<String, String> entry : values.entrySet()) {
      text.append(text.length() > 1 ? "," : "");
      text.append('"').append(quoted(entry.getKey())).append("\":\"");
      text.append(quoted(entry.getValue())).append('"');
    }
    return text.append('}').toString();
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
