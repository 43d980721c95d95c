package dev.catchwater.cli.arg;

import java.util.List;

/// What a command takes and what its help says.
///
/// @param name as typed; two words for a command of a group (`inspect schema`)
/// @param aliases other names, kamu's
/// @param summary one line for the list of commands
/// @param description what it does and does not do, paragraphs separated by an empty line
/// @param options in the order of help
/// @param arguments in their order
/// @param examples what a person would type
/// @param isHidden whether help and completion leave it out
public record CommandSpec(
    String name,
    List<String> aliases,
    String summary,
    String description,
    List<OptionSpec> options,
    List<ArgumentSpec> arguments,
    List<Example> examples,
    boolean isHidden) {

  /// A line of the examples.
  ///
  /// @param purpose what it is for
  /// @param command what to type
  public record Example(String purpose, String command) {}

  /// A command with this name and these words in the list of commands.
  public static CommandSpec of(String name, String summary, String description) {
    return new CommandSpec(
        name, List.of(), summary, description, List.of(), List.of(), List.of(), false);
  }

  /// The same command with other names.
  public CommandSpec aliases(String... names) {
    return new CommandSpec(
        name, List.of(names), summary, description, options, arguments, examples, isHidden);
  }

  /// The same command with options.
  public CommandSpec options(OptionSpec... specs) {
    return new CommandSpec(
        name, aliases, summary, description, List.of(specs), arguments, examples, isHidden);
  }

  /// The same command with arguments.
  public CommandSpec arguments(ArgumentSpec... specs) {
    return new CommandSpec(
        name, aliases, summary, description, options, List.of(specs), examples, isHidden);
  }

  /// The same command with one more example.
  public CommandSpec example(String purpose, String command) {
    Example[] more = examples.toArray(new Example[examples.size() + 1]);
    more[examples.size()] = new Example(purpose, command);
    return new CommandSpec(
        name, aliases, summary, description, options, arguments, List.of(more), isHidden);
  }

  /// The same command, left out of help and completion.
  public CommandSpec hidden() {
    return new CommandSpec(name, aliases, summary, description, options, arguments, examples, true);
  }

  /// `catchwater ingest [OPTIONS] <DATASET> [FILE]...`
  public String usage() {
    StringBuilder text = new StringBuilder("catchwater ").append(name);
    for (OptionSpec option : options) {
      if (!option.isHidden()) {
        text.append(" [OPTIONS]");
        break;
      }
    }
    for (ArgumentSpec argument : arguments) {
      text.append(' ').append(argument.usage());
    }
    return text.toString();
  }
}
