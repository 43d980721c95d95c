package dev.catchwater.cli.arg;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the words of a command line by a [CommandSpec]: `--name value`, `--name=value`, `-n
/// value`, `-nvalue`, flags in one word (`-vq`), and `--` in front of arguments that begin with a
/// dash.
public final class ArgumentParser {
  private final CommandSpec command;
  private final List<OptionSpec> options;
  private final Arguments parsed = new Arguments();

  private ArgumentParser(CommandSpec command, List<OptionSpec> options) {
    this.command = command;
    this.options = options;
  }

  /// Parses what follows the command's name. An option of the command hides a global one with the
  /// same name or letter.
  ///
  /// @throws UsageException naming the word that does not fit
  public static Arguments parse(
      CommandSpec command, List<OptionSpec> globals, String[] words, int from) {
    List<OptionSpec> options = new ArrayList<>(command.options());
    options.addAll(globals);
    ArgumentParser parser = new ArgumentParser(command, options);
    parser.words(words, from);
    if (!parser.parsed.has("help")) {
      parser.checkCount();
    }
    return parser.parsed;
  }

  private void words(String[] words, int from) {
    boolean onlyArguments = false;
    for (int i = from; i < words.length; i++) {
      String word = words[i];
      if (onlyArguments || word.length() < 2 || word.charAt(0) != '-') {
        parsed.addPositional(word);
      } else if (word.equals("--")) {
        onlyArguments = true;
      } else if (word.charAt(1) == '-') {
        i += longOption(words, i);
      } else {
        i += letters(words, i);
      }
    }
  }

  /// How many words more than its own the option took.
  private int longOption(String[] words, int at) {
    String word = words[at];
    int equals = word.indexOf('=');
    String name = word.substring(2, equals < 0 ? word.length() : equals);
    OptionSpec option = byName(name);
    if (option == null) {
      throw unknown("--" + name, Suggestion.nearest(name, names()));
    }
    if (!option.takesValue()) {
      if (equals >= 0) {
        throw failure("The option '--" + name + "' takes no value", null);
      }
      parsed.addOption(option.name(), "");
      return 0;
    }
    if (equals >= 0) {
      add(option, word.substring(equals + 1));
      return 0;
    }
    add(option, next(option, words, at));
    return 1;
  }

  private int letters(String[] words, int at) {
    String word = words[at];
    for (int i = 1; i < word.length(); i++) {
      OptionSpec option = byLetter(word.charAt(i));
      if (option == null) {
        throw unknown("-" + word.charAt(i), null);
      }
      if (option.takesValue()) {
        String rest = word.substring(i + 1);
        if (rest.isEmpty()) {
          add(option, next(option, words, at));
          return 1;
        }
        add(option, rest.charAt(0) == '=' ? rest.substring(1) : rest);
        return 0;
      }
      parsed.addOption(option.name(), "");
    }
    return 0;
  }

  private String next(OptionSpec option, String[] words, int at) {
    if (at + 1 < words.length) {
      String value = words[at + 1];
      boolean isOption =
          value.length() > 1
              && value.charAt(0) == '-'
              && !(value.charAt(1) >= '0' && value.charAt(1) <= '9');
      if (!isOption) {
        return value;
      }
    }
    throw failure("A value is required for '" + option.usage().strip() + "'", null);
  }

  private void add(OptionSpec option, String value) {
    if (!option.choices().isEmpty() && !option.choices().contains(value)) {
      String nearest = Suggestion.nearest(value, option.choices());
      throw failure(
          "Invalid value '"
              + value
              + "' for '--"
              + option.name()
              + "', possible values: "
              + String.join(", ", option.choices()),
          nearest == null ? null : "did you mean '" + nearest + "'?");
    }
    parsed.addOption(option.name(), value);
  }

  private void checkCount() {
    int given = parsed.positionals().size();
    int max = command.arguments().size();
    for (int i = 0; i < command.arguments().size(); i++) {
      ArgumentSpec argument = command.arguments().get(i);
      if (argument.isRequired() && i >= given) {
        throw failure("The argument " + argument.usage() + " is missing", null);
      }
      if (argument.isRepeated()) {
        max = Integer.MAX_VALUE;
      }
    }
    if (given > max) {
      OptionSpec statement = max == 0 ? byName("command") : null;
      throw failure(
          "Unexpected argument '" + parsed.positional(max) + "'",
          statement == null ? null : "a statement goes behind -" + statement.letter());
    }
  }

  private @Nullable OptionSpec byName(String name) {
    for (OptionSpec option : options) {
      if (option.name().equals(name)) {
        return option;
      }
    }
    return null;
  }

  private @Nullable OptionSpec byLetter(char letter) {
    for (OptionSpec option : options) {
      if (option.letter() == letter) {
        return option;
      }
    }
    return null;
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    for (OptionSpec option : options) {
      if (!option.isHidden()) {
        names.add(option.name());
      }
    }
    return names;
  }

  private UsageException unknown(String option, @Nullable String nearest) {
    return failure(
        "Unknown option '" + option + "'",
        nearest == null ? null : "did you mean '--" + nearest + "'?");
  }

  private UsageException failure(String message, @Nullable String tip) {
    return new UsageException(message, tip, command.usage());
  }
}
