package dev.catchwater.cli.arg;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An option of a command.
///
/// @param name the long name without dashes; the key under which its values are found
/// @param letter the short name, 0 for none
/// @param valueName what help calls its value, null for a flag
/// @param help one sentence
/// @param choices the values allowed, empty for any
/// @param isHidden whether help and completion leave it out
public record OptionSpec(
    String name,
    char letter,
    @Nullable String valueName,
    String help,
    List<String> choices,
    boolean isHidden) {

  /// An option without a value.
  public static OptionSpec flag(String name, char letter, String help) {
    return new OptionSpec(name, letter, null, help, List.of(), false);
  }

  /// An option without a value and without a short name.
  public static OptionSpec flag(String name, String help) {
    return flag(name, '\0', help);
  }

  /// An option with a value.
  public static OptionSpec valued(String name, char letter, String valueName, String help) {
    return new OptionSpec(name, letter, valueName, help, List.of(), false);
  }

  /// An option with a value and without a short name.
  public static OptionSpec valued(String name, String valueName, String help) {
    return valued(name, '\0', valueName, help);
  }

  /// The same option with only these values allowed.
  public OptionSpec choices(String... values) {
    return new OptionSpec(name, letter, valueName, help, List.of(values), isHidden);
  }

  /// The same option, left out of help and completion.
  public OptionSpec hidden() {
    return new OptionSpec(name, letter, valueName, help, choices, true);
  }

  /// Whether a value follows.
  public boolean takesValue() {
    return valueName != null;
  }

  /// `-o, --output-format <FMT>`
  public String usage() {
    StringBuilder text = new StringBuilder();
    text.append(letter == 0 ? "    " : "-" + letter + ", ").append("--").append(name);
    if (valueName != null) {
      text.append(" <").append(valueName).append('>');
    }
    return text.toString();
  }
}
