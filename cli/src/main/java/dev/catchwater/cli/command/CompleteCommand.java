package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.config.Setting;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Repositories;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `complete`, what the scripts of `completions` call: kamu's grammar `complete INPUT [CURRENT]`.
final class CompleteCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "complete",
            "Print what may come next on a command line",
            "Prints the words that may stand at a place of a command line, one a line; nothing"
                + " where a file may stand.")
        .arguments(
            ArgumentSpec.one("INPUT", ArgumentSpec.Kind.TEXT, "The command line so far"),
            new ArgumentSpec(
                "CURRENT",
                "Which word is asked for, counted from 0; the last one",
                false,
                false,
                ArgumentSpec.Kind.TEXT))
        .hidden();
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    String line = arguments.positional(0);
    List<String> words = new ArrayList<>();
    for (String word : line.split(" ", -1)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    int current = line.isEmpty() || line.endsWith(" ") ? words.size() : words.size() - 1;
    if (arguments.positionals().size() > 1) {
      current = Integer.parseInt(arguments.positional(1));
    }
    String begun = current < words.size() ? words.get(current) : "";
    StringBuilder text = new StringBuilder();
    List<String> before = words.subList(0, Math.min(current, words.size()));
    for (String candidate : candidates(session, before, begun)) {
      if (candidate.startsWith(begun)) {
        text.append(candidate).append('\n');
      }
    }
    session.stdout().write(text.toString().getBytes(StandardCharsets.UTF_8));
    session.stdout().flush();
    return 0;
  }

  private static List<String> candidates(Session session, List<String> before, String begun) {
    List<String> typed = new ArrayList<>();
    for (int i = 1; i < before.size(); i++) {
      if (!before.get(i).startsWith("-")) {
        typed.add(before.get(i));
      }
    }
    if (typed.isEmpty()) {
      return begun.startsWith("-") ? options(List.of()) : firstWords("");
    }
    String name = typed.get(0);
    int from = 1;
    while (CommandCatalog.isGroup(name)) {
      if (typed.size() == from) {
        return firstWords(name + " ");
      }
      name = name + " " + typed.get(from++);
    }
    Command command = CommandCatalog.find(name);
    if (command == null) {
      return List.of();
    }
    CommandSpec spec = command.spec();
    if (begun.startsWith("-")) {
      return options(spec.options());
    }
    OptionSpec asked = optionOf(spec, before.get(before.size() - 1));
    if (asked != null && asked.takesValue()) {
      return asked.name().equals("source-name") && typed.size() > from
          ? sources(session, typed.get(from))
          : asked.choices();
    }
    return argument(session, spec, typed.subList(from, typed.size()));
  }

  private static List<String> sources(Session session, String dataset) {
    try {
      return Sources.names(Workspaces.find(session).require(dataset).state());
    } catch (CatchwaterException _) {
      return List.of();
    }
  }

  private static List<String> repositories(Session session) {
    List<String> names = new ArrayList<>();
    try {
      new Repositories(Workspaces.find(session))
          .list()
          .forEach(repository -> names.add(repository.name().toString()));
    } catch (CatchwaterException _) {
      // Outside of a workspace there is nothing to offer.
    }
    return names;
  }

  private static List<String> argument(Session session, CommandSpec spec, List<String> given) {
    int index = given.size();
    List<ArgumentSpec> arguments = spec.arguments();
    if (arguments.isEmpty()) {
      return List.of();
    }
    ArgumentSpec argument = arguments.get(Math.min(index, arguments.size() - 1));
    if (index >= arguments.size() && !argument.isRepeated()) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    if (argument.kind() == ArgumentSpec.Kind.DATASET) {
      try {
        for (Dataset dataset : Workspaces.find(session).list()) {
          names.add(dataset.name().toString());
        }
      } catch (CatchwaterException _) {
        // Outside of a workspace there is nothing to offer.
      }
    } else if (argument.kind() == ArgumentSpec.Kind.SOURCE && !given.isEmpty()) {
      return sources(session, given.get(0));
    } else if (argument.kind() == ArgumentSpec.Kind.SETTING) {
      return Setting.keys();
    } else if (argument.kind() == ArgumentSpec.Kind.REPOSITORY) {
      return repositories(session);
    } else if (argument.name().equals("SHELL")) {
      return List.of("bash", "zsh", "fish");
    }
    return names;
  }

  private static @Nullable OptionSpec optionOf(CommandSpec spec, String word) {
    for (OptionSpec option : spec.options()) {
      boolean isIt =
          word.equals("--" + option.name())
              || (option.letter() != 0 && word.equals("-" + option.letter()));
      if (isIt) {
        return option;
      }
    }
    return null;
  }

  private static List<String> firstWords(String prefix) {
    List<String> words = new ArrayList<>();
    for (CommandSpec spec : CommandCatalog.specs(prefix)) {
      if (!spec.isHidden()) {
        String rest = spec.name().substring(prefix.length());
        int space = rest.indexOf(' ');
        String word = space < 0 ? rest : rest.substring(0, space);
        if (!words.contains(word)) {
          words.add(word);
        }
      }
    }
    return words;
  }

  private static List<String> options(List<OptionSpec> own) {
    List<String> words = new ArrayList<>();
    for (OptionSpec option : own) {
      if (!option.isHidden()) {
        words.add("--" + option.name());
      }
    }
    for (OptionSpec option : CommandCatalog.globals()) {
      if (!option.isHidden()) {
        words.add("--" + option.name());
      }
    }
    return words;
  }
}
