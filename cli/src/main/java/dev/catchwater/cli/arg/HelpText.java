package dev.catchwater.cli.arg;

import java.util.ArrayList;
import java.util.List;

/// Help as printed by `--help`, wrapped to 100 columns.
public final class HelpText {
  private static final int LINE_CHARS_MAX = 100;

  private final StringBuilder text = new StringBuilder();

  private HelpText() {}

  /// The help of one command.
  public static String of(CommandSpec command, List<OptionSpec> globals) {
    HelpText help = new HelpText();
    help.paragraphs(command.description());
    help.text.append("\nUsage: ").append(command.usage()).append('\n');
    if (!command.aliases().isEmpty()) {
      help.text.append("Alias: ").append(String.join(", ", command.aliases())).append('\n');
    }
    if (!command.arguments().isEmpty()) {
      help.text.append("\nArguments:\n");
      List<String[]> lines = new ArrayList<>();
      for (ArgumentSpec argument : command.arguments()) {
        lines.add(new String[] {argument.usage(), argument.help()});
      }
      help.definitions(lines);
    }
    help.options("Options", command.options());
    help.options("Options of every command", globals);
    if (!command.examples().isEmpty()) {
      help.text.append("\nExamples:\n");
      for (CommandSpec.Example example : command.examples()) {
        help.text.append("  # ").append(example.purpose()).append('\n');
        help.text.append("  ").append(example.command()).append("\n\n");
      }
      help.text.setLength(help.text.length() - 1);
    }
    return help.text.toString();
  }

  /// The help of the whole program, or of a group of commands.
  public static String of(
      String introduction,
      String usage,
      List<CommandSpec> commands,
      List<OptionSpec> globals,
      String end) {
    HelpText help = new HelpText();
    help.paragraphs(introduction);
    help.text.append("\nUsage: ").append(usage).append("\n\nCommands:\n");
    List<String[]> lines = new ArrayList<>();
    for (CommandSpec command : commands) {
      if (!command.isHidden()) {
        lines.add(new String[] {command.name(), command.summary()});
      }
    }
    help.definitions(lines);
    help.options("Options", globals);
    help.text.append('\n');
    help.paragraphs(end);
    return help.text.toString();
  }

  private void options(String title, List<OptionSpec> options) {
    List<String[]> lines = new ArrayList<>();
    for (OptionSpec option : options) {
      if (!option.isHidden()) {
        String choices =
            option.choices().isEmpty() ? "" : " [" + String.join(", ", option.choices()) + "]";
        lines.add(new String[] {option.usage(), option.help() + choices});
      }
    }
    if (!lines.isEmpty()) {
      text.append('\n').append(title).append(":\n");
      definitions(lines);
    }
  }

  private void definitions(List<String[]> lines) {
    int width = 0;
    for (String[] line : lines) {
      width = Math.max(width, Math.min(line[0].length(), 34));
    }
    for (String[] line : lines) {
      text.append("  ").append(line[0]);
      if (line[0].length() > width) {
        text.append('\n').append(" ".repeat(width + 4));
      } else {
        text.append(" ".repeat(width - line[0].length() + 2));
      }
      wrap(line[1], width + 4);
    }
  }

  private void paragraphs(String words) {
    boolean first = true;
    for (String paragraph : words.split("\n\n", -1)) {
      if (!first) {
        text.append('\n');
      }
      first = false;
      wrap(paragraph.replace('\n', ' '), 0);
    }
  }

  private void wrap(String words, int indent) {
    int column = indent;
    boolean first = true;
    for (String word : words.strip().split(" ", -1)) {
      if (!first && column + 1 + word.length() > LINE_CHARS_MAX) {
        text.append('\n').append(" ".repeat(indent));
        column = indent;
        first = true;
      }
      if (!first) {
        text.append(' ');
        column++;
      }
      text.append(word);
      column += word.length();
      first = false;
    }
    text.append('\n');
  }
}
