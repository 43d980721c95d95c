package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.storage.Repositories;
import java.util.ArrayList;
import java.util.List;

/// `repo delete`
final class RepoDeleteCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "repo delete",
            "Forget the name of a repository",
            "Forgets the names of repositories, after a question. The datasets there and the"
                + " addresses remembered for datasets here stay.")
        .aliases("repo rm")
        .options(OptionSpec.flag("all", 'a', "Forget all of them"))
        .arguments(ArgumentSpec.many("NAME", ArgumentSpec.Kind.REPOSITORY, "Names of repositories"))
        .example("One of them", "catchwater repo delete backup");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    boolean all = arguments.has("all");
    if (all && !arguments.positionals().isEmpty()) {
      throw Misuse.of("You can either specify repository(s) or pass --all");
    } else if (!all && arguments.positionals().isEmpty()) {
      throw Misuse.of("Specify repository(s) or pass --all");
    }
    Repositories repositories = new Repositories(Workspaces.find(session));
    List<DatasetName> names = new ArrayList<>();
    if (all) {
      repositories.list().forEach(repository -> names.add(repository.name()));
    }
    for (String word : arguments.positionals()) {
      names.add(repositories.require(DatasetName.parse(word)).name());
    }
    if (names.isEmpty()) {
      session.console().say(Style.NOTICE, "There are no repositories to delete");
      return 0;
    }
    List<String> shown = new ArrayList<>();
    names.forEach(name -> shown.add(name.toString()));
    Confirmation.require(session, "You are about to delete following repository(s)", shown);
    names.forEach(repositories::delete);
    session.console().say(Style.DONE, "Deleted " + names.size() + " repository(s)");
    return 0;
  }
}
