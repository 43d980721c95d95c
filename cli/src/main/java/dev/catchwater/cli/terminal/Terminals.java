package dev.catchwater.cli.terminal;

import java.util.Map;

/// Which of the three streams are terminals, and whether colours are wanted there.
public record Terminals(boolean in, boolean out, boolean err, boolean colors) {
  /// No terminal at all: pipes, files, tests.
  public static final Terminals NONE = new Terminals(false, false, false, false);

  /// From what the launcher found: the digits of the streams that are terminals, `012`. The
  /// launcher asks with a builtin of the shell, which costs nothing; Java would have to load its
  /// console.
  ///
  /// @param colors whether the environment lets terminals have colours
  public static Terminals parse(String digits, boolean colors) {
    return new Terminals(
        digits.indexOf('0') >= 0, digits.indexOf('1') >= 0, digits.indexOf('2') >= 0, colors);
  }

  /// From what the launcher found and what the environment wants.
  ///
  /// @param digits as in [#parse(String, boolean)]
  public static Terminals parse(String digits, Map<String, String> environment) {
    return parse(
        digits,
        environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "").equals("dumb"));
  }

  /// The same as a command line wants it, which may say `--no-color`.
  public Terminals of(String[] words) {
    boolean wanted = colors;
    for (String word : words) {
      wanted &= !word.equals("--no-color");
    }
    return new Terminals(in, out, err, wanted);
  }
}
