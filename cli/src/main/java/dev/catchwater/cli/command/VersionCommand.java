package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.Version;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// `version`
final class VersionCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "version",
            "Print the version",
            "Prints the version of the program, of the Java that runs it and of the machine.")
        .aliases("system info")
        .options(
            OptionSpec.valued("output-format", 'o', "FMT", "How to print it")
                .choices("shell", "json"))
        .example("What is installed here", "catchwater version")
        .example("For a script", "catchwater version -o json");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    String[][] facts = {
      {"appVersion", Version.current()},
      {"javaVersion", System.getProperty("java.runtime.version", "")},
      {"platform", System.getProperty("os.name", "") + " " + System.getProperty("os.arch", "")},
    };
    boolean json = arguments.value("output-format", "shell").equals("json");
    StringBuilder text = new StringBuilder(json ? "{" : "");
    for (int i = 0; i < facts.length; i++) {
      if (json) {
        text.append(i > 0 ? "," : "");
        text.append('"').append(facts[i][0]).append("\":\"").append(facts[i][1]).append('"');
      } else {
        text.append(facts[i][0]).append(": ").append(facts[i][1]).append('\n');
      }
    }
    text.append(json ? "}\n" : "");
    session.stdout().write(text.toString().getBytes(StandardCharsets.UTF_8));
    session.stdout().flush();
    return 0;
  }
}
