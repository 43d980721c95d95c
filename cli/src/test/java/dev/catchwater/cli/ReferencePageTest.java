package dev.catchwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.command.CommandCatalog;
import dev.catchwater.cli.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `docs/reference/cli.md` is what the option definitions say; `-Dgolden.update=true` rewrites it.
class ReferencePageTest {
  private static final Path PAGE = Path.of("../docs/reference/cli.md");

  @Test
  void thePageIsTheDefinitions() throws IOException {
    String expected = page();
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, expected);
    }
    assertThat(Files.readString(PAGE))
        .as("run this test with -Dgolden.update=true")
        .isEqualTo(expected);
  }

  @Test
  void theConfigurationPageHasEverySetting() throws IOException {
    StringBuilder table = new StringBuilder("|---|---|---|---|\n");
    for (Setting setting : Setting.values()) {
      table.append("| `").append(setting.key()).append("` | `").append(setting.standard());
      table.append("` | `").append(setting.variable()).append("` | ").append(setting.help());
      table.append(" |\n");
    }
    Path page = Path.of("../docs/reference/configuration.md");
    String text = Files.readString(page);
    if (Boolean.getBoolean("golden.update")) {
      int start = text.indexOf("|---|");
      int end = text.indexOf("\n\n", start) + 1;
      text = text.substring(0, start) + table + text.substring(end);
      Files.writeString(page, text);
    }
    assertThat(text).as("run this test with -Dgolden.update=true").contains(table.append('\n'));
  }

  private static String page() {
    StringBuilder text = new StringBuilder();
    text.append("# Command line\n\n");
    text.append("Made from the definitions in the program; a test holds it true.\n\n");
    text.append("Results go to standard output, everything else to standard error. ");
    text.append(
        "Exit codes: 0 done or nothing to do,\n1 refused or failed, 2 wrong command line. ");
    text.append("`CATCHWATER_WORKSPACE` names the folder whose workspace is used;\n");
    text.append("`NO_COLOR` turns colours off.\n\n");
    text.append("## Options of every command\n\n");
    options(text, CommandCatalog.globals());
    for (CommandSpec command : CommandCatalog.specs("")) {
      if (!command.isHidden()) {
        command(text, command);
      }
    }
    return text.toString();
  }

  private static void command(StringBuilder text, CommandSpec command) {
    text.append("\n## ").append(command.name()).append("\n\n");
    text.append(command.description()).append("\n\n");
    text.append("```text\n").append(command.usage()).append("\n```\n\n");
    if (!command.aliases().isEmpty()) {
      text.append("Also: `").append(String.join("`, `", command.aliases())).append("`.\n\n");
    }
    if (!command.arguments().isEmpty()) {
      text.append("| argument | |\n|---|---|\n");
      for (ArgumentSpec argument : command.arguments()) {
        row(text, argument.usage(), argument.help());
      }
      text.append('\n');
    }
    options(text, command.options());
    if (!command.examples().isEmpty()) {
      text.append("```bash\n");
      for (CommandSpec.Example example : command.examples()) {
        text.append("# ").append(example.purpose()).append('\n');
        text.append(example.command()).append('\n');
      }
      text.append("```\n");
    }
  }

  private static void options(StringBuilder text, List<OptionSpec> options) {
    if (options.stream().allMatch(OptionSpec::isHidden)) {
      return;
    }
    text.append("| option | |\n|---|---|\n");
    for (OptionSpec option : options) {
      if (!option.isHidden()) {
        String choices =
            option.choices().isEmpty() ? "" : ": `" + String.join("`, `", option.choices()) + "`";
        row(text, option.usage().strip(), option.help() + choices);
      }
    }
    text.append('\n');
  }

  private static void row(StringBuilder text, String name, String help) {
    text.append("| `").append(name).append("` | ").append(help.replace("|", "\\|"));
    text.append(" |\n");
  }
}
