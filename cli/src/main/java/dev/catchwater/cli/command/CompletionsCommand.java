package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.Suggestion;
import dev.catchwater.cli.arg.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// `completions`
final class CompletionsCommand implements Command {
  private static final String BASH =
      """
      _catchwater() {
        local IFS=$'\\n'
        COMPREPLY=($(catchwater complete "${COMP_LINE:0:COMP_POINT}" 2>/dev/null))
      }
      complete -o default -F _catchwater catchwater cw
      """;

  private static final String ZSH =
      """
      #compdef catchwater cw
      _catchwater() {
        local -a found
        found=("${(@f)$(catchwater complete "${(j: :)words[1,CURRENT]}" 2>/dev/null)}")
        if [[ -n "${found[1]}" ]]; then
          compadd -- "${found[@]}"
        else
          _files
        fi
      }
      if [[ "${funcstack[1]}" == _catchwater ]]; then
        _catchwater "$@"
      else
        compdef _catchwater catchwater cw
      fi
      """;

  private static final String FISH =
      """
      complete -c catchwater -a '(catchwater complete (commandline -cp | string collect))'
      complete -c cw -w catchwater
      """;

  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "completions",
            "Print a script that completes commands in a shell",
            "Prints a script for your shell; with it the Tab key completes commands, options and"
                + " names of datasets.")
        .arguments(ArgumentSpec.one("SHELL", ArgumentSpec.Kind.TEXT, "bash, zsh or fish"))
        .example("For this bash", "source <(catchwater completions bash)")
        .example("For every bash", "echo 'source <(catchwater completions bash)' >> ~/.bashrc")
        .example(
            "For fish", "catchwater completions fish > ~/.config/fish/completions/catchwater.fish");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    String shell = arguments.positional(0);
    String script =
        switch (shell) {
          case "bash" -> BASH;
          case "zsh" -> ZSH;
          case "fish" -> FISH;
          default -> {
            String nearest = Suggestion.nearest(shell, List.of("bash", "zsh", "fish"));
            throw new UsageException(
                "Invalid value '" + shell + "' for '<SHELL>', possible values: bash, zsh, fish",
                nearest == null ? null : "did you mean '" + nearest + "'?",
                spec().usage());
          }
        };
    session.stdout().write(script.getBytes(StandardCharsets.UTF_8));
    session.stdout().flush();
    return 0;
  }
}
