package dev.catchwater.cli.arg;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The options and arguments of one command line, checked against the command's grammar.
public final class Arguments {
  private final Map<String, List<String>> options = new HashMap<>();
  private final List<String> positionals = new ArrayList<>();

  Arguments() {}

  void addOption(String name, String value) {
    List<String> values = options.get(name);
    if (values == null) {
      values = new ArrayList<>();
      options.put(name, values);
    }
    values.add(value);
  }

  void addPositional(String word) {
    positionals.add(word);
  }

  /// Whether an option was given.
  public boolean has(String option) {
    return options.containsKey(option);
  }

  /// How often an option was given.
  public int count(String option) {
    List<String> values = options.get(option);
    return values == null ? 0 : values.size();
  }

  /// The value of an option, the last one where it was given more than once, or null.
  public @Nullable String value(String option) {
    List<String> values = options.get(option);
    return values == null ? null : values.get(values.size() - 1);
  }

  /// All values of an option that may be given more than once, in their order.
  public List<String> values(String option) {
    List<String> values = options.get(option);
    return values == null ? List.of() : List.copyOf(values);
  }

  /// The value of an option, or another where it was not given.
  public String value(String option, String otherwise) {
    String value = value(option);
    return value == null ? otherwise : value;
  }

  /// The value of an option that must be a whole number of at least `min`.
  public long number(String option, long otherwise, long min) {
    String value = value(option);
    if (value == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= min) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Said below, in the same words as a number that is too small.
    }
    throw new UsageException(
        "Invalid value '"
            + value
            + "' for '--"
            + option
            + "': a whole number of at least "
            + min
            + " is wanted");
  }

  /// The arguments told by position.
  public List<String> positionals() {
    return positionals;
  }

  /// An argument that the grammar requires.
  public String positional(int index) {
    return positionals.get(index);
  }
}
