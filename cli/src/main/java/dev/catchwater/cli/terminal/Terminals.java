package dev.catchwater.cli.terminal;

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
}
